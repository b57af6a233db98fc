"""The rows of one long query, over REST or as a Bulk job, in pieces that can be resumed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from connectors.salesforce import bulk, rest, soql
from connectors.salesforce.api import Api
from connectors.salesforce.place import Job
from connectors.salesforce.row import Row
from guardian.connector_kit.http import AnswerTooLong
from guardian.domain.errors import TryLater


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A bounded number of rows, how many the whole query has, and the Bulk job as it stands behind them."""

    rows: tuple[Row, ...]
    total: int
    job: Job | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """How queries are read: `size` rows a piece, above `bulk_above` rows by a Bulk job."""

    api: Api
    bulk_above: int
    size: int
    sleep: Callable[[float], None]

    def rows(self, query: str, job: Job | None, *, most: int, bulk_works: bool = True) -> Iterator[Piece]:
        """Yield the rows of a query, or what a job that was begun has yet to tell, `most` rows an answer of a job.

        A new job is told at once in a piece without rows, so that it can be found again. JobLost when a job is
        gone or failed; the caller asks for the rest anew, without Bulk where it does not work.
        """
        fits = len(query) <= soql.LONGEST_IN_URL
        if job:
            yield from self._job(job, most)
        elif not bulk_works and not fits:
            raise TryLater("Salesforce gave up on a Bulk query; the next run asks again.")
        elif not bulk_works:
            yield from self._rest(rest.begin(self.api, query))
        elif not fits:
            yield from self._new_job(query, most)
        else:
            yield from self._rest_or_job(query, most)

    def _rest_or_job(self, query: str, most: int) -> Iterator[Piece]:
        try:
            first = rest.begin(self.api, query)
            if first.total <= self.bulk_above:
                yield from self._rest(first)
                return
        except AnswerTooLong:
            pass  # Salesforce decides how many rows REST answers with, we how many a job does
        yield from self._new_job(query, most)

    def _new_job(self, query: str, most: int) -> Iterator[Piece]:
        new = Job(id=bulk.create(self.api, query))
        yield Piece(rows=(), total=0, job=new)
        yield from self._job(new, most)

    def _rest(self, first: rest.Answered) -> Iterator[Piece]:
        for part in rest.parts_from(self.api, first):
            for at in range(0, len(part), self.size):
                yield Piece(rows=part[at : at + self.size], total=first.total)

    def _job(self, job: Job, most: int) -> Iterator[Piece]:
        total = bulk.wait_for(self.api, job.id, self.sleep)
        while True:
            page = bulk.results(self.api, job.id, job.locator, most)
            for at in range(job.told, len(page.rows), self.size):
                told = min(at + self.size, len(page.rows))
                job = Job(id=job.id, locator=job.locator, told=told)
                yield Piece(rows=page.rows[at:told], total=total, job=job)
            if page.next_locator is None:
                return
            job, most = Job(id=job.id, locator=page.next_locator), page.most
