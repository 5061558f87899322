"""Load tests and the benchmark: `python -m load` puts a connector under load, `python -m load.bench` measures it."""
