"""Reading what a small form sends."""

from urllib.parse import parse_qs

from fastapi import Request
from starlette.exceptions import HTTPException

LONGEST_FORM = 4_096  # bytes
MOST_FIELDS = 20


async def body_of(request: Request) -> bytes:
    """Return the body of a request; refused with 413 where it is longer than any such form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise HTTPException(413)
    return body


def fields_of(body: bytes) -> dict[str, list[str]]:
    """Return what a form says, whatever was sent; nothing where it says more than any such form."""
    if body.count(b"&") >= MOST_FIELDS:
        return {}
    return parse_qs(body.decode("utf-8", "replace"))
