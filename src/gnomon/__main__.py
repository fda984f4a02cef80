"""`python -m gnomon ...` is `gnomon ...`."""

from gnomon.cli.root import main

if __name__ == "__main__":
    main()
