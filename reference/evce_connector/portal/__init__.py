"""The connector's own pages."""
