"""Hearing complaints by a list of words alone, for where the trained listener is missing."""

from guardian.nlp.plain_listener.listener import PlainListener

__all__ = ["PlainListener"]
