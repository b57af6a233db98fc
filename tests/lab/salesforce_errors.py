"""How the lab's Salesforce says no."""


class Refused(Exception):
    """The answer is an error."""

    def __init__(self, status: int, code: str, text: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.text = status, code, text or code


class RowRefused(Exception):
    """One record of several is not taken; the others are."""

    def __init__(self, code: str, text: str, *fields: str) -> None:
        super().__init__(code)
        self.code, self.text, self.fields = code, text, fields
