"""France Travail: the public employment service's offers in our occupations, with the user's own key."""

import html
import re
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import urlencode

from scrapy.http import Request, Response
from w3lib.url import add_or_replace_parameters, url_query_parameter

from crawler.boards import Board
from crawler.fields import Pay, amount, iso_date, joined, mapping, mappings, paragraphs, section, text
from crawler.items import Item, JobPosting, SalaryUnit
from crawler.spiders.board import BoardSpider, UnreadableError

_OCCUPATIONS = ("M1805", "M1403", "M1811", "M1405")  # ROME: development, studies, data engineering, data science
_PAGE = 150
_LAST_START = 3000  # of a range that the API answers
_CONTRACTS = {
    "cdi": None, "cdd": "TEMPORARY", "mis": "TEMPORARY", "sai": "TEMPORARY", "tti": "TEMPORARY", "ddi": "TEMPORARY",
    "lib": "CONTRACTOR", "din": None, "fra": None, "cce": None, "rep": None,
}  # fmt: skip
_HOURS = {"temps plein": "FULL_TIME", "temps partiel": "PART_TIME"}
_UNITS: dict[str, SalaryUnit] = {"annuel": "YEAR", "mensuel": "MONTH", "horaire": "HOUR"}
_SUM = r"(\d+(?:[.,]\d+)?)\s*"
_PAY = re.compile(rf"(annuel|mensuel|horaire) de {_SUM}(?:(?:euros|€)\s*)?(?:\S{{1,3}}\s+{_SUM}(?:euros|€))?", re.I)


class FrancetravailSpider(BoardSpider):
    """A token comes first. Offers come in ranges: 206 is one of several, 204 an empty one."""

    name = "francetravail"
    url = "https://api.francetravail.io/partenaire/offresdemploi/v2/offres/search"
    token_url = "https://entreprise.francetravail.fr/connexion/oauth2/access_token?realm=/partenaire"  # noqa: S105
    people = frozenset(["agence", "contact"])
    ignored = frozenset(
        [
            "accessibleTH",
            "alternance",
            "appellationlibelle",
            "codeNAF",
            "complementExercice",
            "conditionExercice",
            "contexteTravail",
            "dateActualisation",
            "deplacementCode",
            "deplacementLibelle",
            "dureeTravailLibelle",
            "employeurHandiEngage",
            "entrepriseAdaptee",
            "experienceCommentaire",
            "experienceExige",
            "natureContrat",
            "nombrePostes",
            "offresManqueCandidats",
            "outilsBureautiques",
            "permis",
            "qualificationCode",
            "qualificationLibelle",
            "qualitesProfessionnelles",
            "romeCode",
            "romeLibelle",
            "secteurActivite",
            "trancheEffectifEtab",
            "typeContratLibelle",
        ]
    )

    def request(self, board: Board) -> Request:
        """The request for a token."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.keys["FRANCETRAVAIL_ID"],
            "client_secret": self.keys["FRANCETRAVAIL_SECRET"],
            "scope": "api_offresdemploiv2 o2dsoffre",
        }
        headers = {"Accept": self.accept, "Content-Type": "application/x-www-form-urlencoded"}
        return Request(self.token_url, method="POST", body=urlencode(form), headers=headers)

    async def parse(self, response: Response, board: Board) -> AsyncGenerator[Item]:
        """As every platform, once there is a token."""
        if response.status != 200:
            yield self.refused(response, board)
            return
        try:
            token = text(mapping(self.read(response)).get("access_token"))
            if token is None:
                raise UnreadableError("no access_token in the answer")
            self.keys["token"] = token
            response = await self.download(self._range(_OCCUPATIONS[0], 0))
        except UnreadableError as error:
            yield self.fetch(board, "failed", str(error))
            return
        except Exception as error:  # whatever a download can end with
            yield self.broken(error, board)
            return
        async for item in super().parse(response, board):
            yield item

    async def download(self, request: Request) -> Response:
        """As every download, with a part and nothing as good answers."""
        response = await super().download(request)
        if response.status == 204:
            return response.replace(status=200, body=b'{"resultats": []}')
        return response.replace(status=200) if response.status == 206 else response

    def _range(self, occupation: str, start: int) -> Request:
        query = {"codeROME": occupation, "range": f"{start}-{start + _PAGE - 1}", "sort": "1"}  # newest first
        url = add_or_replace_parameters(self.url, query)
        return Request(url, headers={"Authorization": f"Bearer {self.keys['token']}"})

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``resultats``."""
        offers = mapping(body).get("resultats")
        if not isinstance(offers, list):
            raise UnreadableError("no list of resultats in the answer")
        return offers, None

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """The range after a full one, or the first one of the next occupation."""
        occupation, span = (url_query_parameter(response.url, name) or "" for name in ("codeROME", "range"))
        start = int(span.partition("-")[0]) + _PAGE
        if len(body["resultats"]) == _PAGE and start <= _LAST_START:
            return self._range(occupation, start)
        later = _OCCUPATIONS[_OCCUPATIONS.index(occupation) + 1 :]
        return self._range(later[0], 0) if later else None

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """A place with a code of a French commune is in France."""
        place = mapping(record.pop("lieuTravail", None))
        hours = self.known(_HOURS, "dureeTravailLibelleConverti", record.pop("dureeTravailLibelleConverti", None))
        contract = self.known(_CONTRACTS, "typeContrat", record.pop("typeContrat", None))
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("id")) or "",
            title=text(record.pop("intitule")) or "",
            description=paragraphs(text(record.pop("description"))) + _profile(record),
            url=text(mapping(record.pop("origineOffre", None)).get("urlOrigine")),
            hiring_organization=text(mapping(record.pop("entreprise", None)).get("nom")),
            job_location=text(place.get("libelle")),
            country_raw="France" if text(place.get("commune")) else None,
            employment_type=joined([hours, contract], ", "),
            industry=text(record.pop("secteurActiviteLibelle", None)),
            date_posted=iso_date(record.pop("dateCreation", None)),
            **self.pay([self._pay(text(mapping(record.pop("salaire", None)).get("libelle")) or "")])._asdict(),
        )

    def _pay(self, words: str) -> Pay:
        """Pay such as "Annuel de 40000,00 Euros à 48000,00 Euros sur 12 mois"."""
        found = _PAY.match(words)
        if found is None:
            if re.search(r"\d", words):
                self.report("pay/cannot be read")
            return Pay(None, None, None, None)
        low, high = (amount((bound or "").replace(",", ".")) for bound in found.group(2, 3))
        return Pay(low, high or low, "EUR", _UNITS[found[1].lower()])


def _profile(record: dict[str, Any]) -> str:
    """What the page lists below the text: experience, skills, training, languages."""
    wanted = [text(record.pop("experienceLibelle", None))]
    for name in ("competences", "formations", "langues"):
        for row in mappings(record.pop(name, None)):
            labels = (text(row.get(key)) for key in ("libelle", "niveauLibelle", "domaineLibelle"))
            wanted.append(joined(labels, " "))
    rows = "".join(f"<li>{html.escape(one, quote=False)}</li>" for one in wanted if one)
    return section("Profil souhaité", rows and f"<ul>{rows}</ul>")
