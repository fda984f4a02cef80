"""Whether a metric store holds what was written to it, and what is done where it does not."""
