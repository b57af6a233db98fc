"""One user's way to one Google API, by the official client: patient where time helps, clear where it does not."""

import random
import ssl
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from http.client import HTTPException
from itertools import islice
from pathlib import Path
from typing import Any, Self

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from connectors.google.account import Account, Api
from connectors.google.refusals import Refused, error_of, login_error
from guardian.connector_kit.http import Pace
from guardian.connector_kit.meter import Meter
from guardian.domain.errors import GuardianError, TryLater, UserError

TIMEOUT_S = 60


class _Again(Exception):
    """The request failed in a way that may pass; `wait` is what Google asked for."""

    def __init__(self, why: GuardianError, *, wait: float | None = None) -> None:
        super().__init__(str(why))
        self.why, self.wait = why, wait


class _Line:
    """The transport under the official client, which counts; it shows no credentials that others could refresh."""

    def __init__(self, http: Any, cost: Meter | None = None, *, login: str = "") -> None:
        self._http, self._cost, self._login = http, cost, login

    def request(self, uri: str, *args: Any, **more: Any) -> Any:
        """Pass a request on; logins cost no quota."""
        if self._cost and uri != self._login:
            self._cost.requests += 1
        return self._http.request(uri, *args, **more)

    def close(self) -> None:
        """Close every connection."""
        self._http.close()


