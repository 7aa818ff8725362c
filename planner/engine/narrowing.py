"""Removing first what cannot matter, so that the solver has little left to do.

Given a week by which the goal can be reached, most starts, ways and options
can be ruled out: too early for what they wait for, or too late to be of use.
What is removed is in no plan that arrives by then; nothing else is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from operator import is_
from typing import TypeVar

from planner.engine.network import Activity, Need, Network, Option, Way
from planner.engine.scheduling import (
    NEVER,
    earliest_bounds,
    option_bound,
    scaled,
    way_bound,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A network with what remains, and the first and last useful start of each."""

    network: Network
    earliest: Mapping[str, int]
    latest: Mapping[str, int]


def narrow(network: Network, horizon: int) -> Narrowed | None:
    """Keep what can be in a plan that arrives by `horizon`; None if nothing can."""
    while True:
        earliest = earliest_bounds(network).starts
        if earliest[network.goal] > horizon:
            return None
        latest = _latest(network, horizon)
        smaller = _filtered(network, earliest, latest)
        if _size(smaller) == _size(network):
            return Narrowed(smaller, earliest, latest)
        network = smaller


def without_doubles(network: Network) -> Network:
    """Leave out each activity that another, listed before it, serves as well.

    The other must serve every need that this one serves, at the same share, be
    done in the same ways at no higher cost, and need nothing that this one does
    not. Then any plan with this one is as good with the other. What is left out
    can make others alike, so it is tried until nothing changes.
    """
    while (smaller := _without_some_doubles(network)) is not network:
        network = smaller
    return network


def _without_some_doubles(network: Network) -> Network:
    serves: dict[str, dict[tuple[object, ...], int]] = {}
    for owner in network.activities.values():
        needs = enumerate([*owner.needs, *dict.fromkeys(_way_needs(owner))])
        for number, need in needs:
            for position, option in enumerate(need.options):
                key = (
                    owner.id,
                    number,
                    option.share,
                    option.weeks,
                    option.is_by_product,
                )
                serves.setdefault(option.activity, {})[key] = position
    doubles: set[str] = set()
    by_kind: dict[str, list[Activity]] = {}
    for activity in network.activities.values():
        if (
            activity.fixed is None
            and activity.id != network.goal
            and activity.id not in (network.planned or ())  # it would be a move
        ):
            by_kind.setdefault(activity.kind, []).append(activity)
    for alike in by_kind.values():
        for one in alike:
            for other in alike:
                if (
                    one.id != other.id
                    and other.id not in doubles
                    and _covers(
                        serves.get(other.id, {}),
                        serves.get(one.id, {}),
                        (one.id, other.id),
                    )
                    and _is_as_easy(network, other, one)
                ):
                    doubles.add(one.id)
                    break
    doubles |= {
        activity.id
        for activity in network.activities.values()
        if activity.follows is not None and activity.follows[0] in doubles
    }
    if not doubles:
        return network

    def kept(need: Need) -> Need:
        options = tuple(o for o in need.options if o.activity not in doubles)
        return (
            need
            if len(options) == len(need.options)
            else replace(need, options=options)
        )

    return replace(
        network,
        activities={
            name: replace(
                activity,
                needs=tuple(kept(need) for need in activity.needs),
                ways=tuple(
                    replace(way, needs=tuple(kept(n) for n in way.needs))
                    if way.needs
                    else way
                    for way in activity.ways
                ),
            )
            for name, activity in network.activities.items()
            if name not in doubles
        },
    )


def _way_needs(activity: Activity) -> Iterator[Need]:
    for way in activity.ways:
        yield from way.needs


def _covers(
    other: Mapping[tuple[object, ...], int],
    one: Mapping[tuple[object, ...], int],
    but: tuple[str, str],
) -> bool:
    """Say whether the other stands, and stands first, wherever this one does."""
    return all(
        other.get(key, NEVER) < position
        for key, position in one.items()
        if key[0] not in but
    )


def _is_as_easy(network: Network, other: Activity, one: Activity) -> bool:
    """Say whether the other can be done whenever this one can, at no more cost."""
    return (
        other.follows is None
        and one.follows is None
        and len(other.ways) == len(one.ways)
        and not (one.exactly or other.exactly)
        and other.not_before <= one.not_before
        and all(
            a.cost <= b.cost
            and a.has_cost == b.has_cost
            and not (a.needs or b.needs)
            and (a.weeks, a.uses, a.consumes, a.starts, a.layouts)
            == (b.weeks, b.uses, b.consumes, b.starts, b.layouts)
            for a, b in zip(other.ways, one.ways, strict=True)
        )
        and _asks_no_more(network, other, one)
        and _wishes(other) == _wishes(one)
    )


def _asks_no_more(network: Network, other: Activity, one: Activity) -> bool:
    """Say whether whatever meets the needs of one meets those of the other too."""
    asked, searched = _asks(network, one)
    needed, searching = _asks(network, other)
    return searched == searching and all(
        any(strict <= need for strict in asked) for need in needed
    )


def _asks(
    network: Network, activity: Activity
) -> tuple[set[frozenset[Option]], list[object]]:
    """Return the options of each required need, and what its own job search takes."""
    searches = dict(followers(network, activity))
    asked: set[frozenset[Option]] = set()
    searched: list[object] = []
    for need in activity.needs:
        own = [o.activity for o in need.options if o.activity in searches]
        if own:
            search = network.activities[own[0]]
            asks = frozenset(frozenset(need.options) for need in search.needs)
            searched.append((search.ways, asks, searches[own[0]]))
        elif need.is_required:
            asked.add(frozenset(need.options))
    return asked, searched


