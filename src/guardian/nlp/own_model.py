"""A second opinion from a language model that the customer runs: Ollama, vLLM, Azure, any OpenAI-like endpoint.

It is asked only about mails of which our own judge is not sure, sees no names, addresses or numbers, and has a strict
deadline; whenever it fails, our own verdict stands. Off unless the administrator turns it on.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, cast

import httpx
import structlog

from guardian.domain.mail import Audience, Mail
from guardian.domain.verdict import Opinion, Reason, ReasonCode
from guardian.nlp.reading import BELOW
from guardian.nlp.redaction import CLIENT, PERSON, Redacted, redact
from guardian.ports.judge import Judge

_MOST_READ = 4_000  # characters
_CODES = tuple(code.value for code in ReasonCode if code is not ReasonCode.UNSCANNABLE)
_TASK = (
    "You check a company's outgoing mail before its client reads it. The numbered sentences were written by the"
    f" company's own people; {CLIENT} stands for the client, who is among the recipients, {PERSON} for"
    " anybody else. Answer whether they would"
    " hurt the relationship if he read them: an insult, contempt, sarcasm or venting about the client or his people,"
    " an attempt to hide something from him, or that a rival of his gets better terms. Frank, firm or negative"
    " business news, anger at third parties, software or oneself, idioms, and reports of what others said are"
    " harmless. Answer in JSON."
)
_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["hostile", "sentence", "code"],
    "properties": {
        "hostile": {"type": "boolean"},
        "sentence": {"type": "integer", "description": "the number of the worst sentence, 0 when harmless"},
        "code": {"type": "string", "enum": list(_CODES)},
    },
}
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where the model answers: the address up to /v1, the model's name, its key if any, the deadline in seconds."""

    url: str
    model: str
    key: str = ""
    deadline: float = 2.0


@dataclass(frozen=True, slots=True)
class _Answer:
    hostile: bool
    sentence: int
    code: ReasonCode


class OwnModelJudge:
    """Judges like `first`, and asks the customer's own model where the score is within `band` of the threshold."""

    def __init__(self, first: Judge, endpoint: Endpoint, *, band: float) -> None:
        self._first, self._endpoint, self._band = first, endpoint, band
        self._client = httpx.Client(timeout=endpoint.deadline, trust_env=False, follow_redirects=False)
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="own-model")

    def judge(self, mail: Mail, audience: Audience) -> Opinion:
        """Return our own opinion, or the model's where ours was in doubt and the model answered in time."""
        opinion = self._first.judge(mail, audience)
        if not audience.clients or abs(opinion.score - opinion.threshold) > self._band:
            return opinion
        redacted = redact(mail, audience, most=_MOST_READ)
        answer = self._ask(redacted) if redacted.told else None
        return _joined(opinion, answer, redacted)

    def _ask(self, redacted: Redacted) -> _Answer | None:
        """Return the answer, or None where there is none in time; nothing the endpoint does gets past here."""
        asked = self._pool.submit(self._post, redacted.told)
        try:
            return _read(asked.result(timeout=self._endpoint.deadline), len(redacted.told))
        except TimeoutError:
            asked.cancel()
            _log.warning("own_model.late", deadline=self._endpoint.deadline)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            _log.warning("own_model.unreachable", why=type(problem).__name__)
        except (ValueError, KeyError, TypeError, IndexError, RecursionError) as problem:
            _log.warning("own_model.not_understood", why=type(problem).__name__)
        return None

    def _post(self, sentences: tuple[str, ...]) -> str:
        lines = "\n".join(f"{number}. {text}" for number, text in enumerate(sentences, 1))
        wanted = {"type": "json_schema", "json_schema": {"name": "verdict", "strict": True, "schema": _SCHEMA}}
        body: dict[str, Any] = {
            "model": self._endpoint.model,
            "temperature": 0,
            "max_tokens": 100,
            "messages": [{"role": "system", "content": _TASK}, {"role": "user", "content": lines}],
            "response_format": wanted,
        }
        key = self._endpoint.key
        headers = {"authorization": f"Bearer {key}", "api-key": key} if key else {}
        reply = self._client.post(
            f"{self._endpoint.url.rstrip('/')}/chat/completions", json=body, headers=headers
        ).raise_for_status()
        return cast("str", reply.json()["choices"][0]["message"]["content"])


def _read(content: str, sentences: int) -> _Answer:
    """Return the answer in a reply; ValueError, KeyError or TypeError where it is none."""
    told = json.loads(content)
    hostile, number = told["hostile"], told["sentence"]
    if not isinstance(hostile, bool) or not isinstance(number, int):
        raise TypeError("hostile is a boolean and sentence a number")
    if hostile and not 1 <= number <= sentences:
        raise ValueError("there is no such sentence")
    return _Answer(hostile, number - 1, ReasonCode(told["code"]) if hostile else ReasonCode.CONTEMPT)


def _joined(opinion: Opinion, answer: _Answer | None, redacted: Redacted) -> Opinion:
    """Return the opinion as the answer leaves it; without an answer it says that the model was missing."""
    if answer is None:
        return replace(opinion, degraded=(*opinion.degraded, "own_model"))
    if not answer.hostile and not redacted.whole:
        return opinion  # what it was not shown may be what we are in doubt about
    if not answer.hostile:
        return replace(opinion, score=min(opinion.score, opinion.threshold * BELOW))
    span = redacted.written[answer.sentence]
    score = max(opinion.score, opinion.threshold)
    told = Reason(code=answer.code, span=span, score=round(score, 4))
    others = tuple(reason for reason in opinion.reasons if reason.span not in span)
    return replace(opinion, score=score, reasons=(told, *others))
