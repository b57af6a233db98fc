"""What many mailboxes have in common is said once."""

import pytest

from guardian.sync.report import PartReport, told_once, total

REFUSED = "localhost refuses the secret or certificate: it is wrong; set a new one."


@pytest.mark.parametrize(
    ("problems", "said"),
    [
        ([REFUSED, REFUSED], [REFUSED]),
        ([f"a@x.example: {REFUSED}"], [f"a@x.example: {REFUSED}"]),
        ([f"{who}@x.example: {REFUSED}" for who in "ab"], [f"a@x.example, b@x.example: {REFUSED}"]),
        (
            [f"{who}@x.example: {REFUSED}" for who in "abcde"],
            [f"a@x.example, b@x.example, c@x.example and 2 more: {REFUSED}"],
        ),
        (
            [f"{who}@x.example: We may not read {who}@x.example: grant it Mail.Read." for who in "ab"],
            ["a@x.example, b@x.example: We may not read the mailbox: grant it Mail.Read."],
        ),
        (
            ["a@x.example: 3 of 9 items would vanish.", "b@x.example: 4 of 9 items would vanish."],
            ["a@x.example: 3 of 9 items would vanish.", "b@x.example: 4 of 9 items would vanish."],
        ),
        (["Task: Grant it.", "Approve the app: it waits."], ["Task: Grant it.", "Approve the app: it waits."]),
        ([], []),
    ],
)
def test_one_sentence_for_all_of_them(problems: list[str], said: list[str]) -> None:
    assert list(told_once(problems)) == said


def test_a_run_says_once_what_each_of_its_parts_says() -> None:
    parts = [PartReport(problems=(f"{n}@x.example: {REFUSED}",)) for n in range(200)]
    assert total(parts).problems == (f"0@x.example, 1@x.example, 2@x.example and 197 more: {REFUSED}",)
