"""Artifacts as scripts make, log, find and download them."""
