"""When samples of the logs are due, on a clock that people set and that jumps."""
