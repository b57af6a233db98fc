"""Bringing pages into the store: plan (pure), apply (one transaction), run, reconcile."""
