"""`python -m wandb` is `gnomon`."""

from gnomon.cli.root import main

main()
