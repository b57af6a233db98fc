"""Plain frozen values and rules; standard library only."""
