"""The mail that tells a rep which clients he is about to lose."""

from guardian.digest.material import Rep
from guardian.digest.run import Outcome, Sent, preview, send_digests

__all__ = ["Outcome", "Rep", "Sent", "preview", "send_digests"]
