"""The command line: one file per noun."""


def main() -> None:
    """Run the `guardian` command."""
