"""The mail that tells a rep which clients he is about to lose."""

from guardian.digest.gather import Sources
from guardian.digest.links import ActionLinks
from guardian.digest.material import Rep
from guardian.digest.next_steps import next_steps
from guardian.digest.run import Office, Outcome, Sent, preview, send_digests

__all__ = ["ActionLinks", "Office", "Outcome", "Rep", "Sent", "Sources", "next_steps", "preview", "send_digests"]
