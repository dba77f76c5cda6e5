"""The page of sources: what is known of each, as sources.csv has it."""

from warehouse.sources import Source, sources

_LISTING = {"complete": "every open posting", "window": "recent ads", "events": "what changed"}
_TRAINING = {True: "allowed", False: "forbidden", None: "not said"}
_HEAD = [
    "source", "status", "kind", "lists", "text", "pace", "your own key", "to be named", "training", "terms", "checked",
]  # fmt: skip


def sources_page() -> str:
    """The page as Markdown: a table of the sources that are read, and one of those that are refused."""
    refused = [source for source in sources().values() if source.status == "refused"]
    read = [source for source in sources().values() if source.status != "refused"]
    lines = [
        "# Sources",
        "",
        "Made by `rolescope docs` from `warehouse/sources.csv`, which crawl, warehouse and dashboard obey. A board is an "
        "employer's page on a platform; a feed is one list of many employers' ads. robots.txt is obeyed everywhere, and a "
        "source that asks to be named is named, with a link, below every page of the dashboard. Ads of sources that forbid "
        "training are left out when a model is trained. Snippets can be read, and are in no statistic.",
        "",
        _row(*_HEAD),
        "|" + "---|" * len(_HEAD),
        *(_row(*_cells(source)) for source in read),
        "",
        "## Refused",
        "",
        "No code for these exists here, and `boards.csv` may not name them.",
        "",
        _row("source", "why"),
        "|---|---|",
        *(_row(_name(source), source.terms) for source in refused),
    ]
    return "\n".join(lines) + "\n"


def _cells(source: Source) -> list[str]:
    """A source's row under _HEAD."""
    host = f", all of {source.shared_host} together" if source.shared_host else ""
    crawled = source.status == "crawled"
    return [
        _name(source),
        source.status,
        source.kind,
        _LISTING[source.listing] if crawled else "",
        source.description_encoding if source.full_text else f"snippets: {source.description_encoding}",
        f"{source.delay_seconds:g} s between requests{host}" if crawled else "",
        ", ".join(f"`{name}`" for name in source.key.split()),
        f"[{source.attribution}]({source.attribution_url})" if source.attribution else "",
        _TRAINING[source.training_allowed],
        source.terms,
        source.checked,
    ]


def _name(source: Source) -> str:
    """Name and key, with a link to whose it is."""
    name = f"[{source.name}]({source.homepage})" if source.homepage else source.name
    return f"{name} `{source.source}`"


def _row(*cells: str) -> str:
    """One line of a table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
