"""Addresses of job pages in sitemaps and robots.txt."""

import re
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree
from scrapy.http import Response
from scrapy.utils.gz import gunzip
from w3lib.url import safe_url_string

MAX_BYTES = 64 * 2**20  # of an unpacked sitemap; the standard allows 50 MB
_JOB = re.compile(r"job|career|posting|position|vacanc|opening|stellen|emploi", re.I)
_LINE = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.I | re.M)


class SitemapError(Exception):
    """Not a sitemap, or a torn one."""


class Page(NamedTuple):
    """A page that a sitemap lists."""

    url: str
    """Its address, escaped as it is asked for."""
    lastmod: str | None
    """When it changed last, as the site writes it; None: not stated."""


def sitemaps_of(robots: Response) -> list[str]:
    """The sitemaps that a robots.txt names, in its order."""
    found = (_address(robots.url, url.decode("utf-8", "replace")) for url in _LINE.findall(robots.body))
    return list(dict.fromkeys(url for url in found if url))


def read_sitemap(response: Response) -> tuple[list[str], list[Page]]:
    """What a sitemap lists: other sitemaps, and pages. Both namespaces, none, and gzip are read.

    Raises SitemapError; a sitemap that breaks off is one, since the pages it would have gone on to are missing.
    """
    body = response.body
    if body[:3] == b"\x1f\x8b\x08":
        try:
            body = gunzip(body, max_size=MAX_BYTES)
        except Exception as error:
            raise SitemapError(f"cannot be unpacked ({error})") from error
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        words = body.split()
        if words and all(re.match(rb"https?://.", word) for word in words):  # the plain form: an address a line
            lines = (_address(response.url, word.decode("utf-8", "replace")) for word in words)
            return [], [Page(url, None) for url in lines if url]
        raise SitemapError(f"not XML ({error})") from error
    kind = etree.QName(root).localname
    if kind not in ("urlset", "sitemapindex"):
        raise SitemapError(f"<{kind}> instead of a sitemap")
    found = ((_address(response.url, _child(entry, "loc")), _child(entry, "lastmod")) for entry in root)
    pages = [Page(url, lastmod) for url, lastmod in found if url]
    return ([page.url for page in pages], []) if kind == "sitemapindex" else ([], pages)


def _address(base: str, url: str | None) -> str | None:
    """An address in full, escaped as it is asked for; None where it is none of a web page."""
    try:
        whole = safe_url_string(urljoin(base, url or ""))
        return whole if url and urlsplit(whole).scheme in ("http", "https") else None
    except ValueError:  # as in https://[careers/
        return None


def _child(entry: etree._Element, name: str) -> str | None:
    """The text of an entry's child; None where it is absent or empty."""
    for child in entry:
        if isinstance(child.tag, str) and etree.QName(child).localname == name:
            return (child.text or "").strip() or None
    return None


def is_job_page(url: str) -> bool:
    """Whether an address speaks of jobs in its path, as those of job pages do."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(_JOB.search(parts.path))
