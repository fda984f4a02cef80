"""Our HTTP edge: parse, ask, answer; one noun a file."""
