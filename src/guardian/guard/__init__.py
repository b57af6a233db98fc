"""Deciding, before it is sent, whether a mail may reach the client."""