class GoogleSession:
    """One user's way to one API, for use in a `with`, which closes its connections; by one thread at a time."""

    def __init__(
        self,
        account: Account,
        api: Api,
        *,
        mailbox: str,
        folder: Path,
        scopes: Sequence[str] = (),
        pace: Pace | None = None,
    ) -> None:
        self.api, self.mailbox, self.cost = api, mailbox, Meter()
        self._scopes = " ".join(scopes or [api.scope])  # what an admin is asked to authorise, all at once
        self._account, self._settings, self._folder = account, account.settings, folder
        self._pace = pace or Pace(longest_wait_s=self._settings.longest_wait_s)
        self._credentials: Any = None
        self._open_line: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._open_line is not None:
            self._open_line.close()

    def resource(self, *path: str) -> Any:
        """Return a resource of the API's client, from which requests are made for `ask` and `ask_each`."""
        return self._account.resource(self.api, *path)

    def ask(self, request: Any, *, resuming: bool = False) -> Mapping[str, Any]:
        """Return the answer to a request of a `resource`, asked again while that helps.

        `resuming` says that the request carries a cursor. Raises CursorExpired, TryLater, UserError.
        """
        answer: Mapping[str, Any] = self._patiently(lambda: self._once(request, resuming=resuming))
        return answer

    def ask_each(
        self, requests: Mapping[str, Any], *, others_answer: Callable[[Collection[str]], bool] = lambda _: False
    ) -> Iterator[tuple[str, Mapping[str, Any] | Refused]]:
        """Yield the answers to many requests, in order, asked in batches; what stays refused comes as it is.

        Raises TryLater when any request is refused to the end because of our pace, or all are that were ever asked,
        unless requests of the kind that are not among these answer: `others_answer` finds that out.
        """
        names, answered = iter(requests), False
        while chunk := tuple(islice(names, self._settings.batch_size)):
            answers: dict[str, Mapping[str, Any] | Refused] = {}
            waiting = {name: requests[name] for name in chunk}
            try:
                self._patiently(lambda: self._batch(waiting, answers))  # noqa: B023 - called at once
            except TryLater:
                stuck = [one for name in waiting if isinstance(one := answers.get(name), Refused)]
                all_stuck = len(waiting) == len(chunk) and not answered
                if len(stuck) < len(waiting) or any(one.status < 500 for one in stuck):
                    raise
                if all_stuck and not others_answer(chunk):
                    raise
            answered = True
            yield from ((name, answers[name]) for name in chunk)

    @property
    def _line(self) -> Any:
        if self._open_line is None:
            self._open_line = self._opened()
        return self._open_line

    def _opened(self) -> _Line:
        from google_auth_httplib2 import AuthorizedHttp
        from httplib2 import Http

        ca_bundle = self._folder / self._settings.ca_bundle if self._settings.ca_bundle else None
        if ca_bundle and not ca_bundle.is_file():
            raise UserError(f"There is no file {ca_bundle}; set ca_bundle to the certificates to trust.")
        http = Http(timeout=TIMEOUT_S, ca_certs=str(ca_bundle) if ca_bundle else None)
        http.follow_redirects = False
        self._credentials = self._account.credentials(self.api, self.mailbox)
        counted = _Line(http, self.cost, login=self._account.token_url)
        return _Line(AuthorizedHttp(self._credentials, http=counted))

    def _once(self, request: Any, *, resuming: bool) -> Any:
        from googleapiclient.errors import HttpError

        try:
            return self._carefully(lambda: request.execute(http=self._line))
        except HttpError as error:
            refused = _refused(error)
            self._raise_if_it_may_pass(refused)
            raise error_of(refused, mailbox=self.mailbox, api=self.api.title, resuming=resuming) from error

    def _batch(self, waiting: dict[str, Any], answers: dict[str, Mapping[str, Any] | Refused]) -> None:
        """Ask what is waiting; what was answered for good waits no longer."""
        from googleapiclient.errors import HttpError
        from googleapiclient.http import BatchHttpRequest

        def note(name: str, answer: Any, error: Any) -> None:
            answers[name] = _refused(error) if error else answer

        for name in waiting:
            answers.pop(name, None)  # what an earlier try said of them says nothing of how this one fails
        batch = BatchHttpRequest(callback=note, batch_uri=self._account.batch_url(self.api))
        for name, request in waiting.items():
            batch.add(request, request_id=name)
        self.cost.requests += len(waiting) - 1  # a batch counts as many calls as it holds
        try:
            self._carefully(lambda: batch.execute(http=self._line))
        except HttpError as error:
            self._raise_if_it_may_pass(_refused(error))
            raise error_of(_refused(error), mailbox=self.mailbox, api=self.api.title, resuming=False) from error
        for name in [name for name in waiting if not self._must_repeat(answers[name])]:
            del waiting[name]
        self._raise_for(list(waiting), answers)

    def _must_repeat(self, answer: Mapping[str, Any] | Refused) -> bool:
        return isinstance(answer, Refused) and (answer.may_pass or answer.status == 401)

    def _raise_for(self, names: Sequence[str], answers: Mapping[str, Mapping[str, Any] | Refused]) -> None:
        refusals = [one for name in names if isinstance(one := answers[name], Refused)]
        if any(one.status == 401 for one in refusals):
            self._credentials.token = None  # so that the next request fetches a new one
        for one in refusals:
            waits = [other.retry_after or 0.0 for other in refusals]
            why = error_of(one, mailbox=self.mailbox, api=self.api.title, resuming=False)
            raise _Again(why, wait=max(waits) or None)

    def _raise_if_it_may_pass(self, refused: Refused) -> None:
        if refused.may_pass:
            why = error_of(refused, mailbox=self.mailbox, api=self.api.title, resuming=False)
            raise _Again(why, wait=refused.retry_after)

    def _carefully(self, work: Callable[[], Any]) -> Any:
        """Do it; what goes wrong below HTTP and with the login becomes an error that says who must act."""
        from google.auth.exceptions import RefreshError, TransportError
        from googleapiclient.errors import BatchError
        from httplib2 import HttpLib2Error

        try:
            return work()
        except RefreshError as error:
            if error.retryable:
                raise _Again(TryLater("Google's login is busy.")) from error
            personal = self._settings.service_account is None
            raise login_error(str(error), mailbox=self.mailbox, scopes=self._scopes, personal=personal) from error
        except ssl.SSLCertVerificationError as error:
            raise UserError("Google's certificate is not trusted here; set ca_bundle to its authority.") from error
        except (TransportError, HttpLib2Error, HTTPException, OSError) as error:
            raise _Again(TryLater(f"The connection to {self.api.title} broke ({type(error).__name__}).")) from error
        except (BatchError, ValueError, KeyError, IndexError) as error:  # an answer cut short reads as any of these
            raise _Again(TryLater(f"{self.api.title} sent an answer that cannot be read.")) from error

    def _patiently(self, work: Callable[[], Any]) -> Any:
        began = self._pace.clock()
        retrying = Retrying(
            retry=retry_if_exception_type(_Again),
            stop=lambda state: self._must_stop(state, began),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(work)
        except _Again as last:
            if isinstance(last.why, TryLater):
                raise TryLater(str(last.why), after_seconds=last.wait) from last
            raise last.why from last

    def _must_stop(self, state: RetryCallState, began: float) -> bool:
        wait = _asked(state) or 0.0
        spent = self._pace.clock() - began + wait
        hopeless = wait > self._pace.longest_wait_s or spent > self._pace.deadline_s
        return hopeless or state.attempt_number >= self._pace.attempts

    def _wait(self, state: RetryCallState) -> float:
        """Wait what Google asks for, else exponentially with jitter, half to one and a half times."""
        asked = _asked(state)
        if asked is not None:
            return asked
        step = min(self._pace.longest_wait_s, 0.5 * 2.0 ** (state.attempt_number - 1))
        return step * random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, protects nothing

    def _sleep(self, seconds: float) -> None:
        self.cost.throttled_s += seconds
        self._pace.sleep(seconds)


def _refused(error: Any) -> Refused:
    headers = {str(name).lower(): str(value) for name, value in error.resp.items()}
    return Refused(status=int(error.resp.status), headers=headers, body=error.content)


def _asked(state: RetryCallState) -> float | None:
    error = state.outcome.exception() if state.outcome else None
    return error.wait if isinstance(error, _Again) else None
