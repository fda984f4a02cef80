"""How the tables came to their present shape; numbered, forward only."""
