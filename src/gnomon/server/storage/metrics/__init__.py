"""Values over steps, for many runs."""
