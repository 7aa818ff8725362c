"""Other routes: the plans of the same person with one answer changed."""

from hypothesis import assume, given

from planner.engine.alternatives import (
    Change,
    changed,
    gist,
    is_needless,
    other_routes,
)
from planner.engine.planning import make_plan, work_out
from tests.builders import (
    any_of,
    background,
    catalogue,
    degree,
    full_time,
    milestone,
    own_pace,
    part_time,
    skill,
    weeks,
    whole,
    years,
)
from tests.engine.strategies import later_worlds, worlds


def routes_of(facts, **answers):
    worked = work_out(facts, background(**answers))
    return {route.name: route for route in other_routes(worked)}


def arrival(plan):
    assert plan.arrival is not None
    return plan.arrival


# Other routes


@given(later_worlds())
def test_every_route_is_the_plan_of_its_answers_and_differs(world):
    worked = work_out(world.catalogue, world.background)
    seen = {(worked.plan.arrival, worked.plan.steps)}
    for route in other_routes(worked):
        again = make_plan(world.catalogue, changed(world.background, route.change))
        assert route.plan == again
        assert route.difference_days == (arrival(again) - arrival(worked.plan)).days
        assert (again.arrival, again.steps) not in seen
        seen.add((again.arrival, again.steps))


@given(worlds())
def test_what_is_not_tried_would_not_be_shown(world):
    worked = work_out(world.catalogue, world.background)
    assume(worked.route is not None)
    plan = worked.plan
    fewer: Change = {"hours_per_week": int(plan.background.hours_per_week * 0.7)}
    if is_needless(worked, "fewer-hours", fewer):
        other = make_plan(world.catalogue, changed(world.background, fewer))
        assert gist(other) == gist(plan)
    camp: Change = {"bootcamp": "yes"}
    if is_needless(worked, "with-bootcamp", camp):
        other = make_plan(world.catalogue, changed(world.background, camp))
        if other.arrival is not None:
            assert other.arrival >= arrival(plan)
            assert (other.cost or 0) >= (plan.cost or 0)


def masters_or_nothing():
    return catalogue(
        degree("cs"),
        degree(
            "ms",
            full_time(years(1), academic=True),
            part_time(years(2), 10, academic=True),
            level="master",
            requires=["degree:cs"],
        ),
        needs=["degree:cs"],
    )


def test_a_masters_is_shown_full_time_and_part_time():
    routes = routes_of(masters_or_nothing())
    assert {"with-masters-full-time", "with-masters-part-time"} <= set(routes)
    full = routes["with-masters-full-time"].plan.steps[-1]
    part = routes["with-masters-part-time"].plan.steps[-1]
    assert (full.id, full.mode) == ("degree:ms", "full-time")
    assert (part.id, part.mode) == ("degree:ms", "part-time")


def test_who_has_a_masters_is_not_asked_again():
    answers = background(masters="yes")
    plan = make_plan(masters_or_nothing(), answers)
    assert any(step.id == "degree:ms" for step in plan.steps)
    routes = routes_of(masters_or_nothing(), masters="yes")
    assert "without-masters" in routes
    assert routes["without-masters"].difference_days < 0


def test_the_cheapest_route_is_shown_where_it_is_cheaper():
    facts = catalogue(
        milestone("dear", full_time(weeks(4), cost=whole(9000))),
        milestone("slow", full_time(weeks(40), cost=whole(100))),
        needs=[any_of("milestone:dear", "milestone:slow")],
    )
    routes = routes_of(facts)
    assert routes["cheapest"].plan.cost == 100
    assert routes["cheapest"].difference_days == 36 * 7
    others = routes_of(facts, objective="cheapest")
    assert others["earliest"].plan.cost == 9000
    assert "cheapest" not in others


def test_a_bootcamp_can_be_left_out_or_asked_for():
    facts = catalogue(
        milestone("camp", full_time(weeks(10)), teaches=["python"]),
        skill("python", own_pace(400)),
        needs=["skill:python"],
    )
    plan = make_plan(facts, background())
    assert [step.id for step in plan.steps] == ["milestone:camp"]
    alone = make_plan(facts, background(bootcamp="no"))
    assert [step.id for step in alone.steps] == ["skill:python"]
    assert "without-bootcamp" in routes_of(facts)
    both = make_plan(facts, background(bootcamp="yes", hours_per_week=80))
    assert "milestone:camp" in [step.id for step in both.steps]
