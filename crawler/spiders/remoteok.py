"""Remote OK: the newest hundred or so ads of many employers in one response."""

import re
from typing import Any

import ftfy

from crawler.boards import Board
from crawler.fields import Pay, amount, iso_date, text
from crawler.items import JobPosting
from crawler.spiders.board import BoardSpider, UnreadableError

# a sentence that the site puts under every ad to catch those who did not read it, with a token of the caller's address
_HONEYPOT = re.compile(r"(?:<br\s?/?>\s?){0,4}Please mention the word\b.*", re.S | re.I)


class RemoteokSpider(BoardSpider):
    """Texts are encoded twice here and there. Tags are the site's own and say little of the ad; and since shop assistants
    are among the ads, an ad is not taken to be remote."""

    name = "remoteok"
    url = "https://remoteok.com/api"
    ignored = frozenset(["apply_url", "company_logo", "epoch", "logo", "original", "slug", "tags", "verified"])

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The answer is the list itself, but for a legal notice."""
        if not isinstance(body, list):
            raise UnreadableError("no list of jobs in the answer")
        return [record for record in body if not (isinstance(record, dict) and "legal" in record)], None

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """Pay comes without currency and period, so that it is reported, not read."""
        location = _repaired(record.pop("location", None)) or ""
        pay = Pay(amount(record.pop("salary_min", None)), amount(record.pop("salary_max", None)), None, None)
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("id")) or "",
            title=_repaired(record.pop("position")) or "",
            description=_HONEYPOT.sub("", _repaired(record.pop("description")) or ""),
            url=text(record.pop("url", None)),
            hiring_organization=_repaired(record.pop("company", None)),
            job_location=location.rstrip(", ") or None,  # most are cut off after a comma
            date_posted=iso_date(record.pop("date", None)),
            **self.pay([pay])._asdict(),
        )


def _repaired(value: Any) -> str | None:
    """A text whose UTF-8 was read as Latin-1 and encoded again, as it was; any other as it is."""
    found = text(value)
    return found and ftfy.fix_encoding(found)
