"""The best plan by brute force: every route, every mode, every order.

Only for small catalogues. Every step is placed as early as it can be, in every
order that the needs allow; among these schedules is one with the earliest
arrival, because a step that moves earlier never makes a later one start later.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from planner.engine.background import Background
from planner.engine.facts import Catalogue, Role
from tests.engine.reading import (
    TARGET,
    TOLERANCE,
    Begun,
    Need,
    Option,
    Placement,
    Reading,
    Way,
)

AHEAD = 12 * 53  # weeks until windows have fallen on every day of the week
NEVER = 10**9


@dataclass(frozen=True)
class Best:
    """What no valid plan can beat."""

    arrival: int  # in weeks
    cost: float  # of what is required; recommendations come after it (24)


class TooLarge(Exception):
    """There are more combinations than anybody wants to wait for."""


def best_plan(
    catalogue: Catalogue,
    background: Background,
    limit: int = 20_000,
    most_cost: float = NEVER,
) -> Best | None:
    """Return what the best plan for so much money reaches; None where there is none."""
    reading = Reading(catalogue, background)
    best: tuple[int, float] | None = None
    tried = 0
    for route in routes(reading):
        for ways in combinations(reading, route):
            tried += 1
            if tried > limit:
                raise TooLarge
            cost = sum(way.cost or 0 for way in ways.values())
            if cost > most_cost:
                continue
            at_most = NEVER if best is None else best[0]
            arrival = earliest_arrival(reading, route, ways, at_most)
            if arrival is None:
                continue
            found = (arrival, cost)
            if best is None or found < best:
                best = found
    return None if best is None else Best(*best)


# Routes: for every need one option


@dataclass
class Route:
    """Which option meets each need, and which steps that takes."""

    chosen: dict[int, tuple[Need, Option]] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)

    def of(self, owner: str) -> Iterator[tuple[Need, Option]]:
        for need, option in self.chosen.values():
            if need.owner == owner:
                yield need, option

    def weeks_held(self, step: str) -> int | None:
        """Return how long a role lasts: as the longest requirement wants. (17)"""
        weeks = [o.weeks for _, o in self.chosen.values() if o.step == step and o.weeks]
        return max(weeks, default=None)


def routes(reading: Reading) -> Iterator[Route]:
    begun = list(reading.facts)
    for route in _extend(reading, list(reading.needs_of(TARGET)), Route(steps=begun)):
        if all(option.step in route.steps for _, option in route.chosen.values()):
            yield route  # and every by-product is planned anyway


def _extend(reading: Reading, open_needs: list[Need], route: Route) -> Iterator[Route]:
    if not open_needs:
        yield route
        return
    need, *rest = open_needs
    if need.strength == "recommended":
        yield from _extend(reading, rest, route)
        return
    for option in need.options:
        is_new = option.step not in route.steps and not option.is_by_product
        more = list(reading.needs_of(option.step)) if is_new else []
        yield from _extend(
            reading,
            rest + more,
            Route(
                chosen={**route.chosen, len(route.chosen): (need, option)},
                steps=[*route.steps, option.step] if is_new else route.steps,
            ),
        )


def combinations(reading: Reading, route: Route) -> Iterator[dict[str, Way]]:
    steps = [step for step in route.steps if step not in reading.facts]
    choices = []
    for step in steps:
        ways = reading.ways(step, route.weeks_held(step))
        choices.append([w for w in ways if can_be_half(reading, route, step, w)])
    for taken in itertools.product(*choices):
        yield dict(zip(steps, taken, strict=True))


def can_be_half(reading: Reading, route: Route, step: str, way: Way) -> bool:
    if not way.is_half or reading.half_knows(step.removeprefix("skill:")):
        return True
    return bool(half_teachers(reading, route, step))


def half_teachers(reading: Reading, route: Route, step: str) -> list[str]:
    teachers = reading.teachers_of(step.removeprefix("skill:"), fully=False)
    return [one for one in route.steps if one in teachers and one != step]


# Schedules


def earliest_arrival(
    reading: Reading, route: Route, ways: Mapping[str, Way], at_most: int
) -> int | None:
    """Return the earliest arrival of one route in given modes, over all orders.

    An arrival later than `at_most` is of no interest, and None is returned.
    """
    waits = {step: Waits(reading, route, step, ways.get(step)) for step in route.steps}
    target = Waits(reading, route, TARGET, None)
    # Without regard to main occupation and hours nothing can be earlier.
    if Search(reading, ways, waits, target, at_most, is_free=True).run() is None:
        return None
    return Search(reading, ways, waits, target, at_most, is_free=False).run()


class Waits:
    """What one step waits for, and since when it may start."""

    def __init__(
        self, reading: Reading, route: Route, step: str, way: Way | None
    ) -> None:
        self.options = [option for _, option in route.of(step)]
        self.not_before = 0 if step == TARGET else reading.allowed(step).start
        self.partly: list[Option] = []
        self.one_of: list[str] = []
        owner = reading.searcher(step) if step != TARGET else None
        if owner is not None:
            role = reading.thing_of(owner)
            assert isinstance(role, Role)
            self.partly = [
                Option(option.step, option.share * role.search_share, option.weeks)
                for need, option in route.of(owner)
                if need.strength == "required" and option.step != step
            ]
        if way is not None and way.is_half:
            slug = step.removeprefix("skill:")
            if not reading.half_knows(slug):
                self.one_of = half_teachers(reading, route, step)

    def since(
        self, placed: Mapping[str, Placement], *, is_free: bool = False
    ) -> int | None:
        """Return the first week in which all is ready; None if that is not known."""
        week = self.not_before
        for option in (*self.options, *self.partly):
            if option.step not in placed:
                return None
            week = max(week, placed[option.step].ready(option.share, option.weeks))
        if self.one_of and not is_free:
            done = [placed[one].finish for one in self.one_of if one in placed]
            if not done:
                return None
            week = max(week, min(done))
        return week


class Search:
    """A walk through all orders of the steps, each placed as early as it can be."""

    def __init__(self, reading, ways, waits, target, at_most, is_free) -> None:
        self.reading = reading
        self.ways = ways
        self.waits = waits
        self.target = target
        self.best = at_most + 1
        self.is_free = is_free
        self.seen: set[frozenset[tuple[str, int]]] = set()

    def run(self) -> int | None:
        begun = {step: one.placement for step, one in self.reading.facts.items()}
        at_most = self.best
        self.walk(begun)
        return self.best if self.best < at_most else None

    def walk(self, placed: dict[str, Placement]) -> None:
        state = frozenset((step, one.start) for step, one in placed.items())
        if state in self.seen:
            return
        self.seen.add(state)
        for option in self.target.options:
            if option.step in placed:
                ready = placed[option.step].ready(option.share, option.weeks)
                if ready >= self.best:
                    return
        if len(placed) == len(self.waits):
            arrival = self.target.since(placed)
            assert arrival is not None
            self.best = min(self.best, arrival)
            return
        for step, way in self.ways.items():
            if step in placed:
                continue
            since = self.waits[step].since(placed, is_free=self.is_free)
            if since is None:
                continue
            found = self.earliest(step, way, since, placed)
            if found is None and len(self.reading.allowed(step)) == 1:
                continue  # in its week there is no room in this order
            if found is None:
                return  # it never fits, whatever the order
            self.walk({**placed, step: found})
            if self.is_free:
                return  # the order does not matter

    def earliest(
        self, step: str, way: Way, since: int, placed: Mapping[str, Placement]
    ) -> Placement | None:
        free_from = max((one.finish for one in placed.values()), default=0)
        last = self.reading.allowed(step).stop
        for week in range(since, min(max(since, free_from) + AHEAD, last)):
            found = way.place(week, self.reading.calendar)
            if found is not None and (self.is_free or self.fits(way, found, placed)):
                return found
        return None

    def fits(self, way: Way, found: Placement, placed: Mapping[str, Placement]) -> bool:
        loads = []
        for step, other in placed.items():
            if not overlap(found, other):
                continue
            is_main, load = self.taken(step)
            if way.is_main and is_main:
                return False
            if way.is_effort and self.is_effort(step):
                return False
            if load and not way.is_main:
                loads.append((other, load))
        limit = self.reading.hours + TOLERANCE
        if way.load + sum(load for _, load in loads) <= limit:
            return True
        return all(
            way.load + sum(load for other, load in loads if is_busy(other, week))
            <= limit
            for start, stop in found.busy
            for week in range(start, stop)
        )

    def taken(self, step: str) -> tuple[bool, float]:
        if step in self.ways:
            way = self.ways[step]
            return way.is_main, 0 if way.is_main else way.load
        fact = self.reading.facts[step]
        return fact.is_main, fact.load

    def is_effort(self, step: str) -> bool:
        one: Begun | Way = self.ways.get(step) or self.reading.facts[step]
        return one.is_effort


def is_busy(one: Placement, week: int) -> bool:
    return any(start <= week < stop for start, stop in one.busy)


def overlap(one: Placement, other: Placement) -> bool:
    return any(
        start < other_stop and other_start < stop
        for start, stop in one.busy
        for other_start, other_stop in other.busy
    )
