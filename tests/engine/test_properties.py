"""What has to hold in every world that hypothesis can think of.

The checker and the oracle share no code with the engine. By default a few
hundred worlds are tried; CAREERPATH_EXAMPLES=10000 tries so many of each.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.engine.planning import make_plan
from planner.engine.plans import Plan, Reason
from tests.engine.checker import Laid, faults
from tests.engine.oracle import TooLarge, best_plan
from tests.engine.reading import TARGET, Placement, Reading
from tests.engine.strategies import World, later_worlds

DOLLAR = 1  # a step: the engine may round


def plan_of(world: World) -> Plan:
    return make_plan(world.catalogue, world.background)


def laid_out(world: World, plan: Plan) -> Laid:
    """Return the plan in weeks; worlds whose plan is faulty fail elsewhere."""
    assume(plan.arrival is not None)
    assume(not faults(plan, world.catalogue, world.background))
    return Laid(plan, Reading(world.catalogue, world.background))


def own_steps(laid: Laid) -> Iterator[str]:
    """Yield the steps that the planner placed: all but degrees in progress."""
    yield from laid.ways


# Valid, and best


@given(later_worlds())
def test_no_plan_breaks_a_rule(world):
    assert faults(plan_of(world), world.catalogue, world.background) == []


@given(later_worlds())
def test_no_plan_arrives_earlier_or_costs_less(world):
    try:
        best = best_plan(world.catalogue, world.background, limit=3000)
    except TooLarge:
        assume(False)
    plan = plan_of(world)
    if has_exact_pins(world):
        assume(plan.arrival is not None)  # a pin out of reach is said to be so (42)
    if best is None:
        assert plan.status == "impossible"
        return
    assert plan.status == "optimal"
    arrival = Reading(world.catalogue, world.background).calendar.day(best.arrival)
    assert plan.arrival == max(arrival, plan.start)
    if world.background.progress is not None:
        return  # the fewest moves come before the cost (46)
    required = sum(s.cost or 0 for s in plan.steps if s.strength != "recommended")
    assert required == pytest.approx(best.cost, abs=DOLLAR * len(plan.steps))


# Why each date


@given(later_worlds())
def test_no_step_can_start_earlier_alone_but_what_stays_as_planned(world):
    laid = laid_out(world, plan_of(world))
    for step in own_steps(laid):
        earlier = [w for w in range(laid.start(step)) if laid.can_start(step, w)]
        stays = laid.steps[step].because.text == "It stays where your plan had it."
        if stays:
            assert laid.is_kept(step)
        assert bool(earlier) == stays, f"{step} can start in weeks {earlier}."


@given(later_worlds())
def test_without_what_holds_it_a_step_can_start_earlier(world):
    laid = laid_out(world, plan_of(world))
    for step in own_steps(laid):
        because = laid.steps[step].because
        if because.kind == "start":
            assert laid.start(step) == laid.reading.now
            assert not because.also
        else:
            assert could_start_earlier(laid, step, because), (step, because)


@given(later_worlds())
def test_what_is_named_as_a_cause_holds_the_step(world):
    """Leave out any one of the causes named, and the step is held still."""
    laid = laid_out(world, plan_of(world))
    for step in own_steps(laid):
        because = laid.steps[step].because
        for less in with_one_cause_less(because):
            assert not could_start_earlier(laid, step, less), (step, because, less)


@given(later_worlds())
def test_the_steps_named_in_a_reason_are_of_its_kind(world):
    laid = laid_out(world, plan_of(world))
    for step in own_steps(laid):
        because = laid.steps[step].because
        others = [laid.taken(other) for other in because.steps]
        causes = {because.kind, *because.also}
        if because.kind in ("after", "occupation", "hours"):
            assert others, (step, because)
        if because.kind == "after":
            waits = [wait.by for wait in laid.waits_of(step)]
            assert any(set(by) & set(because.steps) for by in waits), (step, because)
        if because.kind == "occupation":
            assert laid.ways[step].is_main
            assert any(is_main for is_main, _ in others), (step, because)
        if because.kind == "hours":
            assert laid.ways[step].load > 0
            assert any(load > 0 for _, load in others), (step, because)
        if "window" in causes:
            assert laid.ways[step].window is not None
        if "term" in causes:
            assert laid.ways[step].terms or laid.ways[step].starts == "term"


@given(later_worlds())
def test_a_reason_names_its_steps_in_words(world):
    plan = plan_of(world)
    titles = {step.id: step.title for step in plan.steps}
    for step in plan.steps:
        text = step.because.text
        assert all(titles[other] in text for other in step.because.steps), text
        assert " ." not in text
        assert "  " not in text
        assert text.endswith(".")


def could_start_earlier(laid: Laid, step: str, because: Reason) -> bool:
    causes = {because.kind, *because.also}
    return any(
        laid.can_start(
            step,
            week,
            without_steps=because.steps,
            without_calendar=bool(causes & {"term", "window"}),
            without_occupation="occupation" in causes,
            without_hours="hours" in causes,
            without_pins="pinned" in causes,
        )
        for week in range(laid.start(step))
    )


def with_one_cause_less(because: Reason) -> Iterator[Reason]:
    """Yield the reason less each of its causes other than the steps it waits for."""
    causes = [because.kind, *because.also]
    if len(causes) == 1:
        return
    for cause in causes:
        rest = tuple(one for one in causes if one != cause)
        if cause in ("term", "window"):
            yield replace(because, kind=rest[0], also=rest[1:])


# How long it can slip


@given(later_worlds())
def test_a_step_can_slip_by_its_slack_and_the_arrival_stays(world):
    laid = laid_out(world, plan_of(world))
    for step in own_steps(laid):
        days = laid.steps[step].slack_days
        assert days % 7 == 0
        assert can_slip(laid, step, days // 7), (step, days)


@given(later_worlds())
def test_no_step_can_slip_further_than_its_slack_alone(world):
    """Where a step can move alone, past no other start, its slack is not less."""
    laid = laid_out(world, plan_of(world))
    for step in own_steps(laid):
        start, slack = laid.start(step), laid.steps[step].slack_days // 7
        week = next_start(laid, step, start + slack + 1)
        if week is None or any(start < laid.start(one) <= week for one in laid.ways):
            continue
        assert not is_fine_alone(laid, step, week), (step, slack, week - start)


def next_start(laid: Laid, step: str, week: int) -> int | None:
    weeks = range(week, week + 60)
    way, calendar = laid.ways[step], laid.reading.calendar
    allowed = laid.reading.allowed(step)  # what is pinned exactly has no slack (42)
    return next((w for w in weeks if w in allowed and way.place(w, calendar)), None)


def can_slip(laid: Laid, step: str, weeks: int) -> bool:
    """Say whether any order of the steps keeps the arrival with this one delayed."""
    by_start = sorted(own_steps(laid), key=laid.start)
    return any(
        arrival_of(laid, order, step, laid.start(step) + weeks) <= laid.arrival
        for order in itertools.chain([by_start], itertools.permutations(by_start))
    )


def arrival_of(laid: Laid, order, delayed: str, not_before: int) -> float:
    """Place the steps in this order as early as can be, and return the arrival."""
    moved = Laid.__new__(Laid)
    moved.__dict__ |= laid.__dict__
    moved.placed = {step: laid.placed[step] for step in laid.begun}
    for step in order:
        since = laid.reading.allowed(step).start
        if laid.is_kept(step):
            since = laid.start(step)
        if step == delayed:
            since = max(since, not_before)
        placement = earliest(laid, moved, step, since)
        if placement is None:
            return float("inf")
        moved.placed[step] = placement
    return arrival_in(laid, moved)


def earliest(laid: Laid, moved: Laid, step: str, since: int) -> Placement | None:
    for wait in laid.waits_of(step):
        met = moved.met_at(wait.options)
        if met is None:
            return None
        since = max(since, met[0])
    moved.placed = {**moved.placed, step: laid.placed[step]}
    try:
        for week in range(since, since + 400):
            if moved.can_start_by_resources(step, week):
                return laid.ways[step].place(week, laid.reading.calendar)
        return None
    finally:
        moved.placed = {k: v for k, v in moved.placed.items() if k != step}


def arrival_in(laid: Laid, moved: Laid) -> int:
    """Return the arrival when all is met that the plan as it was meets."""
    met = [moved.met_at(wait.options) for wait in laid.waits_of(TARGET)]
    return max((one[0] for one in met if one is not None), default=0)


def is_fine_alone(laid: Laid, step: str, week: int) -> bool:
    """Say whether one step can start later with every other where it is."""
    moved = Laid.__new__(Laid)
    moved.__dict__ |= laid.__dict__
    placement = laid.ways[step].place(week, laid.reading.calendar)
    assert placement is not None
    moved.placed = {**laid.placed, step: placement}
    if not moved.can_start_by_resources(step, week):
        return False
    for other in own_steps(laid):
        for wait in laid.waits_of(other):
            met = moved.met_at(wait.options)
            if met is None or met[0] > moved.start(other):
                return False
    return arrival_in(laid, moved) <= laid.arrival


# What a change of the background does


@given(later_worlds(), st.sampled_from([0.5, 1, 2.5, 10]))
def test_more_hours_never_delay_the_arrival(world, more):
    assume(not has_exact_pins(world))
    plan = plan_of(world)
    hours = world.background.hours_per_week + more
    other = make_plan(world.catalogue, replace(world.background, hours_per_week=hours))
    assert not_later(other, plan)


@given(later_worlds(), st.data())
def test_one_thing_more_done_never_delays_the_arrival(world, data):
    assume(not has_exact_pins(world))
    facts, person = world.catalogue, world.background
    changes = [
        *[{"done": (*person.done, slug)} for slug in facts.milestones],
        *[{"skills": {**person.skills, slug: "solid"}} for slug in facts.skills],
    ]
    assume(changes)
    change = data.draw(st.sampled_from(changes))
    assert not_later(make_plan(facts, replace(person, **change)), plan_of(world))


def has_exact_pins(world: World) -> bool:
    """Say whether a plan may be refused for a step that it has only now (42)."""
    return any(pin.exactly is not None for pin in world.background.pins)


def not_later(plan: Plan, other: Plan) -> bool:
    if other.arrival is None:
        return True
    return plan.arrival is not None and plan.arrival <= other.arrival


@given(later_worlds())
def test_wishes_that_are_missed_change_no_plan(world):
    wishes = {"target_date": date(2027, 8, 16), "budget": 1.0}
    person = replace(world.background, **wishes)
    assert make_plan(world.catalogue, person).steps == plan_of(world).steps


@given(later_worlds())
def test_the_same_input_gives_the_same_plan(world):
    assert plan_of(world) == plan_of(world)
