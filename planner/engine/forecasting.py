"""How sure a plan is: its durations sampled, and the plan played through.

Every length is drawn from its three points (Beta-PERT), and the route is dated
again with modes and order held, for all samples at once: the same serial
scheduling as for the plan itself, with terms, windows and resources.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

from planner.engine.network import (
    EFFORT,
    HORIZON,
    IN_PROGRESS,
    Layout,
    Network,
    Option,
    Running,
    Spread,
    Way,
    academic_layouts,
)
from planner.engine.planning import Worked
from planner.engine.plans import Forecast, Range, StepForecast
from planner.engine.scheduling import Route
from planner.engine.tracking import has_begun
from planner.engine.weeks import TERMS_A_YEAR, TOLERANCE, Calendar

if TYPE_CHECKING:
    import numpy as np

    Ints = np.ndarray[Any, np.dtype[np.int64]]

SAMPLES = 2000
SEED = 1
PERT_WEIGHT = 4.0  # of the likely value, as in PERT: (low + 4 likely + high) / 6
PERCENTILES = (10, 50, 90)
POINTS = 2001  # of a distribution of which only a part is drawn
ASSUMPTIONS = (
    "Each step takes a time between its low and its high estimate, most often near "
    "the likely one (a Beta-PERT distribution), whatever the other steps take.",
    "You follow this route, in this order, with the same free hours every week.",
    "Terms and yearly windows stay where they are: who misses one waits for the next.",
    "Nothing else happens: no break, no change of mind, no course that is not passed.",
)
EXPECTED = (
    "What you are doing already, and expect to finish on a day, is finished then."
)
NOT_OVER = (
    "What you are doing already, and expect to finish on no certain day, takes as long "
    "as its estimates say of what is not finished by now."
)


def forecast(worked: Worked, samples: int = SAMPLES, seed: int = SEED) -> Forecast:
    """Say how sure the dates of a plan are.

    The same plan, number of samples and seed give the same answer. Raises
    ValueError for a plan that does not arrive.
    """
    import numpy as np

    if worked.route is None:
        raise ValueError("A plan that does not arrive has no forecast.")
    played = play(worked, samples, seed)
    day = worked.calendar.day

    def dates(weeks: Ints) -> Range:
        early, median, late = np.percentile(weeks, PERCENTILES, method="inverted_cdf")
        return Range(
            early=day(int(early)), median=day(int(median)), late=day(int(late))
        )

    goal = worked.network.goal
    arrivals = played.starts[goal]
    plan = worked.plan
    target = plan.background.target_date
    return Forecast(
        samples=samples,
        arrival=dates(arrivals),
        steps={
            name: StepForecast(
                start=dates(played.starts[name]), finish=dates(played.finishes[name])
            )
            for name in worked.route.ways
            if name != goal
        },
        months=_months(arrivals, worked.calendar),
        chance_as_planned=_share_by(arrivals, worked.calendar, plan.arrival),
        chance_of_target=(
            None if target is None else _share_by(arrivals, worked.calendar, target)
        ),
        assumptions=tuple(_assumptions(worked)),
    )


def _assumptions(worked: Worked) -> Iterator[str]:
    """Yield what a forecast takes for granted, as far as this plan has it."""
    yield from ASSUMPTIONS
    progress = worked.plan.background.progress
    expected = {
        step.id
        for step in (progress.steps if progress is not None else ())
        if has_begun(step) and step.expected is not None and step.finished is None
    }
    for activity in worked.network.activities.values():
        if activity.fixed is None or activity.fixed.finish <= worked.network.now:
            continue
        if activity.ways[0].name == IN_PROGRESS:
            expected.add(activity.id)
    if expected:
        yield EXPECTED
    running = [a.running for a in worked.network.activities.values()]
    if any(one is not None and one.spread.low < one.spread.high for one in running):
        yield NOT_OVER


def _share_by(arrivals: Ints, calendar: Calendar, by: date | None) -> float:
    """Return the share of samples that arrive on or before a day."""
    days = 0 if by is None else (by - calendar.first).days
    return round(float((arrivals * 7 <= days).mean()), 4)


def _months(arrivals: Ints, calendar: Calendar) -> tuple[tuple[date, int], ...]:
    counts: dict[date, int] = {}
    for week in arrivals.tolist():
        month = calendar.day(week).replace(day=1)
        counts[month] = counts.get(month, 0) + 1
    month, last = min(counts), max(counts)
    found = []
    while month <= last:
        found.append((month, counts.get(month, 0)))
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Played:
    """The weeks in which each activity starts and finishes, one for each sample."""

    starts: Mapping[str, Ints]
    finishes: Mapping[str, Ints]


def play(worked: Worked, samples: int = SAMPLES, seed: int = SEED) -> Played:
    """Draw all lengths, and date the plan's route with each draw."""
    if worked.route is None or worked.starts is None:
        raise ValueError("A plan that does not arrive cannot be played through.")
    player = _Player(worked, worked.route, samples)
    planned = worked.starts
    for name in sorted(planned, key=lambda n: (planned[n], n)):
        activity, way = worked.network.activities[name], worked.route.ways[name]
        if activity.fixed is None:
            continue
        if activity.running is None:
            player.place_fixed(name, activity.fixed)
            continue
        lengths = draw_running(
            activity.running, way, name, worked.calendar, samples, seed
        )
        player.place_running(name, activity.running, activity.fixed, lengths)
    for name in sorted(planned, key=lambda n: (planned[n], n)):
        if worked.network.activities[name].fixed is None:
            player.place(name, draw(player.route.ways[name], name, samples, seed))
    return Played(player.starts, player.finishes)


