"""The mail that tells a rep which clients he is about to lose."""
