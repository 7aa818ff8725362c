"""make_plan(): from facts and a background to a plan, in order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from planner.engine.background import Background, Objective
from planner.engine.crediting import holdings
from planner.engine.explaining import (
    Replay,
    left_out,
    obstacles,
    pin_obstacles,
    pins_out_of_reach,
    pins_together,
)
from planner.engine.facts import Catalogue
from planner.engine.guessing import Solution
from planner.engine.network import MAIN, Need, Network, Option, build_network
from planner.engine.owning import with_own
from planner.engine.plans import Busy, Credit, Plan, Step
from planner.engine.scheduling import Route, improve, latest_starts
from planner.engine.solving import Limits, can_arrive, solve
from planner.engine.tracking import (
    changes,
    holding_still,
    keeps_pins,
    met_before,
    pinned,
    with_progress,
)
from planner.engine.weeks import Calendar

Strength = Literal["required", "recommended", "optional"]
Met = Mapping[str, tuple[tuple[Need, Option], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """A plan with what it was made from; an impossible one has no route."""

    catalogue: Catalogue
    calendar: Calendar
    network: Network
    plan: Plan
    route: Route | None = None
    starts: Mapping[str, int] | None = None
    earliest: Solution | None = None  # of what is required; for the other objective


def make_plan(
    catalogue: Catalogue, background: Background, limits: Limits | None = None
) -> Plan:
    """Make the best plan for this background, or say why there is none.

    The rules are in docs/planning.md. Raises KeyError if the background names
    something that the catalogue does not have; `planner.documents` checks that.
    """
    return work_out(catalogue, background, limits).plan


def work_out(
    catalogue: Catalogue,
    background: Background,
    limits: Limits | None = None,
    known: Solution | None = None,
) -> Worked:
    """Make the plan as `make_plan` does, and return with it what it stands on.

    What `limits` allow to cost holds the known cost of everything in it. `known` is
    the earliest route that was found for the same answers and the other objective.
    """
    limits = limits or Limits()
    catalogue = with_own(catalogue.within(background.names()), background)
    if background.objective != "within-budget":
        return _work_out(catalogue, background, background.objective, limits, known)
    if background.budget is None:
        return _work_out(catalogue, background, "earliest", limits)
    budget = math.floor(background.budget)
    if limits.most_cost is not None:
        budget = min(budget, limits.most_cost)
    within = replace(limits, most_cost=budget)
    kept = _work_out(catalogue, background, "earliest", within)
    # A wish that cannot be had makes no plan impossible.
    return (
        kept
        if kept.route is not None
        else _work_out(catalogue, background, "cheapest", limits)
    )


def _work_out(
    catalogue: Catalogue,
    background: Background,
    objective: Objective,
    limits: Limits,
    known: Solution | None = None,
) -> Worked:
    calendar = Calendar.starting(background.start)
    is_reviewed = not catalogue.roles[background.career].is_generated
    whole, network = _networks(catalogue, background, calendar)
    in_the_way: Iterable[str] = ()
    dated = _dated(network, objective, limits, known)
    if dated is None:
        in_the_way = obstacles(network)
    elif background.pins:
        network = pinned(network, background.pins, calendar)
        stuck = pins_out_of_reach(network, dated.route.ways)
        in_the_way = (
            pin_obstacles(catalogue, network, calendar, stuck)
            if stuck
            else [pins_together(network, calendar)]
        )
        dated = None if stuck else _with_pins(network, dated, objective, limits)
    if dated is None:
        impossible = Plan(
            background=background,
            catalogue_version=catalogue.version,
            status="impossible",
            start=background.start,
            arrival=None,
            credited=tuple(_credits(network, [network.goal])),
            obstacles=tuple(dict.fromkeys(in_the_way)),
            is_reviewed=is_reviewed,
        )
        return Worked(
            catalogue=catalogue, calendar=calendar, network=network, plan=impossible
        )
    network, solution = dated.network, dated.solution
    route, starts = dated.route, dated.starts
    arrival = calendar.day(starts[network.goal])
    met = dict(solution.route.met)
    finished: frozenset[str] = frozenset()
    if background.progress is not None:
        met |= met_before(whole, network, route)
        finished = frozenset(
            step.id for step in background.progress.steps if step.finished is not None
        )
    strengths = _strengths(network, met)
    replay = Replay(catalogue, network, route, starts, calendar, finished)
    steps = tuple(_steps(replay, met, strengths))
    missed = tuple(left_out(network, route, arrival, limits.most_cost))
    costs = [step.cost for step in steps if step.cost is not None]
    plan = Plan(
        background=background,
        catalogue_version=catalogue.version,
        status="optimal" if solution.is_proven else "feasible",
        start=background.start,
        arrival=max(arrival, background.start),
        steps=steps,
        credited=tuple(_credits(network, route.ways)),
        left_out=missed,
        gap_days=None if solution.is_proven else solution.gap_weeks * 7,
        cost=sum(costs) if costs else None,
        unpriced=tuple(
            step.id for step in steps if step.kind == "degree" and step.cost is None
        ),
        changes=()
        if background.progress is None
        else tuple(
            changes(background.progress, catalogue, network, route, steps, missed)
        ),
        is_reviewed=is_reviewed,
    )
    return Worked(
        catalogue=catalogue,
        calendar=calendar,
        network=network,
        plan=plan,
        route=route,
        starts=starts,
        earliest=solution.earliest
        if network.planned is None and not background.pins and limits.most_cost is None
        else None,
    )


def can_arrive_by(
    catalogue: Catalogue, background: Background, day: date | None
) -> bool:
    """Say whether any plan arrives by a day (None: ever), without making the best.

    Pins are left aside, and so is the cost: a plan that minds them may arrive later.
    """
    calendar = Calendar.starting(background.start)
    _, network = _networks(catalogue, background, calendar)
    if day is None:
        return can_arrive(network)
    return can_arrive(network, (day - calendar.first).days // 7)


def _networks(
    catalogue: Catalogue, background: Background, calendar: Calendar
) -> tuple[Network, Network]:
    """Return what is left to do, as if nothing had begun, and as it stands."""
    whole = network_of(catalogue, background)
    progress = background.progress
    if progress is None:
        return whole, whole
    return whole, with_progress(whole, catalogue, background, progress, calendar)


def network_of(catalogue: Catalogue, background: Background) -> Network:
    """Work out what is left to do, all pins and progress left aside."""
    calendar = Calendar.starting(background.start)
    have = holdings(catalogue, background, calendar)
    return build_network(catalogue, background, have, calendar)


@dataclass(frozen=True, slots=True)
class _Dated:
    """A solution, with dates as early as they can be, and the network they are on."""

    network: Network
    solution: Solution
    route: Route
    starts: Mapping[str, int]


def _dated(
    network: Network,
    objective: Objective,
    limits: Limits,
    known: Solution | None = None,
) -> _Dated | None:
    """Find the best plan and date it; None where there is none."""
    solution = solve(network, objective, limits, known)
    if solution is None:
        return None
    network = _held(network, solution.route, solution.starts)
    route, starts = improve(network, solution.route, solution.starts)
    return _Dated(network, solution, route, starts)


def _with_pins(
    network: Network, free: _Dated, objective: Objective, limits: Limits
) -> _Dated | None:
    """Return the plan without pins if it keeps to them, else the best that does."""
    if keeps_pins(network, free.starts):
        return replace(free, network=_held(network, free.route, free.starts))
    return _dated(network, objective, limits)


def _held(network: Network, route: Route, starts: Mapping[str, int]) -> Network:
    """Hold what an earlier plan had there as well; nothing where there was none."""
    return network if network.planned is None else holding_still(network, route, starts)


def _steps(
    replay: Replay, met: Met, strengths: Mapping[str, Strength]
) -> Iterator[Step]:
    """Yield the steps in the order in which they start."""
    network, route, starts = replay.network, replay.route, replay.starts
    calendar = replay.calendar
    late = latest_starts(network, route, starts)
    for name in sorted(route.ways, key=lambda n: (starts[n], n)):
        if name == network.goal:
            continue
        activity, way = network.activities[name], route.ways[name]
        layout = route.layout(name, starts)
        slack = (late[name] - starts[name]) * 7
        if activity.fixed is not None:
            slack = _running_slack(name, network, route, starts, late) * 7
        yield Step(
            id=name,
            kind=activity.kind,
            title=activity.title,
            mode=way.name,
            start=calendar.day(layout.start),
            finish=calendar.day(layout.finish),
            spans=tuple(
                Busy(start=calendar.day(a), finish=calendar.day(b))
                for a, b in layout.spans
            ),
            slack_days=slack,
            critical=slack == 0,
            strength=strengths[name],
            needs=tuple(sorted(_awaited(network, route, met, name))),
            because=replay.reason(name),
            load_hours_per_week=way.load,
            is_main=any(resource == MAIN for resource, _ in way.uses),
            cost=float(way.cost) if way.has_cost else None,
            source=way.source,
        )


def _running_slack(
    name: str,
    network: Network,
    route: Route,
    starts: Mapping[str, int],
    late: Mapping[str, int],
) -> int:
    """Return by how many weeks something that runs already may end later."""
    room = [
        late[owner] - route.reach(option, starts)
        for owner, options in route.waits.items()
        for option in options
        if option.activity == name
    ] or [starts[network.goal] - route.layout(name, starts).finish]
    return max(0, min(room))


def _awaited(network: Network, route: Route, met: Met, name: str) -> set[str]:
    """Return what a step waits for, or has waited for."""
    if network.activities[name].fixed is not None:
        return {option.activity for _, option in met[name]}
    return {option.activity for option in route.waits[name]}


def _strengths(network: Network, met: Met) -> dict[str, Strength]:
    """Say of each step whether the arrival needs it, or only a recommendation.

    By the route that was decided: a need that then takes what is ready first makes
    nothing required that came in as a recommendation.
    """
    required: set[str] = set()
    todo = [network.goal]
    while todo:
        name = todo.pop()
        if name in required:
            continue
        required.add(name)
        todo += [o.activity for need, o in met[name] if need.is_required]
    return {
        name: "required"
        if name in required
        else "optional"
        if network.activities[name].fixed is not None
        else "recommended"
        for name in met
    }


def _credits(
    network: Network, planned: Mapping[str, object] | list[str]
) -> Iterator[Credit]:
    """Yield each thing that is there already once, the goal's first."""
    seen: set[Credit] = set()
    for name in [network.goal, *planned]:
        for credit in network.credits.get(name, ()):
            if credit not in seen:
                seen.add(credit)
                yield credit
