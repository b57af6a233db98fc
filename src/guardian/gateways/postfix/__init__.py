"""Postfix's hold queue: what it kept while the gate was away is offered to the gate again."""