def draw(way: Way, name: str, samples: int, seed: int) -> Ints:
    """Draw how long a way takes: in weeks, or in terms for an academic one.

    Every activity has a stream of its own, so that one more step in a plan leaves
    the lengths of the others as they were.
    """
    import numpy as np

    if way.spread is None or way.spread.low == way.spread.high:
        likely = way.spread.likely if way.spread is not None else float(way.weeks)
        lengths = np.full(samples, likely)
    else:
        lengths = _pert(_stream(name, seed), way.spread, samples)
    least = 1 if way.spread is not None else way.weeks
    return np.maximum(least, _whole(lengths, way, way.layouts is not None))


def draw_running(
    running: Running, way: Way, name: str, calendar: Calendar, samples: int, seed: int
) -> Ints:
    """Draw how long something that runs takes in all, given that it is not over.

    Where even its high estimate would be over, nothing can be said of its end, and
    it takes as long as in the plan.
    """
    import numpy as np

    least = running.least(calendar)
    longer_than = _longest_below(least, way, running.is_academic)
    if longer_than >= running.spread.high or running.spread.low == running.spread.high:
        return np.full(samples, running.length)
    stream = _stream(name, seed)
    lengths = _pert(stream, running.spread, samples, longer_than)
    return np.maximum(least, _whole(lengths, way, running.is_academic))


def _stream(name: str, seed: int) -> np.random.Generator:
    import numpy as np

    return np.random.Generator(np.random.PCG64([seed, crc32(name.encode())]))


def _whole(lengths: Any, way: Way, is_academic: bool) -> Ints:
    """Round drawn lengths to weeks, or from years to terms."""
    import numpy as np

    if is_academic:
        counts = np.floor(TERMS_A_YEAR * lengths + 0.5)
    elif _is_effort(way):
        counts = np.ceil(lengths - TOLERANCE)
    else:
        counts = np.floor(lengths + 0.5)
    whole: Ints = counts.astype(np.int64)
    return whole


