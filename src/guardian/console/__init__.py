"""The console: what people see of Guardian in a browser."""
