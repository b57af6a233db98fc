"""The milter: a codec without I/O, a session that decides what to answer, and a server around them."""