def _longest_below(count: int, way: Way, is_academic: bool) -> float:
    """Return the length up to which one is rounded to less than so many."""
    if is_academic:
        return (count - 0.5) / TERMS_A_YEAR
    return count - 1 if _is_effort(way) else count - 0.5


def _is_effort(way: Way) -> bool:
    return any(resource == EFFORT for resource, _ in way.uses)


def _pert(
    stream: np.random.Generator,
    spread: Spread,
    samples: int,
    longer_than: float = 0.0,
) -> Any:
    """Draw lengths; of those that are longer than something, if that is asked."""
    import numpy as np

    width = spread.high - spread.low
    alpha = 1 + PERT_WEIGHT * (spread.likely - spread.low) / width
    beta = 1 + PERT_WEIGHT * (spread.high - spread.likely) / width
    if longer_than <= spread.low:
        return spread.low + width * stream.beta(alpha, beta, samples)
    # The rest of the distribution by its area, which never draws in vain.
    points = np.linspace((longer_than - spread.low) / width, 1, POINTS)
    density = points ** (alpha - 1) * (1 - points) ** (beta - 1)
    area = np.concatenate([[0], np.cumsum(density[1:] + density[:-1])])
    drawn = np.interp(stream.random(samples) * area[-1], area, points)
    return spread.low + width * drawn


@dataclass(slots=True)
class _Table:
    """What each start of an academic way makes of so many terms, as arrays."""

    starts: Ints
    spans: list[tuple[Ints, Ints]]  # of each stretch of study, from and up to
    finishes: Ints
    layouts: list[Any]


