"""Where a career meets public data: its codes, the releases, and what these say.

A catalogue document names the releases that it stands on and, for each career, the
codes to look up in them. A few figures, which lists and plans need, are copied into
it; everything else that a release says is read when the page of the career is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.documents.readings import figures_in

# What lists of careers and the question of the master's show of each career.
HEADLINES = {
    "oews": ("annual-wage-median",),
    "projections": (
        "employment-change",
        "annual-openings",
        "typical-entry-education",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a release says of one code."""

    kind: str
    edition: str
    source: str  # the slug of its source
    files: Sequence[Mapping[str, Any]]
    release_facts: Mapping[str, Any]
    code: str
    facts: Mapping[str, Any]

    def figures(self) -> list[dict[str, Any]]:
        """Return its figures, as the document has them."""
        return figures_in(
            self.kind,
            self.edition,
            self.source,
            self.files,
            self.release_facts,
            self.code,
            self.facts,
        )


def codes_of(occupations: Iterable[str], matrix: Mapping[str, str]) -> list[str]:
    """Return the codes to look up for O*NET-SOC codes: theirs, and their groups'.

    Wages and projections are published for groups of six digits. `matrix` names the
    group of the projections by O*NET-SOC code, where it is another.
    """
    found: set[str] = set()
    for code in occupations:
        found |= {code, code[:7]}
        if group := matrix.get(code):
            found.add(group)
    return sorted(found)


def headline_figures(slug: str, said: Iterable[Said]) -> list[dict[str, Any]]:
    """Return the figures that are copied into the document of a career."""
    return [
        {**figure, "key": f"{slug}-{figure['key']}"}
        for each in said
        for figure in each.figures()
        if figure["measure"] in HEADLINES.get(each.kind, ())
    ]


def all_figures(role: Mapping[str, Any], said: Iterable[Said] = ()) -> list[Any]:
    """Return the figures of a role: the editors' own first, then the public ones.

    What says the same of the same code and period stands once.
    """
    found: dict[tuple[str, ...], Any] = {}
    of_releases = (figure for each in said for figure in each.figures())
    for figure in (*role["figures"], *role["public_figures"], *of_releases):
        same = (
            figure["measure"],
            figure["soc_code"],
            figure["as_of"],
            figure["note"],
            # Of what comes several times with one measure, such as technologies.
            figure["text"] if figure["value"] is None else "",
        )
        found.setdefault(same, figure)
    return list(found.values())
