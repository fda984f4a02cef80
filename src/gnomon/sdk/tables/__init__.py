"""Tables as scripts fill and log them."""
