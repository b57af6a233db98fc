"""What all tests share."""

from hypothesis import settings

# How long an example takes is the machine's business, never a test's.
settings.register_profile("guardian", deadline=None)
settings.load_profile("guardian")
