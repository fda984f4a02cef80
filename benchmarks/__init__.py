"""Measurements, one question a file. `make bench` runs them all and writes RESULTS.md."""
