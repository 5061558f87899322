"""Many connectors on one PostgreSQL, each before a controller of its own: what they take together."""
