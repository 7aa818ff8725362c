"""What tells two documents apart, row by row."""

import copy

import pytest

from planner.documents.differences import (
    KINDS,
    LABELS,
    alternatives_in_words,
    differences,
    grouped,
    in_words,
)
from tests.web import world


@pytest.fixture
def old():
    document = world.small_catalogue()
    for number, role in enumerate(document["roles"]):
        for needed in role["requires"]:
            needed["key"] = f"{needed['key']}-{number}"
    return document


@pytest.fixture
def new(old):
    return copy.deepcopy(old)


def said(old, new):
    return [
        (c.how, c.kind, c.key, [(f.label, f.old, f.new) for f in c.fields])
        for c in differences(old, new)
    ]


def test_the_same_document_differs_in_nothing(old, new):
    assert differences(old, new) == ()
    assert in_words(()) == "nothing"


def test_an_order_that_is_no_position_is_no_difference(old, new):
    new["skills"].reverse()
    new["roles"][0]["requires"].reverse()
    assert differences(old, new) == ()


def test_a_row_that_another_thing_owns_now_is_one_change(old, new):
    mode = new["skills"][0]["modes"].pop()
    new["skills"][1]["modes"].append(mode)
    assert said(old, new) == [
        ("changed", "mode", "python-part-time", [("belongs to", "Python", "Git")])
    ]


def test_a_thing_that_goes_takes_its_rows_along_and_stands_as_one_group(old, new):
    gone = new["skills"].pop()
    changes = differences(old, new)
    assert [(c.how, c.kind) for c in changes] == [
        ("removed", "skill"),
        ("removed", "mode"),
    ]
    [group] = grouped(changes)
    assert (group.title, group.kind) == (gone["title"], "skill")


def test_values_read_as_an_editor_would_say_them(old, new):
    role = new["roles"][0]
    role |= {"is_career": False, "search_share": 0.75, "related": []}
    mode = new["degrees"][0]["modes"][0]
    mode["takes"] = {"low": 3.5, "likely": 4, "high": 6, "unit": "years"}
    mode["cost"] = {"amount": 9834.5, "per": "year", "source": "wages"}
    new["degrees"][0]["counts_as"] = ["27.0501"]
    wages = "Occupational Employment and Wage Statistics (May 2025)"
    assert said(old, new) == [
        (
            "changed",
            "role",
            "machine-learning-engineer",
            [
                ("career", "yes", "no"),
                ("related careers", "Data scientist", ""),
                ("search may begin at", "90 %", "75 %"),
            ],
        ),
        (
            "changed",
            "degree",
            "bachelor-computer-science",
            [("also taken", "", "27.0501 Statistics, General")],
        ),
        (
            "changed",
            "mode",
            "bachelor-computer-science-full-time",
            [
                ("cost", "", f"9,834.5 US dollars a year ({wages})"),
                ("takes", "4 years", "3.5 to 6 years, likely 4"),
            ],
        ),
    ]


def test_what_reads_alike_and_is_not_is_shown_as_it_stands(old, new):
    # Two sources of one title and date: only their names tell them apart.
    old["sources"]["wages-again"] = old["sources"]["wages"]
    new["sources"]["wages-again"] = new["sources"]["wages"]
    new["roles"][0]["occupations"][0]["source"] = "wages-again"
    [(_how, _kind, _key, fields)] = said(old, new)
    assert fields == [("source", '"wages"', '"wages-again"')]


def test_alternatives_read_as_a_sentence():
    titles = {"skill:python": "Python", "role:writer": "Writer"}
    way = {"thing": None, "level": None, "months": None, "share": 1}
    python = way | {"thing": "skill:python"}
    writer = way | {
        "thing": "role:writer",
        "months": {"low": 6, "likely": 12, "high": 24},
    }
    half = way | {"level": "bachelor", "share": 0.5}
    assert alternatives_in_words([], titles) == "Nothing meets it yet."
    assert alternatives_in_words([python], titles) == "Python."
    assert alternatives_in_words([python, writer, half], titles) == (
        "Any one of: Python; 6 to 24 months (likely 12) as Writer; "
        "50 % of any bachelor’s degree."
    )


def test_everything_is_added_where_there_was_nothing(old):
    changes = differences(None, old)
    assert {change.how for change in changes} == {"added"}
    kinds = [group.kind for group in grouped(changes)]
    assert kinds == sorted(kinds, key=list(KINDS).index)
    labels = {field.label for change in changes for field in change.fields}
    assert labels <= set(LABELS.values())
