"""Scrapy's settings: a polite, verifying, bounded crawl. Each line that is not Scrapy's default has a reason."""

import os
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from warehouse import CODE_VERSION
from warehouse.store import landing_folder


def _project_page() -> str:
    """The project's page as its package names it; "" where it names none."""
    try:
        urls = metadata("rolescope").get_all("Project-URL") or []
    except PackageNotFoundError:  # run from a checkout that was never installed
        return ""
    return next((url.partition(",")[2].strip() for url in urls), "")


BOT_NAME = "rolescope"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

# Who we are. ROLESCOPE_CONTACT: an address or page where a site's owner reaches whoever runs this crawl.
CONTACT = " ".join(os.environ.get("ROLESCOPE_CONTACT", "").split()) or _project_page()
USER_AGENT = f"{BOT_NAME}/{CODE_VERSION}" + (f" (+{CONTACT})" if CONTACT else "")

# Politeness. crawler/politeness.py holds one request at a time per host over all spiders of the process.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = BOT_NAME
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0
RETRY_TIMES = 3
RETRY_BACKOFF = 1.0  # seconds before the first retry; doubles with each
RETRY_AFTER_MAX = 300  # seconds; a host that asks for more is left alone for the rest of the run
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the board's fetch record says it; an address may hold a user's key
CRAWL_DELAY_MAX = 60  # seconds between requests; a robots.txt that asks for more is answered by leaving

# Safety
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default is False
DOWNLOAD_HANDLERS = {
    "http": "crawler.politeness.PoliteHandler",
    "https": "crawler.politeness.PoliteHandler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),  # Scrapy would read this machine's files
}
TWISTED_DNS_RESOLVER = "crawler.politeness.PublicResolver"
ROLESCOPE_ALLOW_LOOPBACK = False  # True: loopback and private addresses are crawled too, and ports but 80 and 443
SAMPLE_SERVER: int | None = None  # port on loopback that answers for every host
DOWNLOAD_MAXSIZE = 64 * 2**20
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 60  # Ashby has been seen to take 10 s before the first byte
DNS_TIMEOUT = 20
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False
REDIRECT_MAX_TIMES = 5
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False  # a port that runs code

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.middlewares.PatientRetryMiddleware": 550,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.middlewares.SameSiteRedirectMiddleware": 600,
}

# What becomes of an item, in this order. One at a time, so that a board's fetch is written after its postings.
CONCURRENT_ITEMS = 1
ITEM_PIPELINES = {
    "crawler.pipelines.LandingPipeline": 100,
}
# Where `scrapy crawl` writes; `rolescope load` then finds it. `rolescope crawl` says it for itself.
LANDING_DIR = os.environ.get("ROLESCOPE_LANDING") or str(
    landing_folder(Path(os.environ.get("ROLESCOPE_DB", "data/rolescope.duckdb")))
)
JSONLD_MAX_PAGES = 2000  # of one site in one crawl
JSONLD_MAX_SITEMAPS = 50

LOG_LEVEL = "INFO"
STATS_DUMP = False
