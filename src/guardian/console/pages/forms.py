"""Reading what a small form sends."""

from fastapi import Request
from starlette.exceptions import HTTPException

LONGEST_FORM = 4_096  # bytes


async def body_of(request: Request) -> bytes:
    """Return the body of a request; refused with 413 where it is longer than any such form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise HTTPException(413)
    return body
