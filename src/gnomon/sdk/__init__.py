"""What runs in the training process, and the shipper beside it.

The road of a row: `run.log` → `history` (check, encode) → `journal` (one write) → return. Everything slow is the
shipper's: it reads the journal and talks to the server.
"""
