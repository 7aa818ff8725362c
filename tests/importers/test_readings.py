"""Figures made from releases are those that editors curated from the same files."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from planner.documents.catalogue import _FIGURE
from planner.documents.readings import figures_in

pytestmark = pytest.mark.slow

FIXTURES = Path(__file__).parents[2] / "fixtures" / "catalogue" / "09_figures.json"

# Not made from releases, each for its reason.
EXCEPT = {
    "alternate-title": "editors picked the titles that people say most",
    "employment-change of bls-ep-2020-30": "a processed copy, without codes",
}


def identity(figure):
    """What tells a figure apart from others, and all that is said with it."""
    value = figure["value"]
    return (
        figure["measure"],
        figure["soc_code"],
        figure["source"],
        figure["as_of"],
        None if value is None else Decimal(str(value)),
        figure["text"],
        figure["unit"],
        figure["cell"],
        figure["note"],
    )


@pytest.fixture(scope="module")
def shipped():
    rows = json.loads(FIXTURES.read_text(encoding="utf-8"))
    return [
        row["fields"] | {"source": row["fields"]["source"][0]}
        for row in rows
        if row["model"] == "planner.figure"
    ]


@pytest.fixture(scope="module")
def made(releases, shipped):
    """All figures of the codes that the 23 careers name."""
    codes = {figure["soc_code"] for figure in shipped}
    return [
        figure
        for release in releases.values()
        for code, facts in release.readings.items()
        if code in codes
        for figure in figures_in(
            release.kind,
            release.edition,
            release.source["slug"],
            release.files,
            release.facts,
            code,
            facts,
        )
    ]


def test_figures_of_the_23_careers_equal_the_shipped_ones(shipped, made):
    known = {identity(figure) for figure in made}
    left_out: Counter[str] = Counter()
    compared = 0
    for figure in shipped:
        if figure["measure"] == "alternate-title":
            left_out["alternate-title"] += 1
        elif figure["source"] == "bls-ep-2020-30":
            left_out["employment-change of bls-ep-2020-30"] += 1
        else:
            assert identity(figure) in known, figure["key"]
            compared += 1
    assert set(left_out) == set(EXCEPT)
    assert compared == len(shipped) - sum(left_out.values()) > 2000


def test_they_have_the_shape_of_the_document_and_keys_of_their_own(releases):
    validator = jsonschema.Draft202012Validator(_FIGURE)
    for release in releases.values():
        for number, (code, facts) in enumerate(release.readings.items()):
            found = figures_in(
                release.kind,
                release.edition,
                release.source["slug"],
                release.files,
                release.facts,
                code,
                facts,
            )
            keys = [figure["key"] for figure in found]
            assert len(set(keys)) == len(keys), code
            for figure in found if number % 40 == 0 else ():
                validator.validate(figure)
                assert (figure["value"] is None) == (figure["text"] != "")


def test_what_is_top_coded_is_said_in_words_and_never_as_a_number(releases):
    release = releases["oews", "May 2023"]
    found = figures_in(
        release.kind,
        release.edition,
        release.source["slug"],
        release.files,
        release.facts,
        "29-1213",
        release.readings["29-1213"],
    )
    (median,) = [one for one in found if one["measure"] == "annual-wage-median"]
    assert (median["value"], median["text"]) == (None, "$239,200 or more")
    release = releases["projections", "2024-34"]
    top = {
        code: facts
        for code, facts in release.readings.items()
        if facts["median_wage_top_coded"]
    }
    assert top
    for code, facts in top.items():
        found = figures_in(
            release.kind,
            release.edition,
            release.source["slug"],
            release.files,
            release.facts,
            code,
            facts,
        )
        (median,) = [one for one in found if one["measure"] == "annual-wage-median"]
        assert (median["value"], median["text"]) == (None, "$239,200 or more")
