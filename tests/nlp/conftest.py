"""A judge whose first look was trained on a slice of the corpus, made once, and how to write a mail to a client."""

from collections.abc import Callable
from pathlib import Path

import pytest

from guardian.domain.mail import Audience, ClientRecipient, Mail, Passage, Place, Voice
from guardian.nlp.judge import SpacyJudge
from guardian.nlp.train import TrainingReport, train

ROOT = Path(__file__).parents[2]
SLICE = 0.03

Letter = tuple[Mail, Audience]
WriteMail = Callable[..., Letter]


@pytest.fixture(scope="session")
def corpus() -> Path:
    return ROOT / "corpus"


@pytest.fixture(scope="session")
def trained(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TrainingReport]:
    folder = tmp_path_factory.mktemp("model")
    return folder, train(corpus / "train", folder, slice_fraction=SLICE, second_look=False)


@pytest.fixture(scope="session")
def shipped() -> SpacyJudge:
    return SpacyJudge()


@pytest.fixture(scope="session")
def write_mail() -> WriteMail:
    def write(text: str, *, subject: str = "", voice: Voice = Voice.NEW, place: Place = Place.BODY) -> Letter:
        passages = (
            Passage(text=subject, voice=Voice.NEW, place=Place.SUBJECT),
            Passage(text=text, voice=voice, place=place),
        )
        address = "helena.ruiz@aridosnorte.example"
        mail = Mail(
            message_id=None,
            subject=subject,
            sender="me@acme.example",
            sender_name="Me",
            to=(("Helena Ruiz", address),),
            cc=(),
            date=None,
            passages=passages,
        )
        client = ClientRecipient(address=address, client="Áridos Norte")
        return mail, Audience(internal=("ana@acme.example",), clients=(client,), others=())

    return write
