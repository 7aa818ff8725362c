"""A first route, guessed: each need takes the option that could be ready first.

It need not be good. It says by when the goal can be reached, which lets most of
the network be left out, and gives the solver something to begin with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter

from planner.engine.network import Activity, Need, Network, Option, Way
from planner.engine.scheduling import (
    NEVER,
    Bounds,
    Route,
    option_bound,
    schedule,
    waits_of,
)

Choices = dict[str, tuple[tuple[Need, Option], ...]]


@dataclass(frozen=True, slots=True)
class Solution:
    """A route, the weeks it was found with, and what was proven of it.

    `earliest` is the earliest route of what is required, from which it was found.
    """

    route: Route
    starts: Mapping[str, int]
    is_proven: bool
    gap_weeks: int = 0
    earliest: Solution | None = None


def first_route(network: Network, bounds: Bounds) -> Solution | None:
    """Guess a route and date it; None where the guess is no plan.

    By-products (what a degree teaches) count in the second round, when it is
    known which degrees are there anyway.
    """
    chosen = _choices(network, bounds, by_products=frozenset())
    met = _choices(network, bounds, by_products=frozenset(chosen))
    if not _is_whole(network, met):
        return None
    ways = _ways(network, bounds, met)
    if ways is None or overdrawn(network, ways):
        return None
    route = Route(ways, waits_of(network, met), met)
    order = _in_order(route)
    starts = None if order is None else schedule(network, route, order)
    return None if starts is None else Solution(route, starts, is_proven=False)


def kept_route(network: Network) -> Solution | None:
    """Date what was planned before, later only where it has to be; None if it fails.

    Each need takes whichever option the earlier plan had ready first.
    """
    planned = network.planned or {}
    ways: dict[str, Way] = {network.goal: network.activities[network.goal].ways[0]}
    before: dict[str, int] = {network.goal: NEVER}
    for name, activity in network.activities.items():
        if activity.fixed is not None:
            ways[name], before[name] = activity.ways[0], activity.fixed.start
        for way in activity.ways:
            if name in planned and planned[name].is_kept(way, planned[name].start):
                ways[name], before[name] = way, planned[name].start
    met: Choices = {}
    todo = [name for name in ways if network.activities[name].fixed is not None]
    todo.append(network.goal)
    while todo:
        name = todo.pop()
        if name in met:
            continue
        pairs = []
        for need in (*network.activities[name].needs, *ways[name].needs):
            ready, option = min(
                (
                    (
                        ways[option.activity].reach(before[option.activity], option),
                        option,
                    )
                    for option in need.options
                    if option.activity in ways and ways[option.activity].serves(option)
                ),
                key=itemgetter(0),
                default=(NEVER, None),
            )
            if option is not None and (need.is_required or ready <= before[name]):
                pairs.append((need, option))
            elif need.is_required:
                return None
        met[name] = tuple(pairs)
        todo += [option.activity for _, option in pairs]
    ways = {name: ways[name] for name in met}
    if not _is_wanted(network, met) or overdrawn(network, ways):
        return None
    route = Route(ways, waits_of(network, met), met)
    order = _in_order(route, before)
    starts = (
        None if order is None else schedule(_not_before(network, before), route, order)
    )
    return None if starts is None else Solution(route, starts, is_proven=False)


def _not_before(network: Network, weeks: Mapping[str, int]) -> Network:
    """Return the network with nothing allowed to start before these weeks."""
    return replace(
        network,
        activities={
            name: replace(activity, not_before=max(activity.not_before, weeks[name]))
            if name in weeks and name != network.goal and not activity.exactly
            else activity
            for name, activity in network.activities.items()
        },
    )


def _choices(
    network: Network, bounds: Bounds, *, by_products: frozenset[str]
) -> Choices:
    """Return for each activity which option meets which required need."""
    met: Choices = {}
    todo = [network.goal, *(n for n, a in network.activities.items() if a.fixed)]
    while todo:
        name = todo.pop()
        if name in met:
            continue
        pairs = []
        for need in _required(network.activities[name]):
            options = [
                option
                for option in need.options
                if not option.is_by_product or option.activity in by_products
            ]
            if options:
                bound = partial(option_bound, network, best=bounds.starts)
                pairs.append((need, min(options, key=lambda o: (bound(o), o.activity))))
        met[name] = tuple(pairs)
        todo += [option.activity for _, option in pairs]
    return met


def _is_whole(network: Network, met: Choices) -> bool:
    """Say whether every need is met, and nothing is there only as a by-product."""
    return _is_wanted(network, met) and all(
        len(pairs) == len(_required(network.activities[name]))
        for name, pairs in met.items()
    )


def _is_wanted(network: Network, met: Choices) -> bool:
    wanted = {network.goal} | {
        option.activity
        for pairs in met.values()
        for _, option in pairs
        if not option.is_by_product
    }
    return all(
        name in wanted or network.activities[name].fixed is not None for name in met
    )


def _required(activity: Activity) -> list[Need]:
    return [need for need in activity.needs if need.is_required]


def _ways(network: Network, bounds: Bounds, met: Choices) -> dict[str, Way] | None:
    """Return for each activity the way that is done first, or None if one has none.

    Where these use up more than there is, others are taken for some.
    """
    weeks: dict[str, int] = {}
    for pairs in met.values():
        for _, option in pairs:
            weeks[option.activity] = max(weeks.get(option.activity, 0), option.weeks)
    possible: dict[str, list[Way]] = {}
    for name in met:
        asked = Option(name, weeks=weeks.get(name, 0))
        done = partial(_first_reach, start=bounds.starts[name], asked=asked)
        possible[name] = sorted(
            (
                way
                for way in network.activities[name].ways
                if not way.needs and way.serves(asked)
            ),
            key=done,
        )
        if not possible[name]:
            return None
    ways = {name: found[0] for name, found in possible.items()}
    return _sparing(network, ways, possible) if network.stocks else ways


def _sparing(
    network: Network, ways: dict[str, Way], possible: Mapping[str, list[Way]]
) -> dict[str, Way]:
    """Change one way after the other until no more is used up than there is.

    Each change is the one that takes most off what is overdrawn; where none does,
    the ways are returned as they are.
    """
    over = overdrawn(network, ways)
    while over:
        changes = (
            (overdrawn(network, {**ways, name: way}), name, position)
            for name, found in possible.items()
            for position, way in enumerate(found)
            if way is not ways[name]
        )
        least, name, position = min(changes, default=(over, "", 0))
        if least >= over:
            break
        over = least
        ways = {**ways, name: possible[name][position]}
    return ways


def overdrawn(network: Network, ways: Mapping[str, Way]) -> int:
    """Return by how much these ways use up more than there is, of all stocks."""
    if not network.stocks:
        return 0
    left = dict(network.stocks)
    for way in ways.values():
        for stock, amount in way.consumes:
            left[stock] -= amount
    return sum(-amount for amount in left.values() if amount < 0)


def _first_reach(way: Way, *, start: int, asked: Option) -> int:
    first = way.next_start(start)
    return NEVER if first is None else way.reach(first, asked)


def _in_order(
    route: Route, before: Mapping[str, int] | None = None
) -> list[str] | None:
    """Return the activities so that each follows what it waits for, or None.

    Where they were `before` decides between those that wait for nothing any more.
    """
    order: list[str] = []
    at = before or {}
    left = dict.fromkeys(sorted(route.ways, key=lambda n: (at.get(n, 0), n)))
    while left:
        free = [n for n in left if not any(o.activity in left for o in route.waits[n])]
        if not free:
            return None
        for name in free if before is None else free[:1]:
            order.append(name)
            del left[name]
    return order
