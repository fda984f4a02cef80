"""The metric store and the engines it is measured beside, one adapter a file; see `benchmarks/metrics_peers.py`."""
