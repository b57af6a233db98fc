"""One file per section of the digest."""
