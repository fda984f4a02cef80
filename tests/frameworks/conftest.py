"""A server, and the programs of the frameworks running side by side."""

from tests.e2e.client.conftest import reader, served, started

__all__ = ["reader", "served", "started"]
