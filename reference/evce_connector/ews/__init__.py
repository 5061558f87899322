"""The EWS server: a request comes in by server and web, and dispatch finds its operation."""
