"""Whom we trust at the other end of a TLS connection, and whether that is what a connection failed of."""

import ssl
from pathlib import Path

from guardian.domain.errors import UserError


def check_bundle(bundle: Path) -> None:
    """UserError when the file of certificates to trust is not there or holds none."""
    if not bundle.is_file():
        raise UserError(f"There is no file {bundle}; set ca_bundle to the certificates to trust.")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(bundle)
    except ssl.SSLError as wrong:
        raise UserError(f"There are no certificates in {bundle}; set ca_bundle to those to trust (PEM).") from wrong


def is_distrust(error: BaseException) -> bool:
    """Say whether an error comes of a certificate; that of a peer which hangs up in a handshake does not."""
    waiting: list[object] = [error]
    met: list[object] = []
    while waiting:
        one = waiting.pop()
        if isinstance(one, ssl.SSLCertVerificationError):
            return True
        if isinstance(one, BaseException) and one not in met:
            met.append(one)
            waiting += (*one.args, getattr(one, "reason", None), one.__cause__, one.__context__)
    return False
