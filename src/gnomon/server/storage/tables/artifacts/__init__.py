"""The tables of artifacts, a concern a file. Each function takes a `Connection`; actions compose them."""
