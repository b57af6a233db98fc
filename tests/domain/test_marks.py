import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.domain.marks import Form, in_form

FORMS: tuple[Form, ...] = ("NFC", "NFD", "NFKC", "NFKD")


@given(st.text())
def test_ordinary_text_has_its_normal_form(text: str) -> None:
    for form in FORMS:
        assert in_form(form, text) == unicodedata.normalize(form, text)


@pytest.mark.parametrize("form", FORMS)
def test_a_pile_of_marks_is_put_in_order_quickly_and_what_stands_around_it_stays(form: Form) -> None:
    began = process_time()
    found = in_form(form, "cán" + "\u0315\u0327" * 200_000 + "tina ⚠⚠" + "🙂" * 50)
    assert process_time() - began < 60  # in the square it takes minutes
    bare = "".join(one for one in unicodedata.normalize("NFD", found) if not unicodedata.combining(one))
    assert bare == "cantina ⚠⚠" + "🙂" * 50
    assert sum(map(bool, map(unicodedata.combining, found))) <= 32
