"""The server: one process, one data folder."""
