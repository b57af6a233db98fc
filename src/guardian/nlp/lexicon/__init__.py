"""Own words: what hostile mail says, and what explains the same words away."""
