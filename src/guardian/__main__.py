"""Lets `python -m guardian` do what the `guardian` command does."""

from guardian.cli import main

if __name__ == "__main__":
    main()
