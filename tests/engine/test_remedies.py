"""What would help: the smallest changes, applied as a document says them."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from planner.documents.background import read_background, write_background
from planner.documents.plan import write_change
from planner.engine.alternatives import changed
from planner.engine.background import Pin
from planner.engine.planning import can_arrive_by, make_plan, work_out
from planner.engine.remedies import amiss, would_help
from tests.builders import (
    any_of,
    background,
    catalogue,
    degree,
    full_time,
    masters,
    milestone,
    part_time,
    weeks,
    whole,
    years,
)
from tests.engine.strategies import later_worlds, worlds


def remedies_of(facts, **answers):
    return would_help(work_out(facts, background(**answers)))


def two_courses(cost=None):
    return catalogue(
        milestone("first", full_time(weeks(4), cost=cost)),
        milestone("second", full_time(weeks(4)), requires=["milestone:first"]),
        needs=["milestone:second"],
    )


def exactly(name, day):
    return Pin(id=f"milestone:{name}", exactly=day)


@given(later_worlds(), st.sampled_from([None, date(2027, 12, 1), date(2029, 1, 1)]))
def test_what_would_help_helps(world, target):
    answers = replace(world.background, target_date=target, hours_per_week=4)
    worked = work_out(world.catalogue, answers)
    wrong = amiss(worked.plan)
    found = would_help(worked)
    assert wrong or not found
    for remedy in found:
        plan = make_plan(world.catalogue, changed(answers, remedy.other.change))
        assert plan == remedy.other.plan
        assert remedy.helps
        assert not set(remedy.helps) & amiss(plan)
        hours = remedy.other.change.get("hours_per_week")
        if isinstance(hours, int) and hours - 1 > answers.hours_per_week:
            less = {**remedy.other.change, "hours_per_week": hours - 1}
            still = amiss(make_plan(world.catalogue, changed(answers, less)))
            assert still >= wrong


# Pins


def test_the_pin_that_is_in_the_way_is_named():
    pins = (
        exactly("first", date(2027, 9, 6)),
        exactly("second", date(2027, 9, 13)),
    )
    found = remedies_of(two_courses(), pins=pins)
    assert [remedy.other.change for remedy in found] == [
        {"pins": pins[1:]},
        {"pins": pins[:1]},
    ]
    assert "the date that you set for “first”" in found[0].text


def test_all_pins_go_where_no_single_one_helps():
    pins = (
        exactly("first", date(2028, 9, 4)),
        exactly("second", date(2029, 9, 3)),
    )
    (away, _target) = remedies_of(
        two_courses(), pins=pins, target_date=date(2027, 12, 31)
    )
    assert away.other.change == {"pins": ()}


@given(worlds(), st.integers(0, 40))
def test_a_pin_that_is_in_the_way_can_go(world, week):
    plan = make_plan(world.catalogue, world.background)
    own = [step for step in plan.steps if step.because.kind != "in-progress"]
    assume(own)
    day = world.background.start.replace(year=2027 + week % 4)
    pinned = replace(
        world.background,
        pins=(Pin(id=own[week % len(own)].id, exactly=day),),
        target_date=plan.arrival,
        budget=None,
    )
    worked = work_out(world.catalogue, pinned)
    wrong = amiss(worked.plan)
    found = would_help(worked)
    assert not wrong or {"pins": ()} in [remedy.other.change for remedy in found]
    for remedy in found:
        again = changed(pinned, remedy.other.change)
        assert set(remedy.helps) <= wrong - amiss(make_plan(world.catalogue, again))


def test_a_remedy_is_written_as_fields_of_the_background():
    pins = (
        exactly("first", date(2027, 9, 6)),
        exactly("second", date(2027, 9, 13)),
    )
    facts, answers = two_courses(), background(pins=pins)
    for remedy in would_help(work_out(facts, answers)):
        document = write_background(answers) | write_change(remedy.other.change)
        again = read_background(document, facts)
        assert make_plan(facts, again) == remedy.other.plan


# What is asked of a change before its plan is made


@given(worlds())
def test_one_can_arrive_by_the_day_of_the_plan_and_not_a_week_before(world):
    plan = make_plan(world.catalogue, world.background)
    assert can_arrive_by(world.catalogue, world.background, None) == (
        plan.arrival is not None
    )
    if plan.arrival is None:
        return
    assert can_arrive_by(world.catalogue, world.background, plan.arrival)
    assert not can_arrive_by(
        world.catalogue, world.background, plan.arrival - timedelta(days=7)
    )


# One change of a kind


def test_what_needs_more_hours_says_how_many():
    facts = catalogue(
        degree("cs", part_time(years(1), 9, academic=True)), needs=["degree:cs"]
    )
    (remedy,) = remedies_of(facts, hours_per_week=5)
    assert remedy.kind == "hours"
    assert remedy.other.change == {"hours_per_week": 9}
    assert "9 free hours a week instead of 5" in remedy.text


def test_full_time_study_is_named_where_it_is_refused():
    facts = catalogue(degree("cs"), needs=["degree:cs"])
    (remedy,) = remedies_of(facts, full_time_study=False)
    assert remedy.other.change == {"full_time_study": True}


def test_two_changes_are_named_where_no_single_one_helps():
    facts = catalogue(
        degree("cs"),
        milestone("course", part_time(weeks(4), 12)),
        needs=["degree:cs", "milestone:course"],
    )
    (remedy,) = remedies_of(facts, full_time_study=False)
    assert remedy.kind == "two"
    assert remedy.other.change == {"full_time_study": True, "hours_per_week": 12}


def test_a_masters_that_cannot_be_had_is_given_up_once():
    facts = catalogue(
        degree("cs", part_time(years(1), 5, academic=True)),
        masters("ms", full_time(years(1), academic=True)),
        needs=["degree:cs"],
    )
    found = remedies_of(facts, masters="yes", full_time_study=False)
    assert [remedy.kind for remedy in found] == ["full-time-study", "masters"]
    assert found[1].other.change == {"masters": "either"}


def test_to_go_without_a_masters_saves_money():
    """The earliest route has one; without it the plan is later, and is paid for."""
    facts = catalogue(
        masters(
            "ms", full_time(years(1), academic=True, cost=whole(30_000)), requires=[]
        ),
        milestone("course", part_time(weeks(200), cost=whole(500))),
        needs=[any_of("degree:ms", "milestone:course")],
    )
    found = {remedy.kind: remedy for remedy in remedies_of(facts, budget=1000)}
    assert found["masters"].other.change == {"masters": "no"}
    assert found["masters"].other.plan.cost == 500


def test_nothing_is_suggested_where_nothing_is_amiss():
    assert remedies_of(two_courses(), target_date=date(2030, 1, 1)) == ()


def test_a_missed_target_is_answered_with_hours_and_with_a_later_date():
    facts = catalogue(
        milestone("course", part_time(weeks(10), 5)),
        milestone("project", part_time(weeks(10), 5)),
        needs=["milestone:course", "milestone:project"],
    )
    hours, target = remedies_of(facts, hours_per_week=5, target_date=date(2027, 10, 31))
    assert hours.other.change == {"hours_per_week": 10}
    assert hours.text == (
        "With 10 free hours a week instead of 5 you arrive in October 2027."
    )
    assert target.other.change == {"target_date": date(2028, 1, 3)}


def test_a_missed_budget_names_the_cheapest_route_and_the_sum():
    facts = catalogue(
        milestone("dear", full_time(weeks(4), cost=whole(9000))),
        milestone("slow", full_time(weeks(40), cost=whole(100))),
        needs=[any_of("milestone:dear", "milestone:slow")],
    )
    kinds = {r.kind: r for r in remedies_of(facts, budget=500)}
    assert kinds["objective"].other.plan.cost == 100
    assert kinds["budget"].other.change == {"budget": 9000}
