"""Recruitee: a board with all its texts in one response of the public Careers Site API."""

from typing import Any

from crawler.boards import Board
from crawler.fields import Pay, amount, currency, iso_date, joined, mapping, mappings, site, text, unit
from crawler.items import JobPosting, WorkMode
from crawler.spiders.board import BoardSpider, UnreadableError

_WORK_MODES: dict[str, WorkMode] = {"remote": "remote", "hybrid": "hybrid", "on_site": "onsite"}
_EMPLOYMENT_TYPES = {
    "fulltime": "FULL_TIME", "fulltime_permanent": "FULL_TIME", "fulltime_fixed_term": "FULL_TIME, TEMPORARY",
    "parttime": "PART_TIME", "parttime_permanent": "PART_TIME", "parttime_fixed_term": "PART_TIME, TEMPORARY",
    "parttime_minijob": "PART_TIME", "freelance": "CONTRACTOR", "contract": "CONTRACTOR", "contractor": "CONTRACTOR",
    "temporary": "TEMPORARY", "seasonal": "TEMPORARY", "internship": "INTERN", "volunteer": "VOLUNTEER",
    "apprenticeship": None, "traineeship": None,  # schema.org has no word for them
}  # fmt: skip


class RecruiteeSpider(BoardSpider):
    """The API answers on a careers site's own host too."""

    name = "recruitee"
    url = "https://{board}/api/offers/"
    away = frozenset(["recruitee.com", "www.recruitee.com"])
    ignored = frozenset(
        [
            "careers_apply_url",
            "category_code",
            "city",
            "country_code",
            "cover_image",
            "created_at",
            "department",
            "dynamic_fields",
            "education_code",
            "experience_code",
            "guid",
            "location_question_visible",
            "locations_question",
            "locations_question_required",
            "locations_question_type",
            "mailbox_email",
            "max_hours",
            "max_hours_per_week",
            "min_hours",
            "min_hours_per_week",
            "open_questions",
            "options_cover_letter",
            "options_cv",
            "options_phone",
            "options_photo",
            "options_salutation",
            "options_title",
            "position",
            "postal_code",
            "sharing_description",
            "sharing_image",
            "sharing_title",
            "slug",
            "state_code",
            "state_name",
            "status",
            "tags",
            "translations",
            "updated_at",
        ]
    )

    def address(self, board: Board) -> str:
        """On the board's own host."""
        return self.url.format(board=site(board.board, "recruitee.com"))

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``offers``."""
        offers = mapping(body).get("offers")
        if not isinstance(offers, list):
            raise UnreadableError("no list of offers in the answer")
        return offers, None

    def skips(self, record: Any) -> bool:
        """Offers that are not published."""
        return mapping(record).get("status") not in (None, "published")

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """An ad stands in three parts, and employers put anything into each. Several ways of working may be offered."""
        company = text(record.pop("company_name", None))
        modes = [mode for key, mode in _WORK_MODES.items() if record.pop(key, None) is True]
        work_mode = modes[0] if len(modes) == 1 else None
        places = mappings(record.pop("locations", []))
        named, country = text(record.pop("location", None)), text(record.pop("country", None))
        parts = [text(record.pop(key, None)) for key in ("highlight", "description", "requirements")]
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("id")) or "",
            title=text(record.pop("title")) or "",
            description="\n".join(part for part in parts if part),
            url=text(record.pop("careers_url", None)),
            hiring_organization=board.hiring_organization or company,
            job_location=joined(
                joined((text(place.get(key)) for key in ("city", "state", "country")), ", ") for place in places
            )
            or named,
            job_location_type="TELECOMMUTE" if work_mode == "remote" else None,
            country_raw=joined(text(place.get("country")) for place in places) or country,
            work_mode=work_mode,
            employment_type=self.known(
                _EMPLOYMENT_TYPES, "employment_type_code", record.pop("employment_type_code", None)
            ),
            date_posted=iso_date(record.pop("published_at", None)),
            valid_through=iso_date(record.pop("close_at", None)),
            **self.pay([_pay(mapping(record.pop("salary", None)))])._asdict(),
        )


def _pay(pay: dict[str, Any]) -> Pay:
    """A salary, whose amounts are strings."""
    return Pay(amount(pay.get("min")), amount(pay.get("max")), currency(pay.get("currency")), unit(pay.get("period")))
