"""How to cite a snapshot. Pure functions: no Streamlit, no queries."""

from collections.abc import Mapping
from typing import Any


def citations(newest: Mapping[str, Any], counts: Mapping[str, Any]) -> dict[str, str]:
    """How to cite a snapshot, by form: text, BibTeX and CITATION.cff."""
    key, at = newest["snapshot_id"], newest["taken_at"]
    invented = " of invented sample ads" if newest["is_sample"] else ""
    size = (
        f"{newest['n_posting']:,} postings{invented}, {counts['n_ads']:,} openings of {counts['n_employers']:,} employers, "
        f"{counts['n_labelled']:,} of them labelled"
    )
    made = f"rolescope {newest['code_version']}, labels {newest['model_version'] or 'none'}"
    return {
        "Text": f"The rolescope authors ({at:%Y}). rolescope snapshot {key} of {at:%d %B %Y, %H:%M} UTC: {size}. Made with {made}.",
        "BibTeX": "\n".join(
            [
                f"@misc{{rolescope_{key},",
                "  author = {{The rolescope authors}},",
                f"  title = {{rolescope snapshot {key}}},",
                f"  year = {{{at:%Y}}},",
                f"  month = {at:%b},".lower(),
                f"  version = {{{key}}},",
                f"  note = {{Published {at:%Y-%m-%d %H:%M} UTC: {size}. Made with {made}}}",
                "}",
            ]
        ),
        "CITATION.cff": "\n".join(
            [
                "cff-version: 1.2.0",
                "message: If you use these numbers, please cite the snapshot that they are of.",
                "type: dataset",
                f"title: rolescope snapshot {key}",
                f'version: "{key}"',
                f"date-released: {at:%Y-%m-%d}",
                "authors:",
                "  - name: The rolescope authors",
                f'abstract: "{size}. Made with {made}."',
            ]
        ),
    }
