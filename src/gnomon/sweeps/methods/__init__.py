"""Ways to choose the next point of a space, one a file."""
