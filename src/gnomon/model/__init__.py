"""Plain frozen values and pure functions. Imports nothing of Gnomon."""
