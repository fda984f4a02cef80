"""Rules for giving up runs before their end, one a file."""
