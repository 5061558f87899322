"""Writes the documents that derive from the connector's data; stands in a checkout only, as they do."""
