"""A user's own skills, and those that were proposed and refused: two CSV files beside the warehouse that only grow.

skills.csv has the columns of the table that ships (nlp/skills.csv); rejected_skills.csv has name and rejected_at (UTC).
"""

import csv
from pathlib import Path

OWN_FILE = "skills.csv"
"""Name of the file of accepted skills, in the folder of the database."""
REJECTED_FILE = "rejected_skills.csv"
"""Name of the file of refused names, in the folder of the database."""
OWN_COLUMNS = (
    "skill", "name", "category", "aliases", "ambiguity", "parent", "since",
    "github_topic", "stackoverflow_tag", "esco_uri", "onet_code",
)  # fmt: skip
REJECTED_COLUMNS = ("name", "rejected_at")


def rejected_names(path: Path) -> list[str]:
    """The refused names; none where there is no file.

    Raises ValueError, naming the file and the remedy, where it isn't a CSV file with a column name, and OSError.
    """
    if not path.exists():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if "name" not in (rows.fieldnames or ()):
                raise ValueError(f"{path}, line 1: there is no column name; mend the line, or move the file away")
            return [row["name"] for row in rows if row["name"]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: not a CSV file in UTF-8 ({error}); mend it or move it away") from error