@dataclass(slots=True)
class _Player:
    """Places one activity after the other, in all samples at once."""

    worked: Worked
    route: Route
    samples: int
    starts: dict[str, Ints] = field(default_factory=dict)
    finishes: dict[str, Ints] = field(default_factory=dict)
    lengths: dict[str, Ints] = field(default_factory=dict)
    layouts: dict[str, dict[int, Layout]] = field(default_factory=dict)  # by length
    busy: dict[str, list[tuple[Ints, Ints, int]]] = field(default_factory=dict)

    @property
    def network(self) -> Network:
        return self.worked.network

    def place_fixed(self, name: str, layout: Layout) -> None:
        import numpy as np

        self.starts[name] = np.full(self.samples, layout.start)
        self.finishes[name] = np.full(self.samples, layout.finish)
        for resource, amount in self.route.ways[name].uses:
            for begin, end in layout.spans:
                self._take(
                    resource,
                    np.full(self.samples, begin),
                    np.full(self.samples, end),
                    amount,
                )

    def place_running(
        self, name: str, running: Running, as_planned: Layout, lengths: Ints
    ) -> None:
        """Place what began at a known time and takes longer, or shorter, to end."""
        import numpy as np

        layouts = {
            length: running.layout(self.worked.calendar, length)
            for length in np.unique(lengths).tolist()
        } | {running.length: as_planned}
        self.lengths[name], self.layouts[name] = lengths, layouts
        self.starts[name] = np.full(self.samples, running.start)
        self.finishes[name] = np.empty(self.samples, np.int64)
        stretches = _Stretches(self.samples)
        for length, layout in layouts.items():
            chosen = np.flatnonzero(lengths == length)
            self.finishes[name][chosen] = layout.finish
            stretches.put(chosen, layout.spans)
        self._take_stretches(self.route.ways[name], stretches)

    def place(self, name: str, lengths: Ints) -> None:
        import numpy as np

        way = self.route.ways[name]
        self.lengths[name] = lengths
        ready = np.full(self.samples, self.network.activities[name].not_before)
        for option in self.route.waits[name]:
            ready = np.maximum(ready, self.reach(option))
        if way.layouts is not None:
            self._place_academic(name, way, ready)
            return
        starts = self._fit(name, way, ready, lengths)
        self.starts[name], self.finishes[name] = starts, starts + lengths
        for resource, amount in way.uses:
            self._take(resource, starts, starts + lengths, amount)

    def reach(self, option: Option) -> Ints:
        """Return the week in which an option is ready, in each sample."""
        import numpy as np

        name, share = option.activity, option.share
        way = self.route.ways[name]
        activity = self.network.activities[name]
        if activity.running is not None:
            return self._reach_running(way, option, activity.running)
        if activity.fixed is not None:
            return np.full(self.samples, way.reach(activity.fixed.start, option))
        starts, lengths = self.starts[name], self.lengths[name]
        if way.layouts is None:
            if option.weeks and option.weeks != way.weeks:
                scaled = lengths * (option.weeks / way.weeks)
                lengths = np.maximum(1, np.floor(scaled + 0.5)).astype(np.int64)
            weeks: Ints = np.ceil(share * lengths - TOLERANCE).astype(np.int64)
            return starts + weeks
        if share >= 1:
            return self.finishes[name]
        found = np.empty(self.samples, np.int64)
        for chosen, table in self._by_count(name):
            reached = np.array([layout.reach(share) for layout in table.layouts])
            index = np.searchsorted(table.starts, starts[chosen])
            found[chosen] = reached[index]
        return found

    def _reach_running(self, way: Way, option: Option, running: Running) -> Ints:
        import numpy as np

        found = np.empty(self.samples, np.int64)
        for length, layout in self.layouts[option.activity].items():
            weeks = option.weeks and _scaled(option.weeks, length / running.length)
            as_long = replace(way, layouts={layout.start: layout})
            found[self.lengths[option.activity] == length] = as_long.reach(
                layout.start, replace(option, weeks=weeks)
            )
        return found

    # Finding room

    def _fit(self, name: str, way: Way, ready: Ints, lengths: Ints) -> Ints:
        """Return the first allowed week from `ready` on in which there is room."""
        import numpy as np

        weeks = self._next_start(name, way, ready, lengths)
        left = np.arange(self.samples)
        while len(left):
            clear = weeks[left]
            for resource, amount in way.uses:
                clear = np.maximum(
                    clear,
                    self._clear(
                        resource, amount, weeks[left], weeks[left] + lengths[left], left
                    ),
                )
            moves = clear > weeks[left]
            left, clear = left[moves], clear[moves]
            if not len(left):
                break
            after = self._next_start(name, way, clear, lengths[left])
            after = np.maximum(after, clear)  # past the last start: where it is
            weeks[left] = after
            left = left[after < HORIZON]
        return weeks

    def _clear(
        self, resource: str, amount: int, begin: Ints, end: Ints, chosen: Ints
    ) -> Ints:
        """Return the week until which a resource is short for a stretch, or 0.

        It is short at the stretch's first week or where something else begins in
        it, and stays so until the first of those that are busy there is done.
        """
        import numpy as np

        room = self.network.capacities[resource] - amount
        near = [
            (a[chosen], b[chosen], n)
            for a, b, n in self.busy.get(resource, ())
            if np.any((a[chosen] < end) & (b[chosen] > begin))
        ]
        clear = np.zeros(len(begin), np.int64)
        if not near:
            return clear
        for point in [begin, *(a for a, _, _ in near)]:
            inside = (point >= begin) & (point < end)
            taken = np.zeros(len(begin), np.int64)
            first_done = np.full(len(begin), HORIZON)
            for a, b, n in near:
                is_busy = (a <= point) & (b > point)
                taken += n * is_busy
                first_done = np.where(is_busy, np.minimum(first_done, b), first_done)
            clear = np.where(
                inside & (taken > room), np.maximum(clear, first_done), clear
            )
        return clear

    def _take(self, resource: str, begin: Ints, end: Ints, amount: int) -> None:
        self.busy.setdefault(resource, []).append((begin, end, amount))

    def _next_start(self, name: str, way: Way, weeks: Ints, lengths: Ints) -> Ints:
        """Return the first allowed start from a week on; past the last, the week."""
        import numpy as np

        if way.starts is None:
            return weeks.copy()
        window = None
        if name in self.worked.catalogue:
            window = self.worked.catalogue[name].window
        if window is None:
            return _next(np.array(way.starts), weeks)
        found = np.empty(len(weeks), np.int64)
        for length in np.unique(lengths).tolist():
            allowed = self.worked.calendar.windows(window, length, HORIZON)
            chosen = lengths == length
            # What does not fit into the window is begun with it, like the likely one.
            found[chosen] = _next(np.array(allowed or way.starts), weeks[chosen])
        return found

    # Study in terms

    def _by_count(self, name: str) -> list[tuple[Ints, _Table]]:
        """Return which samples take so many terms, with what starts make of them."""
        import numpy as np

        counts = self.lengths[name]
        return [
            (np.flatnonzero(counts == count), _table(self.worked.calendar, count))
            for count in np.unique(counts).tolist()
        ]

    def _place_academic(self, name: str, way: Way, ready: Ints) -> None:
        import numpy as np

        starts = np.empty(self.samples, np.int64)
        finishes = np.empty(self.samples, np.int64)
        stretches = _Stretches(self.samples)
        for chosen, table in self._by_count(name):
            last = len(table.starts) - 1
            index = np.minimum(np.searchsorted(table.starts, ready[chosen]), last)
            left = np.arange(len(chosen))
            while len(left):
                clear = np.zeros(len(left), np.int64)
                for begins, ends in table.spans:
                    begin, end = begins[index[left]], ends[index[left]]
                    for resource, amount in way.uses:
                        short = self._clear(resource, amount, begin, end, chosen[left])
                        clear = np.maximum(clear, short)
                left = left[(clear > 0) & (index[left] < last)]
                index[left] += 1
            starts[chosen], finishes[chosen] = (
                table.starts[index],
                table.finishes[index],
            )
            stretches.put(chosen, [(a[index], b[index]) for a, b in table.spans])
        self.starts[name], self.finishes[name] = starts, finishes
        self._take_stretches(way, stretches)

    def _take_stretches(self, way: Way, stretches: _Stretches) -> None:
        for begin, end in stretches.found:
            for resource, amount in way.uses:
                self._take(resource, begin, end, amount)


