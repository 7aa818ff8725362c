"""Other routes: what other answers lead to, each a whole plan of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from planner.engine.background import Background
from planner.engine.facts import rank
from planner.engine.network import EFFORT, Network, Way
from planner.engine.planning import Worked, network_of, work_out
from planner.engine.plans import OtherPlan, Plan
from planner.engine.scheduling import schedule
from planner.engine.solving import QUICK, least_cost

HOURS_TRIED = (5, 10, 20)

Change = Mapping[str, object]


def other_routes(worked: Worked) -> tuple[OtherPlan, ...]:
    """Return the plans that other answers lead to, where they differ in what matters.

    Arrival, known cost, and which degrees, jobs and courses are taken in which way:
    that matters. What cannot be done, and what was shown already, is left out.
    """
    plan = worked.plan
    if plan.arrival is None:
        return ()
    seen = {gist(plan)}
    found = []
    for name, title, change in _candidates(worked):
        if is_needless(worked, name, change):
            continue
        other = other_plan(worked, change)
        if other.arrival is None or gist(other) in seen:
            continue
        if name == "with-bootcamp" and not _is_better(other, plan):
            continue
        seen.add(gist(other))
        found.append(compared(plan, name, title, change, other))
    return tuple(found)


def other_plan(worked: Worked, change: Change) -> Plan:
    """Make the plan that other answers lead to, from what is known of this one."""
    background = changed(worked.plan.background, change)
    known = worked.earliest if list(change) == ["objective"] else None
    return work_out(worked.catalogue, background, QUICK, known).plan


def is_needless(worked: Worked, name: str, change: Change) -> bool:
    """Say whether a change cannot lead to anything that is shown.

    This takes a tenth of the time that planning takes, and spares it nearly always.
    """
    plan = worked.plan
    background = plan.background
    if plan.status != "optimal" or background.pins or background.progress is not None:
        return False
    if name == "with-bootcamp" and background.objective == "earliest":
        return _only_adds_cost(worked, change)
    hours = change.get("hours_per_week")
    if isinstance(hours, int) and hours < background.hours_per_week:
        return _stays_the_same(worked, change)
    return False


def _only_adds_cost(worked: Worked, change: Change) -> bool:
    """Say whether no plan with a bootcamp more is cheaper; none can be earlier.

    It costs what the cheapest bootcamp does, and what no route undercuts besides.
    """
    network = _network(worked, change)
    milestones = worked.catalogue.milestones.values()
    bootcamps = [
        network.activities[milestone.id]
        for milestone in milestones
        if milestone.is_bootcamp and milestone.id in network.activities
    ]
    least = least_cost(network, free={activity.id for activity in bootcamps})
    costs = (way.cost for activity in bootcamps for way in activity.ways)
    return least + min(costs, default=0) >= (worked.plan.cost or 0)


def _stays_the_same(worked: Worked, change: Change) -> bool:
    """Say whether the plan can be kept, to the same arrival, with fewer free hours.

    With fewer hours nothing becomes better; so what was best is the best still.
    """
    route, before = worked.route, worked.starts
    if route is None or before is None:
        return False
    network = _network(worked, change)
    ways = {}
    for name, way in route.ways.items():
        activity = network.activities[name]
        alike = [one for one in activity.ways if _is_alike(one, way)]
        if not alike:
            return False
        ways[name] = min(alike, key=lambda one: one.weeks)
    order = sorted(ways, key=lambda name: (before[name], name))
    starts = schedule(network, replace(route, ways=ways), order)
    goal = network.goal
    return starts is not None and starts[goal] <= before[goal]


def _is_alike(way: Way, other: Way) -> bool:
    """Say whether two ways differ in nothing but the pace."""
    if (way.name, way.position) != (other.name, other.position):
        return False
    if [need.options for need in way.needs] != [need.options for need in other.needs]:
        return False
    is_effort = EFFORT in dict(way.uses)
    return is_effort or (way.weeks, way.cost) == (other.weeks, other.cost)


def _network(worked: Worked, change: Change) -> Network:
    return network_of(worked.catalogue, changed(worked.plan.background, change))


def changed(background: Background, change: Change) -> Background:
    """Return a background with other answers. Field names are the document's."""
    return replace(background, **change)  # type: ignore[arg-type]


