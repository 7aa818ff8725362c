"""What a new catalogue does to plans, counted and told; and which need no planning."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from planner.effects import (
    Comparison,
    Effect,
    PlanMove,
    effect_of,
    sample_of,
    step_changes,
)
from planner.engine.facts import Catalogue
from planner.engine.planning import make_plan
from planner.samples import known_to, samples
from tests.builders import (
    CAREER,
    background,
    catalogue,
    degree,
    finished,
    milestone,
    own_pace,
    part_time,
    recommended,
    role,
    skill,
    weeks,
    worked,
)
from tests.engine.strategies import later_worlds

MONDAY = date(2027, 8, 16)


def with_python(hours, **more):
    return catalogue(skill("python", hours=hours), needs=["skill:python"], **more)


def worst_of(effect: Effect) -> PlanMove:
    assert effect.worst is not None
    return effect.worst[1]


def two_careers(*, python=40, welding=40):
    """A writer who needs Python, and a welder who needs welding."""
    things = (
        skill("python", hours=python),
        skill("welding", hours=welding),
        role("writer", requires=["skill:python"], is_career=True),
        role("welder", requires=["skill:welding"], is_career=True),
    )
    return Catalogue(
        version="test",
        roles={one.slug: one for one in things[2:]},
        skills={one.slug: one for one in things[:2]},
    )


def test_a_thousand_people_are_counted_right():
    """Ten weeks become twelve for whoever lacks it; others are not moved at all."""
    named = [
        (
            f"person {n}",
            background(
                start=MONDAY + timedelta(weeks=n % 50),
                skills={"python": "solid"} if n % 4 == 0 else {},
            ),
        )
        for n in range(1000)
    ]
    told = []
    effect = effect_of(
        named,
        with_python(100),
        with_python(120),
        progress=lambda done, total: told.append((done, total)),
    )
    assert effect.counts == {"later": 750, "same": 250}
    assert effect.plans == 1000
    assert worst_of(effect).days == 14
    assert (
        effect.in_words == "It moves 750 plans of 1,000, the worst by 2 weeks (career)."
    )
    assert told == [(1, 1)]


def test_earlier_later_lost_and_gained_are_told_apart():
    before = catalogue(
        skill("python", hours=100),
        skill("r", part_time(weeks(20), load=30)),
        needs=["skill:python", "skill:r"],
    )
    after = catalogue(
        skill("python", hours=100),
        skill("r", part_time(weeks(10), load=12)),
        needs=["skill:python", "skill:r"],
    )
    people = [
        ("busy", background(hours_per_week=10)),
        ("middling", background(hours_per_week=20)),
        ("free", background(hours_per_week=40)),
        ("done", background(skills={"python": "solid", "r": "solid"})),
    ]
    counts = effect_of(people, before, after).counts
    assert counts == {"neither": 1, "gained": 1, "earlier": 1, "same": 1}
    assert effect_of(people, after, before).counts == {
        "neither": 1,
        "lost": 1,
        "later": 1,
        "same": 1,
    }
    back = effect_of(people, after, before)
    assert back.in_words == (
        "It moves 2 plans of 4, and 1 plan of them can no longer be made."
    )
    worst = worst_of(back)
    assert worst.name == "middling"
    assert "no plan any more (it was " in worst.in_words
    assert step_changes(worst) == list(worst.after.obstacles)


def test_what_moves_in_the_worst_is_told_step_by_step():
    before = catalogue(
        skill("python", hours=100), skill("r", hours=50), needs=["skill:python"]
    )
    after = catalogue(
        skill("python", hours=100, requires=["skill:r"]),
        skill("r", hours=50),
        needs=["skill:python"],
    )
    effect = effect_of([("one", background(start=MONDAY))], before, after)
    move = worst_of(effect)
    assert move.in_words == (
        "5 weeks later: 29 November 2027 in place of 25 October 2027"
    )
    assert step_changes(move) == [
        "r is new: 16 August 2027 to 20 September 2027.",
        "python: 20 September 2027 to 29 November 2027; it was 16 August 2027 to "
        "25 October 2027.",
    ]


def test_only_careers_whose_facts_differ_are_planned():
    before, after = two_careers(), two_careers(welding=80)
    effect = effect_of(sample_of(before, after, MONDAY), before, after)
    assert [career.slug for career in effect.careers] == ["welder"]
    assert (effect.plans, effect.alike) == (6, 3)
    assert effect.coverage == "All changed careers were planned: 1 career."


def test_words_and_sources_change_no_plan():
    before = with_python(40)
    python = before.skills["python"]
    renamed = replace(python, title="Snakes", summary="New.", sources=("survey",))
    after = replace(before, skills={"python": renamed})
    effect = effect_of([("one", background())], before, after)
    assert (effect.changed_careers, effect.alike) == (0, 1)
    assert effect.in_words == "It moves no plan."


def test_a_cap_on_careers_is_said():
    before, after = two_careers(), two_careers(python=80, welding=80)
    sample = list(sample_of(before, after, MONDAY))
    effect = effect_of(sample, before, after, most_careers=1)
    assert effect.coverage == "1 of 2 changed careers were planned."
    late = effect_of(sample, before, after, is_enough=lambda: True)
    assert late.planned_careers == 1


def test_a_career_that_only_one_of_them_has_moves_nobody():
    before = two_careers()
    after = replace(before, roles={"writer": before.roles["writer"]})
    effect = effect_of(sample_of(before, after, MONDAY), before, after)
    assert effect.plans == 3
    assert effect_of([("x", background(career="welder"))], before, after).plans == 0


def test_what_only_one_of_them_knows_is_left_out_of_what_somebody_brings():
    before = catalogue(skill("python"), skill("perl"), needs=["skill:python"])
    after = with_python(80)
    person = background(
        skills={"perl": "solid", "python": "some"},
        experience=(worked(CAREER, 3), worked("gone", 3)),
    )
    known = known_to(person, before, after)
    assert dict(known.skills) == {"python": "some"}
    assert known.experience == (worked(CAREER, 3),)
    assert effect_of([("one", person)], before, after).counts == {"later": 1}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # A degree that nobody names is taken where another of its level is asked for.
        (
            catalogue(degree("art", field="50.0101"), needs=["any bachelor"]),
            catalogue(
                degree("art", field="50.0101"),
                degree("law", part_time(weeks(9)), field="22.0101"),
                needs=["any bachelor"],
            ),
        ),
        # And a course that nobody names, for what it teaches.
        (
            catalogue(skill("python"), needs=["skill:python"]),
            catalogue(
                skill("python"),
                milestone("course", teaches=["python"]),
                needs=["skill:python"],
            ),
        ),
        (
            catalogue(skill("python"), needs=[recommended("skill:python")]),
            catalogue(
                skill("python", own_pace(9)), needs=[recommended("skill:python")]
            ),
        ),
    ],
    ids=["any of a level", "a course", "recommended"],
)
def test_what_no_requirement_names_may_change_a_plan_all_the_same(before, after):
    assert not Comparison(before, after).is_alike(background())
    assert Comparison(after, after).is_alike(background())


@st.composite
def edited(draw: st.DrawFn, facts: Catalogue) -> Catalogue:
    """Edit one thing: its modes, what it needs, teaches, or where it stands."""
    thing = draw(st.sampled_from(list(facts.things())))
    what = draw(st.sampled_from(["modes", "requires", "teaches", "last", "degree"]))
    shelf = dict(getattr(facts, f"{thing.kind}s"))
    if what == "modes":
        modes = tuple(
            replace(
                mode,
                takes=replace(
                    mode.takes, high=mode.takes.high + 9, likely=mode.takes.high + 9
                ),
            )
            for mode in thing.modes
        )
        shelf[thing.slug] = replace(thing, modes=modes)
    elif what == "last":
        shelf[thing.slug] = shelf.pop(thing.slug)
    elif what == "degree":
        shelf = dict(facts.degrees)
        shelf["new"] = degree("new", part_time(weeks(1), load=1))
        return replace(facts, degrees=shelf)
    else:
        nothing: dict[str, Any] = {what: ()}
        shelf[thing.slug] = replace(thing, **nothing)
    changed: dict[str, Any] = {f"{thing.kind}s": shelf}
    return replace(facts, **changed)


@given(later_worlds(), st.data())
def test_who_stands_on_the_same_facts_has_the_same_plan(world, data):
    after = data.draw(edited(world.catalogue))
    alike = Comparison(world.catalogue, after).is_alike(world.background)
    event(f"alike: {alike}")
    assume(alike)
    before_plan = make_plan(world.catalogue, world.background)
    after_plan = make_plan(after, world.background)
    assert before_plan.arrival == after_plan.arrival
    assert before_plan.steps == after_plan.steps


def test_the_samples_are_adapted_to_a_career():
    for sample in samples("nurse", MONDAY):
        assert sample.background.career == "nurse"
    leaver, graduate, developer = samples("nurse", MONDAY)
    assert leaver.background.start == date(2028, 8, 15)
    assert graduate.background.education[0].field == "26.0101"
    assert developer.background.experience[0].months == 36
    assert finished().level == developer.background.education[0].level
