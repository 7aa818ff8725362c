"""Putting dates on decisions: one small serial scheduler, forwards and backwards.

The solver decides the route (what is done, in which way, which options are
used); this module finds the weeks. It also finds how early things could start
at best, which bounds the solver and tells what cannot be reached at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from planner.engine.network import (
    HORIZON,
    MAIN,
    Activity,
    Layout,
    Need,
    Network,
    Option,
    Way,
)

NEVER = 10**9


@dataclass(frozen=True, slots=True)
class Route:
    """What was decided, before any date: the ways, and what each thing waits for.

    `met` says of each activity which need is met by which option; `waits` adds
    what a job search waits for.
    """

    ways: Mapping[str, Way]
    waits: Mapping[str, tuple[Option, ...]]
    met: Mapping[str, tuple[tuple[Need, Option], ...]] = field(default_factory=dict)

    def ready(self, owner: str, starts: Mapping[str, int]) -> int:
        """Return the week in which everything that an activity waits for is ready."""
        return max(
            (self.reach(option, starts) for option in self.waits[owner]), default=0
        )

    def reach(self, option: Option, starts: Mapping[str, int]) -> int:
        """Return the week in which an option is ready."""
        return self.ways[option.activity].reach(starts[option.activity], option)

    def layout(self, activity: str, starts: Mapping[str, int]) -> Layout:
        return self.ways[activity].layout(starts[activity])


@dataclass(slots=True)
class Profile:
    """How much of each resource is taken in each week."""

    capacities: Mapping[str, int]
    taken: dict[str, list[int]] = field(default_factory=dict)

    def _weeks(self, resource: str, upto: int) -> list[int]:
        weeks = self.taken.setdefault(resource, [])
        if len(weeks) < upto:
            weeks.extend([0] * (upto - len(weeks)))
        return weeks

    def take(self, way: Way, layout: Layout, *, sign: int = 1) -> None:
        for resource, amount in way.uses:
            weeks = self._weeks(resource, layout.finish)
            for start, finish in layout.spans:
                for week in range(start, finish):
                    weeks[week] += sign * amount

    def blocked(self, way: Way, layout: Layout) -> tuple[str, int] | None:
        """Return a resource that is short and the last week it is, or None."""
        for resource, amount in way.uses:
            room = self.capacities[resource] - amount
            weeks = self.taken.get(resource, ())
            for start, finish in reversed(layout.spans):
                part = weeks[start:finish]
                if part and max(part) > room:
                    last = len(part) - 1
                    while part[last] <= room:
                        last -= 1
                    return resource, start + last
        return None


def schedule(
    network: Network, route: Route, order: Iterable[str]
) -> dict[str, int] | None:
    """Start every activity as early as it can, in this order (serial scheduling).

    The order has to put what an activity waits for before it. What is held where it
    is takes its place first. Returns the start weeks, or None where something finds
    no place within the horizon, or where what is held cannot be there.
    """
    order = list(order)
    profile = Profile(network.capacities)
    starts: dict[str, int] = {}
    for name in order:
        activity = network.activities[name]
        if activity.fixed is not None:
            starts[name] = activity.fixed.start
            profile.take(route.ways[name], activity.fixed)
    held: list[str] = []
    for name in order:
        week, way = network.activities[name].held_at, route.ways[name]
        if week is None or name in starts:
            continue
        if week < network.now or earliest_fit(profile, way, week) != week:
            return None
        held.append(name)
        starts[name] = week
        profile.take(way, way.layout(week))
    for name in order:
        if name in starts:
            continue
        ready = max(network.activities[name].not_before, route.ready(name, starts))
        found = earliest_fit(profile, route.ways[name], ready)
        if found is None:
            return None
        starts[name] = found
        profile.take(route.ways[name], route.ways[name].layout(found))
    if any(route.ready(name, starts) > starts[name] for name in held):
        return None
    return starts


def earliest_fit(profile: Profile, way: Way, ready: int) -> int | None:
    """Return the first allowed week from `ready` on in which there is room."""
    week = way.next_start(ready)
    while week is not None and week < HORIZON:
        short = profile.blocked(way, way.layout(week))
        if short is None:
            return week
        # A start up to the last short week of one stretch would only collide with
        # it again; a way with summers free may fit around it, so it goes on by one.
        step = short[1] + 1 if way.layouts is None else week + 1
        week = way.next_start(step)
    return None


def settle(network: Network, route: Route, starts: Mapping[str, int]) -> dict[str, int]:
    """Shift everything as early as it can be, until nothing moves any more."""
    current = dict(starts)
    while True:
        order = sorted(route.ways, key=lambda name: (current[name], name))
        moved = schedule(network, route, order)
        if moved is None:
            # A degree that begins a term earlier has its summers elsewhere, and may
            # then be in the way of what is held.
            moved = _shifted_alone(network, route, current, order)
        if moved == current:
            return moved
        current = moved


def _shifted_alone(
    network: Network, route: Route, starts: Mapping[str, int], order: Iterable[str]
) -> dict[str, int]:
    """Shift one activity after the other to the left, all others where they are."""
    current = dict(starts)
    profile = Profile(network.capacities)
    for name, way in route.ways.items():
        profile.take(way, way.layout(current[name]))
    for name in order:
        activity, way = network.activities[name], route.ways[name]
        if activity.fixed is not None or activity.held_at is not None:
            continue
        profile.take(way, way.layout(current[name]), sign=-1)
        ready = max(activity.not_before, route.ready(name, current))
        found = earliest_fit(profile, way, ready)
        current[name] = current[name] if found is None else min(found, current[name])
        profile.take(way, way.layout(current[name]))
    return current


def improve(
    network: Network, route: Route, starts: Mapping[str, int]
) -> tuple[Route, dict[str, int]]:
    """Let each need take the option that is ready first among what is planned.

    The solver picks one option a need and does not mind which, as long as the
    arrival is the same. What is taken was done no later than before, so nothing
    moves back; and nothing loses the last need that asked for it. Nor does it mind
    at which pace something is learnt: the fastest that holds the arrival is taken.
    """
    current = settle(network, route, starts)
    while True:
        better = _with_first_options(network, route, current)
        if better is None:
            break
        route, current = better, settle(network, better, current)
    for name in sorted(route.ways, key=lambda n: (current[n], n)):
        if network.activities[name].free_from is not None:
            continue  # it stays as an earlier plan had it
        for way in _faster(network, name, route.ways[name]):
            quicker = replace(route, ways={**route.ways, name: way})
            order = sorted(route.ways, key=lambda n: (current[n], n))
            starts = schedule(network, quicker, order) or {}
            if starts.get(network.goal, NEVER) <= current[network.goal]:
                route, current = quicker, settle(network, quicker, starts)
                break
    return route, current


def _faster(network: Network, name: str, way: Way) -> list[Way]:
    """Return the ways that differ from this one only by a faster pace."""
    return [
        other
        for other in network.activities[name].ways
        if (other.name, other.position, other.needs, other.cost, other.consumes)
        == (way.name, way.position, way.needs, way.cost, way.consumes)
        and other.layouts is None
        and way.layouts is None
        and other.weeks < way.weeks
        and other.load > way.load
        and not any(resource == MAIN for resource, _ in other.uses)
        and other.source == way.source
    ]


def _with_first_options(
    network: Network, route: Route, starts: Mapping[str, int]
) -> Route | None:
    """Return the route with one need met earlier, or None if none can be."""
    asked: dict[str, int] = {}
    for pairs in route.met.values():
        for _, option in pairs:
            if not option.is_by_product:
                asked[option.activity] = asked.get(option.activity, 0) + 1
    shares: dict[str, list[float]] = {}  # of the job searches, by who has them
    for activity in network.activities.values():
        if activity.follows is not None and activity.id in route.ways:
            shares.setdefault(activity.follows[0], []).append(activity.follows[1])

    def is_no_later(owner: str, other: Option, option: Option) -> bool:
        """A job search waits for a part of it, which has to be there in time too."""
        return all(
            route.reach(scaled(other, share), starts)
            <= route.reach(scaled(option, share), starts)
            for share in shares.get(owner, ())
        )

    for owner, pairs in route.met.items():
        full = {n.number: n for n in network.activities[owner].all_needs()}
        for index, (need, option) in enumerate(pairs):
            if asked.get(option.activity, 2) < 2 and not option.is_by_product:
                continue
            now = route.reach(option, starts)
            for other in full[need.number].options:
                if (
                    other.activity in route.ways
                    and other.activity != owner
                    and route.ways[other.activity].serves(other)
                    and route.reach(other, starts) < now
                    and is_no_later(owner, other, option)
                ):
                    changed = [*pairs[:index], (need, other), *pairs[index + 1 :]]
                    return _rewired(network, route, owner, tuple(changed))
    return None


def _rewired(
    network: Network, route: Route, owner: str, pairs: tuple[tuple[Need, Option], ...]
) -> Route:
    met = {**route.met, owner: pairs}
    return Route(route.ways, waits_of(network, met), met)


def waits_of(
    network: Network, met: Mapping[str, tuple[tuple[Need, Option], ...]]
) -> dict[str, tuple[Option, ...]]:
    """Return what each activity waits for, given what meets its needs."""
    waits = {owner: [option for _, option in pairs] for owner, pairs in met.items()}
    for name in met:
        follows = network.activities[name].follows
        if follows is not None and follows[0] in met:
            owner, share = follows
            others = {n.number for n in network.others(network.activities[owner])}
            waits[name] += [
                scaled(option, share)
                for need, option in met[owner]
                if need.number in others
            ]
    return {name: tuple(options) for name, options in waits.items()}


def latest_starts(
    network: Network, route: Route, starts: Mapping[str, int]
) -> dict[str, int]:
    """Return how late each activity can start with the arrival where it is.

    One after the other is moved as late as it can be among the others where they
    are: what waits for a thing before that thing, and of the rest the last to
    finish first, so that the order in which things compete is held.
    """
    heirs: dict[str, list[tuple[str, Option]]] = {name: [] for name in route.ways}
    for owner, options in route.waits.items():
        for option in options:
            heirs[option.activity].append((owner, option))
    profile = Profile(network.capacities)
    for name, way in route.ways.items():
        profile.take(way, route.layout(name, starts))
    late: dict[str, int] = {network.goal: starts[network.goal]}
    left = sorted(
        (name for name in route.ways if name != network.goal),
        key=lambda name: (-route.layout(name, starts).finish, -starts[name], name),
    )
    while left:
        name = next(n for n in left if all(owner in late for owner, _ in heirs[n]))
        left.remove(name)
        late[name] = starts[name]
        activity = network.activities[name]
        if activity.fixed is None and not activity.exactly:
            way = route.ways[name]
            profile.take(way, way.layout(starts[name]), sign=-1)
            late[name] = _latest_fit(
                profile, way, starts[name], heirs[name], late, late[network.goal]
            )
            profile.take(way, way.layout(late[name]))
    return late


def _latest_fit(
    profile: Profile,
    way: Way,
    start: int,
    heirs: list[tuple[str, Option]],
    late: Mapping[str, int],
    arrival: int,
) -> int:
    def in_time(week: int) -> bool:
        if not heirs:
            return way.layout(week).finish <= arrival
        return all(way.reach(week, option) <= late[owner] for owner, option in heirs)

    candidates = (
        range(arrival, start, -1)
        if way.starts is None
        else [week for week in reversed(way.starts) if start < week <= arrival]
    )
    for week in candidates:
        if in_time(week) and profile.blocked(way, way.layout(week)) is None:
            return week
    return start


@dataclass(frozen=True, slots=True)
class Bounds:
    """How early each activity could start if nothing competed with it."""

    starts: Mapping[str, int]

    def reaches(self, activity: str) -> bool:
        return self.starts.get(activity, NEVER) < NEVER


def earliest_bounds(network: Network) -> Bounds:
    """Find how early each activity could start: an AND/OR critical path.

    All required needs count, of each need its earliest option. What never gets
    a bound cannot be reached at all. An activity is looked at again only when
    something that it may wait for has found an earlier start.
    """
    best = {
        name: (a.fixed.start if a.fixed is not None else NEVER)
        for name, a in network.activities.items()
    }
    heirs: dict[str, set[str]] = {name: set() for name in network.activities}
    waits = {name: list(_awaited(network, a)) for name, a in network.activities.items()}
    for name, awaited in waits.items():
        for need, _ in awaited:
            for option in need.options:
                if option.activity in heirs:
                    heirs[option.activity].add(name)
    todo = dict.fromkeys(reversed(list(network.activities)))  # the goal needs the most
    while todo:
        name = next(iter(todo))
        del todo[name]
        activity = network.activities[name]
        if activity.fixed is not None:
            continue
        bound = _bound(network, activity, waits[name], best)
        if bound < best[name]:
            best[name] = bound
            todo.update(dict.fromkeys(sorted(heirs[name])))
    return Bounds(best)


def _awaited(network: Network, activity: Activity) -> Iterator[tuple[Need, float]]:
    """Yield what an activity waits for in any case, with the share that it takes."""
    for need in activity.needs:
        if need.is_required:
            yield need, 1.0
    if activity.follows is not None:
        owner, share = activity.follows
        if owner in network.activities:
            for need in network.others(network.activities[owner]):
                yield need, share
    for way in activity.ways:
        for need in way.needs:
            yield need, 0.0


def _bound(
    network: Network,
    activity: Activity,
    awaited: Iterable[tuple[Need, float]],
    best: Mapping[str, int],
) -> int:
    ready = activity.not_before
    for need, share in awaited:
        if share:
            ready = max(ready, earliest_ready(network, need, best, share))
            if ready >= NEVER:
                return NEVER
    bound = min(
        (way_bound(network, way, ready, best) for way in activity.ways), default=NEVER
    )
    if activity.exactly and not network.now <= bound == activity.not_before:
        return NEVER
    return bound


def way_bound(network: Network, way: Way, ready: int, best: Mapping[str, int]) -> int:
    """Return how early this way could start, given when its activity is ready."""
    for need in way.needs:
        ready = max(ready, earliest_ready(network, need, best))
    if ready >= NEVER:
        return NEVER
    start = way.next_start(ready)
    return NEVER if start is None else start


def earliest_ready(
    network: Network, need: Need, best: Mapping[str, int], share: float = 1.0
) -> int:
    """Return how early a need could be met, by the option that is first."""
    found = NEVER
    for option in need.options:
        if (
            best.get(option.activity, NEVER) < found
        ):  # nothing is ready before it starts
            found = min(found, option_bound(network, scaled(option, share), best))
    return found


def option_bound(network: Network, option: Option, best: Mapping[str, int]) -> int:
    """Return how early an option could be ready."""
    start = best.get(option.activity, NEVER)
    if start >= NEVER:
        return NEVER
    ready = network.first_ready(option, start)
    return NEVER if ready is None else ready


def scaled(option: Option, share: float) -> Option:
    """Return the option done to this share of what is asked."""
    if share == 1:
        return option  # nearly always
    return Option(
        option.activity, option.share * share, option.weeks, option.is_by_product
    )