def compared(
    plan: Plan, name: str, title: str, change: Change, other: Plan
) -> OtherPlan:
    """Set another plan beside this one."""
    difference = None
    if plan.arrival is not None and other.arrival is not None:
        difference = (other.arrival - plan.arrival).days
    return OtherPlan(
        name=name, title=title, change=change, plan=other, difference_days=difference
    )


def _is_better(other: Plan, plan: Plan) -> bool:
    """Say whether a plan is earlier or cheaper: who would pay for a course else?"""
    if other.arrival is None or plan.arrival is None:
        return False
    return other.arrival < plan.arrival or (other.cost or 0) < (plan.cost or 0)


def gist(plan: Plan) -> tuple[object, ...]:
    """Return what matters of a plan when it is set beside another."""
    large = frozenset(
        (step.id, step.mode)
        for step in plan.steps
        if step.is_main or step.kind == "degree"
    )
    return plan.arrival, plan.cost, large


def _candidates(worked: Worked) -> Iterator[tuple[str, str, Change]]:
    """Yield what could be answered otherwise, the most telling first."""
    background = worked.plan.background
    if background.objective != "earliest":
        yield "earliest", "The earliest route", {"objective": "earliest"}
    if background.objective != "within-budget" and background.budget is not None:
        title = "The earliest route within your budget"
        yield "within-budget", title, {"objective": "within-budget"}
    if background.objective != "cheapest":
        yield "cheapest", "The cheapest route", {"objective": "cheapest"}
    yield from _masters(worked)
    yield from _bootcamps(worked)
    if background.full_time_study:
        if any(s.is_main and s.kind != "role" for s in worked.plan.steps):
            change = {"full_time_study": False}
            yield "study-part-time", "Studying part-time", change
    else:
        change = {"full_time_study": True}
        yield "study-full-time", "Studying full-time", change
    for hours in HOURS_TRIED:
        if hours != background.hours_per_week:
            title = f"With {hours} free hours a week"
            yield f"{hours}-hours", title, {"hours_per_week": hours}


def _masters(worked: Worked) -> Iterator[tuple[str, str, Change]]:
    background = worked.plan.background
    if any(rank(e.level) >= rank("master") for e in background.education):
        return
    degrees = worked.catalogue.degrees.values()
    masters = {degree.id for degree in degrees if degree.level == "master"}
    taken = [step for step in worked.plan.steps if step.id in masters]
    if taken and background.masters != "no":
        yield "without-masters", "Without a master’s", {"masters": "no"}
    if (not taken or not taken[0].is_main) and background.full_time_study:
        yield (
            "with-masters-full-time",
            "With a full-time master’s",
            {"masters": "yes", "masters_mode": "full-time"},
        )
    if not taken or taken[0].is_main:
        yield (
            "with-masters-part-time",
            "With a part-time master’s, beside the job",
            {"masters": "yes", "masters_mode": "part-time"},
        )


def _bootcamps(worked: Worked) -> Iterator[tuple[str, str, Change]]:
    """Yield a bootcamp more or less, where one can be of use."""
    milestones = worked.catalogue.milestones.values()
    bootcamps = {milestone.id for milestone in milestones if milestone.is_bootcamp}
    if bootcamps & {step.id for step in worked.plan.steps}:
        yield "without-bootcamp", "Without a bootcamp", {"bootcamp": "no"}
    elif bootcamps & set(worked.network.activities):
        yield "with-bootcamp", "With a bootcamp", {"bootcamp": "yes"}