def _wishes(activity: Activity) -> frozenset[object]:
    return frozenset(
        frozenset(need.options) for need in activity.needs if not need.is_required
    )


def _uses(
    network: Network, owner: Activity
) -> Iterator[tuple[Option, list[tuple[str, float]]]]:
    """Yield each option of an activity with the job searches that wait for it too."""
    searches = followers(network, owner)
    for need in owner.all_needs():
        waiting = [
            (name, share)
            for name, share in searches
            if need.is_required and not _is_own(need, name)
        ]
        for option in need.options:
            yield option, waiting


def followers(network: Network, owner: Activity) -> list[tuple[str, float]]:
    """Return the job searches of a role, with the share that they wait for."""
    return [
        (activity.id, activity.follows[1])
        for activity in network.activities.values()
        if activity.follows is not None and activity.follows[0] == owner.id
    ]


def _is_own(need: Need, search: str) -> bool:
    return any(option.activity == search for option in need.options)


def _latest(network: Network, horizon: int) -> dict[str, int]:
    """Find the last start at which each activity could still be of use.

    What an activity asks for is looked at again only when it, or a job search that
    waits for the same, has found a later start.
    """
    latest = dict.fromkeys(network.activities, -1)
    latest[network.goal] = horizon
    searches = {name: followers(network, a) for name, a in network.activities.items()}
    uses = {name: list(_uses(network, a)) for name, a in network.activities.items()}
    seen: dict[str, list[int]] = {}
    changed = True
    while changed:
        changed = False
        for owner, pairs in uses.items():
            weeks = [latest[owner], *(latest[name] for name, _ in searches[owner])]
            if weeks[0] < 0 or seen.get(owner) == weeks:
                continue
            seen[owner] = weeks
            for option, waiting in pairs:
                name = option.activity
                if option.is_by_product or name not in network.activities:
                    continue  # a by-product is no reason to do it at all
                deadlines = [(option, latest[owner])]
                deadlines += [
                    (scaled(option, share), latest[search])
                    for search, share in waiting
                    if latest[search] >= 0
                ]
                last = _last_of(network.activities[name], deadlines)
                if last > latest[name]:
                    latest[name] = last
                    changed = True
    return latest


def _last_of(activity: Activity, deadlines: list[tuple[Option, int]]) -> int:
    """Return the last start of an activity that meets all these deadlines, or -1."""
    if activity.fixed is not None:
        return activity.fixed.start
    last = max((_last_start(way, deadlines) for way in activity.ways), default=-1)
    return min(last, activity.not_before) if activity.exactly else last


def _last_start(way: Way, deadlines: list[tuple[Option, int]]) -> int:
    """Return the last start of a way that meets all these deadlines, or -1."""
    if not way.serves(deadlines[0][0]):
        return -1
    if way.layouts is None:
        last = min(week - way.reach(0, option) for option, week in deadlines)
        if way.starts is None:
            return max(last, -1)
        index = bisect_right(way.starts, last)
        return way.starts[index - 1] if index else -1
    starts = way.starts or ()
    for index in range(bisect_right(starts, min(w for _, w in deadlines)) - 1, -1, -1):
        start = starts[index]
        if all(way.reach(start, option) <= week for option, week in deadlines):
            return start
    return -1


def _filtered(
    network: Network, earliest: Mapping[str, int], latest: Mapping[str, int]
) -> Network:
    kept = {
        name: activity
        for name, activity in network.activities.items()
        if activity.fixed is not None
        or (earliest[name] < NEVER and earliest[name] <= latest[name])
    }

    def in_time(needs: tuple[Need, ...], owner: str) -> tuple[Need, ...]:
        return _same_or(
            needs,
            tuple(
                _with_options(
                    need,
                    tuple(
                        option
                        for option in need.options
                        if option.activity in kept
                        and option_bound(network, option, earliest) <= latest[owner]
                    ),
                )
                for need in needs
            ),
        )

    activities: dict[str, Activity] = {}
    for name, activity in kept.items():
        if activity.fixed is not None:
            activities[name] = activity
            continue
        ways = []
        for way in activity.ways:
            first = way_bound(network, way, earliest[name], earliest)
            if first > latest[name]:
                continue
            starts, needs = way.starts, way.needs
            if starts is not None:
                starts = starts[
                    bisect_left(starts, first) : bisect_right(starts, latest[name])
                ]
            if needs:
                needs = in_time(needs, name)
            if starts != way.starts or needs is not way.needs:
                way = replace(way, starts=starts, needs=needs)
            ways.append(way)
        needs = in_time(activity.needs, name)
        left = _same_or(activity.ways, tuple(ways))
        if needs is activity.needs and left is activity.ways:
            activities[name] = activity
        else:
            activities[name] = replace(activity, ways=left, needs=needs)
    return replace(network, activities=activities)


def _with_options(need: Need, options: tuple[Option, ...]) -> Need:
    """Return a need with these of its options; itself where that is all of them."""
    if len(options) == len(need.options):
        return need
    return replace(need, options=options)


def _same_or(before: tuple[T, ...], after: tuple[T, ...]) -> tuple[T, ...]:
    """Return the tuple as it was where nothing in it has changed: copying costs."""
    if len(before) == len(after) and all(map(is_, before, after)):
        return before
    return after


def _size(network: Network) -> int:
    """Count activities, ways and options; starts alone are not worth another round."""
    return sum(
        1 + len(activity.ways) + sum(len(need.options) for need in activity.all_needs())
        for activity in network.activities.values()
    )
