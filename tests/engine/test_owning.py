"""Milestones of the student's own stand in the plan like any other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.documents.background import BadInput, read_background, write_background
from planner.engine.background import OwnMilestone
from planner.engine.owning import with_own
from planner.engine.planning import make_plan
from tests.builders import background, catalogue, milestone, skill
from tests.engine.checker import faults
from tests.engine.strategies import later_worlds

START = date(2027, 9, 6)
LANGUAGE = OwnMilestone(slug="own-german", title="Learn German", hours=100)
MOVE = OwnMilestone(slug="own-move", title="Move to Berlin", weeks=4)


def facts():
    return catalogue(
        skill("python"), milestone("search"), needs=["skill:python"], search="search"
    )


def steps(*own, **answers):
    plan = make_plan(facts(), background(start=START, own=own, **answers))
    return {step.id: step for step in plan.steps}


def test_it_takes_what_the_student_said():
    found = steps(MOVE, LANGUAGE, hours_per_week=10)
    move, german = found["milestone:own-move"], found["milestone:own-german"]
    assert (move.finish - move.start).days == 4 * 7
    assert move.load_hours_per_week == 0
    assert german.load_hours_per_week > 0
    assert german.title == "Learn German"
    assert german.strength == "required"


def test_it_waits_for_what_it_needs():
    found = steps(replace(MOVE, needs=("skill:python", LANGUAGE.id)), LANGUAGE)
    move = found["milestone:own-move"]
    assert move.start >= found["skill:python"].finish
    assert move.start >= found["milestone:own-german"].finish
    assert "arrival" not in move.because.text


def test_without_any_nothing_changes():
    assert with_own(facts(), background(start=START)) == facts()


def test_a_pin_and_a_reason_not_to_need_it_hold_for_it_too():
    document = {
        "career": "career",
        "start": "2027-09-06",
        "own": [{"slug": "own-move", "title": "Move", "weeks": 4}],
        "pins": [{"id": "milestone:own-move", "not_before": "2028-01-03"}],
    }
    answers = read_background(document, facts())
    assert write_background(answers)["own"] == document["own"]
    found = {step.id: step for step in make_plan(facts(), answers).steps}
    assert found["milestone:own-move"].start >= date(2028, 1, 3)


@pytest.mark.parametrize(
    ("own", "field", "words"),
    [
        ([{"slug": "move", "title": "x", "weeks": 1}], "own[0].slug", "own-move-to"),
        ([{"slug": "own-a", "title": " ", "weeks": 1}], "own[0].title", "few words"),
        ([{"slug": "own-a", "title": "x"}], "own[0].weeks", "one of the two"),
        (
            [{"slug": "own-a", "title": "x", "weeks": 1, "hours": 1}],
            "own[0].weeks",
            "one of the two",
        ),
        ([{"slug": "own-a", "title": "x", "weeks": -1}], "own[0].weeks", "0 to 520"),
        (
            [{"slug": "own-a", "title": "x", "weeks": 1, "needs": ["role:career"]}],
            "own[0].needs[0]",
            "Nothing can wait",
        ),
        (
            [{"slug": "own-a", "title": "x", "weeks": 1, "needs": ["skill:nothing"]}],
            "own[0].needs[0]",
            "Nothing can wait",
        ),
        (
            [
                {
                    "slug": "own-a",
                    "title": "x",
                    "weeks": 1,
                    "needs": ["milestone:own-b"],
                },
                {
                    "slug": "own-b",
                    "title": "y",
                    "weeks": 1,
                    "needs": ["milestone:own-a"],
                },
            ],
            "own",
            "circle",
        ),
        (
            [{"slug": "own-a", "title": "x", "weeks": 1}] * 2,
            "own[1].slug",
            "already",
        ),
        ("x", "own", "list"),
        ([3], "own[0]", "object"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(own, field, words):
    with pytest.raises(BadInput) as refused:
        read_background(
            {"career": "career", "start": "2027-09-06", "own": own}, facts()
        )
    found = {error.field: error.message for error in refused.value.errors}
    assert words in found[field]


@st.composite
def worlds_with_own(draw):
    world = draw(later_worlds())
    assume(not world.background.not_needed)
    known = sorted(
        [f"skill:{slug}" for slug in world.catalogue.skills]
        + [f"milestone:{slug}" for slug in world.catalogue.milestones]
    )
    target = world.catalogue.roles[world.background.career]
    can = [name for name in known if name != f"milestone:{target.search}"]
    own: list[OwnMilestone] = []
    for number in range(draw(st.integers(1, 2))):
        takes = draw(st.sampled_from(["weeks", "hours"]))
        needs = (
            draw(st.lists(st.sampled_from(can), max_size=2, unique=True)) if can else []
        )
        if own and draw(st.booleans()):
            needs.append(own[-1].id)
        own.append(
            OwnMilestone(
                slug=f"own-{number}",
                title=f"Own {number}",
                needs=tuple(needs),
                **{takes: draw(st.integers(1, 12))},
            )
        )
    return replace(world, background=replace(world.background, own=tuple(own)))


@given(worlds_with_own())
def test_no_plan_with_them_breaks_a_rule(world):
    plan = make_plan(world.catalogue, world.background)
    theirs = with_own(world.catalogue, world.background)
    assert faults(plan, theirs, world.background) == []
    if plan.arrival is not None:
        planned = {step.id for step in plan.steps}
        assert {own.id for own in world.background.own} <= planned
