"""An HTTP server that no client can hold up: whole requests, bounded answers."""
