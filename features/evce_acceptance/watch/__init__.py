"""A watch over days: what only time shows of a connector in operation, read-only and within a budget of requests."""
