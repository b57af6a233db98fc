"""The nightly run beyond one command: on one machine, or on any number of them over PostgreSQL (procrastinate)."""
