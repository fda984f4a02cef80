"""What the machine does while a training runs, and what it is.

Each source of samples is a module with a class that has `name` and `sample() -> {key: number}`; a source that
cannot work on this machine says so by raising when it is made. The names of the numbers are the ones `wandb`
users know.
"""
