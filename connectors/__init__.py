"""The providers Guardian can read: one folder each, none knows another; found by entry point only."""
