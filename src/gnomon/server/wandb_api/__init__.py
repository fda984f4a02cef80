"""The edge that the official `wandb` client talks to: GraphQL, the file stream, and signed addresses for files.

It translates, and decides nothing: both edges end in the same actions.
"""
