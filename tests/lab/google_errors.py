"""How Google says no: the old form with reasons, and the new one with details (google.rpc.ErrorInfo)."""

from typing import Any

from tests.lab.serving import Answer, json_answer

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


class Refusal(Exception):
    """An error answer; `details` as in google.rpc.Status."""

    def __init__(self, code: int, reason: str, message: str, *, status: str = "", info: str = "") -> None:
        super().__init__(message)
        self.code, self.reason, self.status, self.info = code, reason, status, info

    def answer(self, **headers: str) -> Answer:
        """Return it as the server sends it."""
        error: dict[str, Any] = {
            "code": self.code,
            "message": str(self),
            "errors": [{"message": str(self), "domain": "global", "reason": self.reason}],
        }
        if self.status or self.code in _STATUS:
            error["status"] = self.status or _STATUS[self.code]
        if self.info:
            kind = "type.googleapis.com/google.rpc.ErrorInfo"
            error["details"] = [{"@type": kind, "reason": self.info, "domain": "googleapis.com"}]
        return json_answer({"error": error}, self.code, **headers)


def not_found() -> Refusal:
    """Say that there is no such thing (any more)."""
    return Refusal(404, "notFound", "Requested entity was not found.")


def slow_down(code: int = 403) -> Refusal:
    """Say that a user's quota a minute is used up: 403 at one time, 429 at another."""
    return Refusal(code, "rateLimitExceeded" if code == 429 else "userRateLimitExceeded", "User-rate limit exceeded.")
