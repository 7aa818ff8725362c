"""O*NET's titles as they were published, for tests and measurements of the search."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.web.world import role, small_catalogue

FOLDER = Path("data", "onet_30_1_text")
Listed = dict[str, list[tuple[str, str]]]


def all_careers(shared: Path) -> dict[str, object]:
    """Return the small catalogue with every occupation of O*NET as a career."""
    document = small_catalogue()
    document["roles"] += [
        role(slug_of(row["O*NET-SOC Code"]))
        | {
            "title": row["Title"],
            "is_generated": True,
            "occupations": [
                {
                    "code": row["O*NET-SOC Code"],
                    "title": row["Title"],
                    "source": "wages",
                    "note": "",
                }
            ],
        }
        for row in _rows(shared, "Occupation Data.txt")
    ]
    return document


def listed_titles(shared: Path) -> Listed:
    """Return alternate, short and reported titles by the code of the occupation."""
    listed: Listed = defaultdict(list)
    for row in _rows(shared, "Alternate Titles.txt"):
        titles = listed[row["O*NET-SOC Code"]]
        titles.append((row["Alternate Title"], "alternate"))
        if row["Short Title"] != "n/a":
            titles.append((row["Short Title"], "short"))
    for row in _rows(shared, "Sample of Reported Titles.txt"):
        listed[row["O*NET-SOC Code"]].append((row["Reported Job Title"], "reported"))
    return dict(listed)


def slug_of(code: str) -> str:
    return "onet-" + code.replace(".", "-")


def _rows(shared: Path, name: str) -> Iterator[dict[str, str]]:
    with (shared / FOLDER / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
