"""Errors as Graph says them."""

from tests.lab.serving import Answer, json_answer


class Refused(Exception):
    """The answer is an error."""

    def __init__(self, status: int, code: str, text: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.text = status, code, text or code


def error_answer(status: int, code: str, text: str) -> Answer:
    """Return an error in Graph's envelope."""
    return json_answer({"error": {"code": code, "message": text}}, status)
