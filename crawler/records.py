"""RecordSpider: a source's records in, audited JobPostings out; what is unknown is counted, never guessed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import scrapy

from crawler.boards import Board
from crawler.fields import Pay, mapping, text
from crawler.items import JobPosting, Rejected
from warehouse.text import scrub

_MAX_DEPTH = 50  # of a record that is kept
_MAX_REPORTS = 1_000  # different ones in a crawl


class RecordSpider(scrapy.Spider):
    """A spider that states how a record of its source becomes a JobPosting; it asks for nothing."""

    ignored: ClassVar[frozenset[str]] = frozenset()
    """Keys of a record that are left out on purpose; any other that ``posting`` leaves is reported."""
    people: ClassVar[frozenset[str]] = frozenset()
    """Keys of a record that name people: never used, and not kept in quarantine either."""
    id_key: ClassVar[str] = "id"
    """Key of a record's identifier."""

    def __init__(self) -> None:
        super().__init__()
        self._reported: set[str] = set()

    def skips(self, record: Any) -> bool:
        """Whether a record is no posting for the public."""
        return False

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """The JobPosting of a record, whose keys are popped as they are used.

        Raises KeyError, TypeError or ValueError where it cannot be made."""
        raise NotImplementedError

    def identifier(self, record: Any) -> str | None:
        """The identifier that a record of the list has, which ``posting`` gives too."""
        return text(mapping(record).get(self.id_key))

    def items_of(self, record: Any, board: Board) -> Iterator[JobPosting | Rejected]:
        """What a complete record becomes: a posting, a Rejected, or nothing where it is skipped."""
        if self.skips(record):
            self.count("skipped")
            return
        if not isinstance(record, dict):
            yield self.rejected(board, f"{type(record).__name__} where an object should be", record)
            return
        rest = dict(record)
        try:
            posting = self.posting(rest, board)
        except KeyError as error:
            yield self.rejected(board, f"no {error.args[0]}", record)
        except (TypeError, ValueError, AttributeError) as error:
            yield self.rejected(board, f"cannot be read: {error}", record)
        else:
            yield posting
            self.audit(rest)

    def audit(self, rest: dict[str, Any]) -> None:
        """Report what a record holds that this spider neither uses nor ignores."""
        for key in rest.keys() - self.ignored - self.people:
            self.report(f"unknown key/{key[:60]}")

    def known(self, table: Mapping[str, Any], name: str, value: Any) -> Any:
        """What a value means by a table whose keys are in lower case; None where it is absent or unknown, which is
        reported."""
        word = (text(value) or "").lower()
        if word and word not in table:
            self.report(f"unknown value/{name}/{word[:60]}")
        return table.get(word)

    def pay(self, rows: Sequence[Pay]) -> Pay:
        """Span of base pay over the rows that share the first one's currency and period.

        Rows without an amount do not count; those whose period or currency is not known are reported.
        """
        stated = [row for row in rows if row.base_salary_min or row.base_salary_max]
        usable = [row for row in stated if row.salary_currency and row.salary_unit]
        if len(usable) < len(stated):
            self.report("pay/unknown period or currency")
        if not usable:
            return Pay(None, None, None, None)
        kind = usable[0][2:]
        bounds = [bound for row in usable if row[2:] == kind for bound in row[:2] if bound]
        lows = [row.base_salary_min for row in usable if row[2:] == kind and row.base_salary_min]
        highs = [row.base_salary_max for row in usable if row[2:] == kind and row.base_salary_max]
        return Pay(min(bounds) if lows else None, max(bounds) if highs else None, *kind)

    def report(self, what: str) -> None:
        """Count something unforeseen, and say it once. It comes from outside: what names people or steers a terminal is
        taken out, and there is an end to it."""
        what = "".join(filter(str.isprintable, scrub(what)))
        if what not in self._reported:
            if len(self._reported) == _MAX_REPORTS:
                return
            self._reported.add(what)
            self.logger.info("%s: %s", self.name, what)
        self.count(what)

    def count(self, what: str) -> None:
        """Add one to a named statistic of the crawl."""
        self.crawler.stats.inc_value(f"{self.name}/{what}")

    def rejected(self, board: Board, reason: str, record: Any) -> Rejected:
        """The record as one that cannot be used."""
        if isinstance(record, dict):
            record = drop_people(record, {key.lower() for key in self.people})
        return Rejected(
            source=self.name, board=board.board, reason=reason, identifier=self.identifier(record), record=record
        )


def drop_people(record: Any, people: Collection[str], depth: int = 0) -> Any:
    """The record without the keys, in lower case, that name people, at any depth; and without Greenhouse's metadata of
    type user, which names employees."""
    if depth > _MAX_DEPTH:
        return None
    if isinstance(record, list):
        return [drop_people(row, people, depth + 1) for row in record]
    if not isinstance(record, dict):
        return record
    if record.get("value_type") == "user":
        return None
    kept = {key: value for key, value in record.items() if key.lower() not in people}
    return {key: drop_people(value, people, depth + 1) for key, value in kept.items()}
