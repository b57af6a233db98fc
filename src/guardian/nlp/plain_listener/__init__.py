"""Hearing complaints by a list of words alone, for where the trained listener is missing."""

from guardian.nlp.plain_listener.listener import PlainListener, still_waits

__all__ = ["PlainListener", "still_waits"]
