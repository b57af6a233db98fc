"""Handing mail to a mail server, or to a folder."""
