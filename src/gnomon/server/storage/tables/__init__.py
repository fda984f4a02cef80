"""Accounts, projects, runs, files: SQL, one noun a module."""
