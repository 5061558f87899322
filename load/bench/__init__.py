"""The benchmark: figures of the connector beside what others would build, taken side by side in one run."""
