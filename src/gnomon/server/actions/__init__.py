"""What the product does, one noun a file; every edge calls it."""