@dataclass(slots=True)
class _Stretches:
    """When something is busy, of each sample: as many stretches as any has."""

    samples: int
    found: list[tuple[Ints, Ints]] = field(default_factory=list)

    def put(self, chosen: Ints, spans: Iterable[tuple[Any, Any]]) -> None:
        import numpy as np

        for position, (begin, end) in enumerate(spans):
            if position == len(self.found):
                nothing = np.zeros(self.samples, np.int64)
                self.found.append((nothing, nothing.copy()))
            self.found[position][0][chosen] = begin
            self.found[position][1][chosen] = end


@lru_cache(maxsize=256)
def _table(calendar: Calendar, count: int) -> _Table:
    import numpy as np

    layouts = list(academic_layouts(calendar, count).values())
    most = max(len(layout.spans) for layout in layouts)
    spans = []
    for position in range(most):
        pairs = [
            layout.spans[position]
            if position < len(layout.spans)
            else (layout.finish, layout.finish)
            for layout in layouts
        ]
        spans.append((np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])))
    return _Table(
        starts=np.array([layout.start for layout in layouts]),
        spans=spans,
        finishes=np.array([layout.finish for layout in layouts]),
        layouts=layouts,
    )


def _scaled(weeks: int, by: float) -> int:
    return max(1, math.floor(weeks * by + 0.5))


def _next(allowed: Ints, weeks: Ints) -> Ints:
    import numpy as np

    index = np.searchsorted(allowed, weeks)
    inside = index < len(allowed)
    return np.where(inside, allowed[np.minimum(index, len(allowed) - 1)], weeks)
