"""A first look at a controller that nobody here knows, read-only."""
