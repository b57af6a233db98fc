"""The only room that chooses implementations: settings go in, ready services come out.

Everything heavy is imported by the function that needs it, so that a command pays only for what it uses.
"""
