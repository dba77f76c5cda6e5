"""Addresses of job pages in sitemaps and robots.txt."""

import re
from urllib.parse import urljoin, urlsplit

from lxml import etree
from scrapy.http import Response
from scrapy.utils.gz import gunzip

MAX_BYTES = 64 * 2**20  # of an unpacked sitemap; the standard allows 50 MB
_JOB = re.compile(r"job|career|posting|position|vacanc|opening|stellen|emploi", re.I)
_LINE = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.I | re.M)


class SitemapError(Exception):
    """Not a sitemap, or a torn one."""


def sitemaps_of(robots: Response) -> list[str]:
    """The sitemaps that a robots.txt names, in its order."""
    found = (urljoin(robots.url, url.decode("utf-8", "replace")) for url in _LINE.findall(robots.body))
    return list(dict.fromkeys(url for url in found if urlsplit(url).scheme in ("http", "https")))


def read_sitemap(response: Response) -> tuple[list[str], list[str]]:
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
        if re.match(rb"\s*(?:https?://\S+\s*)+\Z", body):  # the plain form: an address a line
            return [], body.decode("utf-8", "replace").split()
        raise SitemapError(f"not XML ({error})") from error
    kind = etree.QName(root).localname
    if kind not in ("urlset", "sitemapindex"):
        raise SitemapError(f"<{kind}> instead of a sitemap")
    urls = [urljoin(response.url, loc) for loc in (_loc(entry) for entry in root) if loc]
    return (urls, []) if kind == "sitemapindex" else ([], urls)


def _loc(entry: etree._Element) -> str | None:
    """The address of a sitemap's entry."""
    for child in entry:
        if isinstance(child.tag, str) and etree.QName(child).localname == "loc":
            return (child.text or "").strip()
    return None


def is_job_page(url: str) -> bool:
    """Whether an address speaks of jobs in its path, as those of job pages do."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(_JOB.search(parts.path))
