"""How overdue the next touch is for each client, with reasons in numbers."""
