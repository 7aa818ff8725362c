"""The trade-off between date and money, against brute force."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given

from planner.engine.frontier import frontier
from planner.engine.planning import make_plan, work_out
from tests.builders import (
    any_of,
    background,
    catalogue,
    full_time,
    milestone,
    part_time,
    recommended,
    weeks,
    whole,
)
from tests.engine.oracle import TooLarge, best_plan
from tests.engine.reading import Reading
from tests.engine.strategies import later_worlds, worlds

NEAR = 50  # dollars; below any difference of costs, above all rounding


@given(worlds())
def test_nobody_finds_a_plan_that_the_frontier_lacks(world):
    """Between two of its plans there is none that is earlier for the money."""
    worked = work_out(world.catalogue, world.background)
    assume(worked.route is not None)
    found = frontier(worked)
    assume(found.costs[0] > 0)
    calendar = Reading(world.catalogue, world.background).calendar

    def best(most_cost):
        try:
            return best_plan(
                world.catalogue, world.background, limit=3000, most_cost=most_cost
            )
        except TooLarge:
            assume(False)

    for (_, cost), (plan, cheaper) in pairwise(
        zip(found.plans, found.costs, strict=True)
    ):
        expected = best(cost - NEAR)
        assert calendar.day(expected.arrival) == plan.arrival
        assert expected.cost == pytest.approx(cheaper, abs=NEAR)
    if found.costs[-1] > NEAR:
        assert best(found.costs[-1] - NEAR) is None


@given(later_worlds())
def test_the_frontier_is_strict_from_the_earliest_to_the_cheapest(world):
    worked = work_out(world.catalogue, world.background)
    assume(worked.route is not None)
    found = frontier(worked)
    assert found.plans[0] == worked.plan
    pairs = list(zip(found.plans, found.costs, strict=True))
    for (plan, cost), (later, cheaper) in pairwise(pairs):
        assert plan.arrival is not None
        assert later.arrival is not None
        assert later.arrival >= plan.arrival
        assert cheaper < cost
        # To move the fewest steps of an earlier plan comes before the cost (46).
        assert later.arrival > plan.arrival or worked.plan.changes
    cheapest = make_plan(
        world.catalogue, replace(world.background, objective="cheapest")
    )
    assert found.is_whole
    if worked.plan.background.progress is not None:
        return  # what has begun has cost what it has cost
    required = sum(s.cost or 0 for s in cheapest.steps if s.strength != "recommended")
    assert found.costs[-1] == pytest.approx(required, abs=len(cheapest.steps))
    assert found.plans[-1].arrival == cheapest.arrival


def ladder(steps):
    """A career that can be reached faster for more money, in so many ways."""
    ways = [
        milestone(f"way-{n}", full_time(weeks(4 + n), cost=whole(1000 * (steps - n))))
        for n in range(steps)
    ]
    return catalogue(*ways, needs=[any_of(*(way.id for way in ways))])


def test_every_rung_is_there():
    found = frontier(work_out(ladder(5), background()))
    assert found.costs == (5000, 4000, 3000, 2000, 1000)
    assert found.is_whole


@given(worlds())
def test_each_is_the_plan_of_somebody_with_that_budget(world):
    worked = work_out(world.catalogue, world.background)
    assume(worked.route is not None)
    for plan in frontier(worked).plans:
        asked = replace(
            world.background, objective="within-budget", budget=plan.cost or 0
        )
        again = make_plan(world.catalogue, asked)
        assert (again.arrival, again.cost) == (plan.arrival, plan.cost)


def test_a_budget_that_pays_for_nothing_leaves_the_cheapest_plan():
    asked = background(objective="within-budget", budget=10)
    assert make_plan(ladder(5), asked).cost == 1000


def test_without_a_budget_the_date_is_what_counts():
    assert make_plan(ladder(5), background(objective="within-budget")).cost == 5000


def test_a_recommendation_is_not_worth_more_than_the_budget():
    course = milestone("course", full_time(weeks(1), cost=whole(300)))
    facts = catalogue(
        milestone("project", full_time(weeks(4), cost=whole(1000))),
        course,
        milestone("essay", part_time(weeks(8))),
        needs=["milestone:project", "milestone:essay", recommended(course.id)],
    )
    for budget, cost in ((1300, 1300), (1299, 1000)):
        asked = background(objective="within-budget", budget=budget)
        plan = make_plan(facts, asked)
        assert plan.cost == cost
        assert ["costing more than $1,299" in left.why for left in plan.left_out] == (
            [] if cost == 1300 else [True]
        )


def test_more_than_asked_for_is_said():
    found = frontier(work_out(ladder(5), background()), most=3)
    assert found.costs == (5000, 4000, 3000)
    assert not found.is_whole


def test_it_begins_with_the_earliest_plan_whatever_is_preferred():
    facts = ladder(4)
    cheapest = work_out(facts, background(objective="cheapest"))
    earliest = work_out(facts, background())
    assert (
        frontier(cheapest).costs
        == frontier(earliest).costs
        == (
            4000,
            3000,
            2000,
            1000,
        )
    )


def test_what_cannot_be_reached_has_no_frontier():
    nothing = replace(background(), hours_per_week=0)
    facts = catalogue(milestone("project"), needs=["milestone:project"])
    found = frontier(work_out(facts, nothing))
    assert found.plans == ()
