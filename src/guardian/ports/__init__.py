"""What the services need from outside: protocols, and the glossary in their docstrings."""
