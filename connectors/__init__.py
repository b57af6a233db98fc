"""The providers Guardian can read: one folder each, none knows another; found by entry point only."""

OWNER = "client-guardian"  # `guardian doctor` looks for it: other packages are called connectors too
