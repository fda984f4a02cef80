"""Where things are kept: tables, metrics, blobs."""
