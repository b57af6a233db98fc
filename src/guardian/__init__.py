"""Guardian keeps clients from being forgotten, and from being insulted by accident."""

__version__ = "0.1.0"
