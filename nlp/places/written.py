"""From places as a posting writes them ("Austin, TX; Remote - US") to the places that they mean."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.places.meant import Place, Written, certain, decided, without_doubles
from nlp.places.names import Meaning, folded, meanings
from nlp.places.parts import Part, is_code, understood

MOST = 20  # places of a posting
_LONGEST = 4_000  # characters read
_LONGEST_PART = 200
_TOWN = 150_000  # people: a name that only smaller places bear may well be another, smaller one's

_CITY = 300_000  # people: what bears the name of such a city is not taken for a smaller place
_PART = 5  # times as many people as in a city have those whose part it may be

_LINES = re.compile(r"[\n\r]")
_TAGS = re.compile(r"<[^<>]{0,200}>")
_BRACKETS = re.compile(r"[(\[{][^()\[\]{}]{0,400}[)\]}]")
_IN_BRACKETS = re.compile(r"[;|/()\[\]{}]|\s(?:or|and|oder|ou)\s")
_ITEMS = re.compile(r"\s*(?:[;|•·]|/|\s(?:or|oder|ou|o)\s|\sOR\s(?=[A-Z][a-z]))\s*")
_PARTS = re.compile(r"\s*(?:[,:()\[\]{}]|\s[-–—_]+|[-–—]\s|--)\s*")
_REMOTE_WORD = re.compile(r"remot|home|anywhere|wfh|t[eé]l[eé]")
_REMOTE = re.compile(
    r"(?<!\bno )(?<!\bnot )(?<!\bnon-)\bremote(?:ly)?\b(?![- ]friendly)|\bremoto\b|\btele-?(?:work|commut)|\bt[ée]l[ée]travail|\bteletrabajo"
    r"|\bhome ?office\b|\bwork(?:ing)? from (?:home|anywhere)|\bwfh\b|\banywhere\b"
)
_HYBRID = re.compile(r"\bhybrid|\bh[íi]brido|partial(?:ly)? remote|remote[- ]friendly|\bon-?site\b")

_NOTHING = Written()


def read_places(text: str, countries: frozenset[str] = frozenset()) -> list[Place]:
    """The places that ``text`` names, in its order, without doubles, at most 20 of them; "Germany; Berlin" is Berlin.

    ``countries`` are the only ones in question, by their codes (empty: any): an ambiguous name lies there if it can.
    Else a name that could mean places in several countries is left out, unless one of them is much the largest or
    another place lies beside it."""
    text = " ".join(_LINES.sub("; ", text[:_LONGEST]).split())
    if "<" in text or "&" in text:
        text = html.unescape(_TAGS.sub("; ", text))
    if "(" in text or "[" in text:
        text = _BRACKETS.sub(lambda found: f"({_IN_BRACKETS.sub(',', found[0][1:-1])})", text)
    written = [place for item in _ITEMS.split(text)[: 3 * MOST] for place in _written(item)]
    known = countries or (certain(written) if len(written) > 1 else countries)
    others_by_code = len(written) > 1 and any(
        place.by_code and all(meaning.level == 3 for meaning in place.meanings) for place in written
    )
    return without_doubles([decided(place, known, bool(countries), others_by_code) for place in written])[:MOST]


def _written(item: str) -> Iterator[Written]:
    """The places of an item, with commas between their parts and sometimes between themselves ("Berlin, Munich")."""
    if not item:
        return
    if "," not in item and (whole := meanings(item)):
        yield Written(item, whole, by_code=is_code(item))
        return
    low = item.lower()
    is_remote = bool(_REMOTE_WORD.search(low) and _REMOTE.search(low) and not _HYBRID.search(low))
    parts = [
        part for segment in _PARTS.split(item)[: 4 * MOST] if segment for part in understood(segment[:_LONGEST_PART])
    ]
    if _is_downwards(parts):
        parts.reverse()
    found = list(_grouped(parts))
    if not found and is_remote:
        yield Written(is_remote=True)
    for place in found:
        yield place._replace(is_remote=True) if is_remote else place


def is_all_places(text: str) -> bool:
    """Whether a text names places and nothing else but words like "remote"; not so a name that only small towns bear."""
    parts = [
        part
        for item in _ITEMS.split(text)
        for segment in _PARTS.split(item)
        for part in understood(segment[:_LONGEST_PART])
    ]
    return all(part.meanings for part in parts) and any(
        meaning.people > _TOWN and not meaning.weak for part in parts for meaning in part.meanings
    )


def _is_downwards(parts: Sequence[Part]) -> bool:
    """Whether a place goes from the country down ("US, CA, San Jose")."""
    if len(parts) < 3:
        return False
    countries = {meaning.country for meaning in parts[0].meanings if meaning.level == 3}
    inside = any(meaning.level == 2 and meaning.country in countries for meaning in parts[1].meanings)
    return inside and not any(meaning.level == 3 and meaning.country in countries for meaning in parts[2].meanings)


def _grouped(parts: Iterable[Part]) -> Iterator[Written]:
    """Names that belong together, from the smaller to the larger, as one place each."""
    last, place = _NOTHING, _NOTHING
    for part in parts:
        if not part.meanings:
            if place.meanings:
                place = place._replace(after=(*place.after, part.name))
            else:
                place = place._replace(before=(*place.before, part.name))
            continue
        by_code = is_code(part.name)
        if joined := _joined(place.meanings, part.meanings):
            if by_code and len({meaning.country for meaning in joined}) > 1:  # "Ontario, CA": sizes say nothing
                joined = tuple(meaning._replace(people=0) for meaning in joined)
            place = Written(place.name, joined, place.before, place.after, is_whole=True)
            if last.meanings and _is_part_of(last, place):
                place = place._replace(before=(*last.before, last.name, *place.before))
                last = _NOTHING
        elif not place.after and (around := _around_unknown_town(place, part.meanings, by_code)):
            place = place._replace(meanings=around, before=(*place.before, place.name), by_code=by_code, is_whole=True)
        else:
            if last.meanings:
                yield last
            if place.meanings:
                last, place = place, Written("", (), place.after)
            place = Written(part.name, part.meanings, place.before, by_code=by_code)
    if last.meanings:
        yield last
    if place.meanings or place.before:
        yield place


def _is_part_of(place: Written, other: Written) -> bool:
    """Whether a place is a part of the next, or a namesake inside it ("Mitte, Berlin, Germany"; "Delhi, Ontario, Canada"),
    and not one more place ("Boston, San Francisco, CA")."""
    if place.is_whole:
        return False
    largest = max(place.meanings, key=lambda meaning: meaning.people)
    around = max(other.meanings, key=lambda meaning: meaning.people)
    if any(
        small.country == large.country and large.region in (None, small.region)
        for small in place.meanings
        for large in other.meanings
    ):
        return around.country != "US" and around.level == 1 and around.people > _PART * largest.people
    is_city = largest.level == 1 and largest.people > _CITY and folded(largest.city or "") == folded(place.name)
    return not is_city or all(meaning.level > 1 for meaning in other.meanings)


def _joined(place: Sequence[Meaning], container: Sequence[Meaning]) -> tuple[Meaning, ...]:
    """What a place can mean that lies in something that the next name can mean, or is the same."""
    inside = []
    for small in place:
        for large in container:
            if small.level < large.level and small.country == large.country and large.region in (None, small.region):
                inside.append(small)
                break
    if not inside:
        inside = [small for small in place if any(small[:3] == other[:3] for other in container)]
    strong = tuple(small for small in inside if not small.weak)
    return strong or tuple(small._replace(weak=False) for small in inside)


def _around_unknown_town(place: Written, found: Sequence[Meaning], by_code: bool) -> tuple[Meaning, ...]:
    """What the next name means where it says that ``place`` is a town that only bears a known name ("Lebanon, NH")."""
    if place.by_code or not place.meanings:
        return ()
    strong = [meaning for meaning in found if not meaning.weak]
    if by_code and any(meaning.country == "US" for meaning in place.meanings):  # "Georgetown, DE"
        strong = [meaning for meaning in strong if meaning.country == "US"] or strong
    if by_code and any(meaning.level == 2 for meaning in strong):
        return tuple(strong)
    is_large = any(meaning.level == 1 and meaning.people > _TOWN for meaning in strong)
    if is_large or any(meaning.level > 1 for meaning in place.meanings):  # "Boston, New York"; "Canada, Texas"
        return ()
    small = max(meaning.people for meaning in place.meanings) < 500_000
    return tuple(meaning for meaning in strong if meaning.level == 2 or small)
