"""The same careers in PyJobShop, a scheduling library on the same solver.

Both get the same network, one worker, and are timed from there to the answer. What
favours PyJobShop: its network is narrowed beforehand, outside the clock, as ours is
inside it (to what can matter when a guessed route sets the latest arrival, or only to
what fits into a working life); and it finds only the arrival, where ours goes on to
the lowest cost, the fewest steps, what is listed first, and what is recommended.

What PyJobShop 0.0.9 cannot say itself, and how it is said here, without loss:

- A need that any one option meets: its precedences hold between all tasks that are
  there. So each option is an optional task of no length between the two, and exactly
  one of them is there.
- A mode that may start only in some weeks: breaks belong to resources. Where the
  stretches in which it fits lie apart, it uses a resource with breaks between them;
  else a task of one week does so, which starts together with it.
- Study that leaves its summers free: a task that is interrupted keeps its resources.
  So a degree is one task for its whole length, and one for each stretch of study.
- A share of something whose length depends on the mode: a second task with as many
  modes, as long as the share, which starts together with it.
- An arrival that is not the makespan (a degree in progress may end after it): the
  flow time of a job with the goal alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pyjobshop import Machine, Model
from pyjobshop.Result import SolveStatus

from planner.engine.guessing import first_route
from planner.engine.narrowing import Narrowed, followers, narrow, without_doubles
from planner.engine.network import Activity, Layout, Need, Network, Option, Way
from planner.engine.scheduling import earliest_bounds, scaled
from planner.engine.solving import LONGEST

SECONDS = 5.0  # what takes longer counts as not proven


@dataclass(frozen=True, slots=True)
class Answer:
    arrival: int | None  # in weeks
    is_proven: bool


def narrowed(network: Network) -> Narrowed | None:
    """Return what can matter for the earliest arrival; None where there is no plan.

    It must be no later than that of a first route that is guessed.
    """
    network = without_doubles(network)
    bounds = earliest_bounds(network)
    if not bounds.reaches(network.goal):
        return None
    first = first_route(network, bounds)
    return narrow(network, LONGEST if first is None else first.starts[network.goal])


def within_a_life(network: Network) -> Narrowed | None:
    """Return what can be in a plan that takes no longer than a working life."""
    return narrow(without_doubles(network), LONGEST)


def arrival(given: Narrowed) -> Answer:
    """Find the earliest arrival with PyJobShop."""
    result = _Peer(given).model.solve(time_limit=SECONDS, display=False, num_workers=1)
    if result.status not in (SolveStatus.OPTIMAL, SolveStatus.FEASIBLE):
        return Answer(None, is_proven=False)
    is_proven = result.status == SolveStatus.OPTIMAL
    return Answer(round(result.objective), is_proven)


@dataclass(slots=True)
class _Study:
    """A way through a degree that begins in one season: a task for each stretch."""

    layouts: list[Layout]
    parts: list[Any] = field(default_factory=list)


class _Peer:
    """Builds PyJobShop's model of a network."""

    def __init__(self, given: Narrowed) -> None:
        self.model = Model()
        self.network = given.network
        self.earliest, self.latest = given.earliest, given.latest
        self.end = given.latest[given.network.goal] + max(
            (w.weeks for a in given.network.activities.values() for w in a.ways),
            default=0,
        )
        self.resources = {
            name: self.model.add_machine(name=name)
            if capacity == 1
            else self.model.add_renewable(capacity, name=name)
            for name, capacity in given.network.capacities.items()
        }
        self.open: dict[tuple[tuple[int, int], ...], Any] = {}
        self.tasks: dict[str, Any] = {}
        self.modes: dict[tuple[str, int], list[Any]] = {}  # by way
        self.studies: dict[str, list[_Study]] = {}
        self.shares: dict[tuple[str, float], Any] = {}
        self.wanting: dict[str, list[Any]] = {}
        goal = self.model.add_job()
        for name, activity in given.network.activities.items():
            self._add_activity(name, activity, goal)
        for name, activity in given.network.activities.items():
            self._add_needs(name, activity)
        self._add_wants()
        self.model.set_objective(weight_total_flow_time=1)

    # What can be done, in which way, when

    def _add_activity(self, name: str, activity: Activity, goal: Any) -> None:
        if activity.fixed is not None:
            self._add_fixed(name, activity.ways[0], activity.fixed)
            return
        is_goal = name == self.network.goal
        self.tasks[name] = task = self.model.add_task(
            goal if is_goal else None,
            earliest_start=self.earliest[name],
            latest_start=self.latest[name],
            optional=not is_goal,
            name=name,
        )
        gated = []
        for index, way in enumerate(activity.ways):
            if way.layouts is not None:
                self.modes[name, index] = list(self._study_modes(name, task, way))
                continue
            uses = [(self.resources[r], amount) for r, amount in way.uses]
            if way.starts is not None:
                windows = _windows(way.starts, way.weeks)
                if windows is None:
                    gated.append((index, way.starts))
                else:
                    uses.append((self._open_only(windows), 0))
            self.modes[name, index] = [self._mode(task, way.weeks, uses)]
        if gated:
            self._add_gate(name, task, dict(gated))

    def _mode(self, task: Any, weeks: int, uses: Iterable[tuple[Any, int]]) -> Any:
        """Add a mode; a machine is held by one task at a time, without a number."""
        uses = list(uses)
        return self.model.add_mode(
            task,
            [one for one, _ in uses],
            weeks,
            [0 if isinstance(one, Machine) else amount for one, amount in uses],
        )

    def _open_only(self, windows: tuple[tuple[int, int], ...]) -> Any:
        """Return a resource of which nothing is there but in these weeks."""
        if windows not in self.open:
            edges = [0, *(week for window in windows for week in window)]
            edges.append(max(self.end, edges[-1]) + 1)
            breaks = zip(edges[::2], edges[1::2], strict=True)
            self.open[windows] = self.model.add_renewable(
                0, [(a, b) for a, b in breaks if a < b]
            )
        return self.open[windows]

    def _add_gate(
        self, name: str, task: Any, starts: dict[int, tuple[int, ...]]
    ) -> None:
        gate = self._optional(self.earliest[name], self.latest[name])
        self.model.add_start_at_start(task, gate)
        for (owner, index), modes in self.modes.items():
            if owner != name or index not in starts:
                continue
            weeks = tuple((week, week + 1) for week in starts[index])
            through = self._mode(gate, 1, [(self._open_only(weeks), 0)])
            for mode in modes:
                self.model.add_mode_dependency(mode, [through])

    def _study_modes(self, name: str, task: Any, way: Way) -> Iterator[Any]:
        """Yield modes for the whole length, each with its stretches as tasks."""
        by_shape: dict[tuple[int, bool], list[Layout]] = {}
        for start in way.starts or ():
            layout = way.layout(start)
            first, last = layout.spans[0], layout.spans[-1]
            shape = (len(layout.spans), first[1] - first[0] > last[1] - last[0])
            by_shape.setdefault(shape, []).append(layout)
        for layouts in by_shape.values():
            study = _Study(layouts)
            self.studies.setdefault(name, []).append(study)
            lengths = sorted({one.finish - one.start for one in layouts})
            whole = [self._mode(task, length, []) for length in lengths]
            yield from whole
            for position in range(len(layouts[0].spans)):
                spans = sorted({one.spans[position] for one in layouts})
                part = self._optional(spans[0][0], spans[-1][0])
                modes = [
                    self._mode(part, length, self._stretch(way, spans, length))
                    for length in sorted({b - a for a, b in spans})
                ]
                for mode in whole:
                    self.model.add_mode_dependency(mode, modes)
                if study.parts:
                    longest = max(
                        one.spans[position][0] - one.spans[position - 1][1]
                        for one in layouts
                    )
                    before = study.parts[-1]
                    self.model.add_end_before_start(before, part)
                    self.model.add_start_before_end(part, before, -longest)
                study.parts.append(part)
            self.model.add_start_at_start(task, study.parts[0])
            self.model.add_end_at_end(task, study.parts[-1])

    def _stretch(
        self, way: Way, spans: list[tuple[int, int]], length: int
    ) -> Iterator[tuple[Any, int]]:
        for resource, amount in way.uses:
            yield self.resources[resource], amount
        if len(spans) > 1:  # a single one is where the task's bounds say
            windows = tuple((a, b) for a, b in spans if b - a == length)
            yield self._open_only(windows), 0

    def _optional(self, earliest: int, latest: int) -> Any:
        return self.model.add_task(
            earliest_start=earliest, latest_start=latest, optional=True
        )

    def _add_fixed(self, name: str, way: Way, layout: Layout) -> None:
        uses = [(self.resources[r], amount) for r, amount in way.uses]
        self.tasks[name] = self._at(layout.start, layout.finish, [])
        for begin, end in layout.spans:
            self._at(begin, end, uses)

    def _at(self, start: int, finish: int, uses: list[tuple[Any, int]]) -> Any:
        task = self.model.add_task(earliest_start=start, latest_start=start)
        self._mode(task, finish - start, uses)
        return task

    # What waits for what

    def _add_needs(self, name: str, activity: Activity) -> None:
        searches = followers(self.network, activity)
        others = list(self.network.others(activity))
        for need in activity.needs:
            if need.is_required:
                waiting = searches if need in others else []
                self._add_need(name, need, waiting)
        for index, way in enumerate(activity.ways):
            for need in way.needs:
                links = [self._link(name, option) for option in need.options]
                for mode in self.modes[name, index]:
                    self.model.add_mode_dependency(mode, [mode for _, mode in links])

    def _add_need(
        self, name: str, need: Need, searches: list[tuple[str, float]]
    ) -> None:
        owner = self.tasks[name]
        if len(need.options) == 1:
            option = need.options[0]
            self.model.add_select_exactly_one([self.tasks[option.activity]], owner)
            self._want(option, owner)
            self._wait(option, owner)
            for (asking, _), modes in list(self.modes.items()):
                if asking == name:
                    for mode in modes:
                        self._serve(option, mode)
            for search, share in searches:
                self._wait(scaled(option, share), self.tasks[search])
            return
        links = [self._link(name, option)[0] for option in need.options]
        self.model.add_select_exactly_one(links, owner)
        for search, share in searches:
            for option, link in zip(need.options, links, strict=True):
                also, _ = self._link(search, scaled(option, share), is_wanted=False)
                self.model.add_select_all_or_none([link, also])

    def _link(
        self, name: str, option: Option, *, is_wanted: bool = True
    ) -> tuple[Any, Any]:
        """Return a task of no length that is there if this option is in use."""
        owner = self.tasks[name]
        link = self._optional(0, self.latest[name])
        mode = self._mode(link, 0, [])
        self.model.add_select_exactly_one([self.tasks[option.activity]], link)
        self.model.add_select_exactly_one([owner], link)
        self.model.add_end_before_start(link, owner)
        self._wait(option, link)
        self._serve(option, mode)
        if is_wanted:
            self._want(option, link)
        return link, mode

    def _serve(self, option: Option, asking: Any) -> None:
        ways = self.network.activities[option.activity].ways
        serving = [index for index, way in enumerate(ways) if way.serves(option)]
        if len(serving) < len(ways):
            modes = [m for i in serving for m in self.modes[option.activity, i]]
            self.model.add_mode_dependency(asking, modes)

    def _want(self, option: Option, asking: Any) -> None:
        if not option.is_by_product:
            self.wanting.setdefault(option.activity, []).append(asking)

    def _add_wants(self) -> None:
        """Nothing is done only for a by-product; other needless steps help nobody."""
        for name in {
            option.activity
            for activity in self.network.activities.values()
            for need in activity.all_needs()
            for option in need.options
            if option.is_by_product
        }:
            if self.network.activities[name].fixed is None:
                self.model.add_select_at_least_one(
                    self.wanting.get(name, []), self.tasks[name]
                )

    def _wait(self, option: Option, waiting: Any) -> None:
        """What waits starts once the option is ready."""
        name, model = option.activity, self.model
        activity, task = self.network.activities[name], self.tasks[name]
        if activity.fixed is not None:
            ready = activity.ways[0].reach(activity.fixed.start, option)
            model.add_start_before_start(task, waiting, ready - activity.fixed.start)
        elif option.weeks:
            delay = activity.ways[0].reach(0, option)
            model.add_start_before_start(task, waiting, delay)
        elif option.share >= 1:
            model.add_end_before_start(task, waiting)
        else:
            model.add_end_before_start(self._part(option), waiting)
            for study in self.studies.get(name, ()):
                self._wait_for_study(option, study, waiting)

    def _part(self, option: Option) -> Any:
        """Return a task as long as a share of an activity, started together with it.

        It is there in all modes but those of study, which have stretches to wait for.
        """
        key = (option.activity, option.share)
        if key in self.shares:
            return self.shares[key]
        name = option.activity
        part = self._optional(self.earliest[name], self.latest[name])
        self.shares[key] = part
        self.model.add_start_at_start(self.tasks[name], part)
        modes: dict[int, Any] = {}
        for index, way in enumerate(self.network.activities[name].ways):
            length = 0 if way.layouts is not None else way.reach(0, option)
            if length not in modes:
                modes[length] = self._mode(part, length, [])
            for mode in self.modes[name, index]:
                self.model.add_mode_dependency(mode, [modes[length]])
        return part

    def _wait_for_study(self, option: Option, study: _Study, waiting: Any) -> None:
        """Wait for the stretch in which the share is reached, or for a part of it.

        The weeks between two terms make a stretch longer, and the share is reached
        in the same week from its start or from its end, whatever the year is.
        """
        reaches = [(one, one.reach(option.share)) for one in study.layouts]
        for position, part in enumerate(study.parts):
            spans = [(one.spans[position], ready) for one, ready in reaches]
            if not all(a < ready <= b for (a, b), ready in spans):
                continue
            after_start = {ready - a for (a, _), ready in spans}
            before_end = {ready - b for (_, b), ready in spans}
            if len(before_end) == 1:
                self.model.add_end_before_start(part, waiting, before_end.pop())
                return
            if len(after_start) == 1:
                self.model.add_start_before_start(part, waiting, after_start.pop())
                return
        raise ValueError(f"The share of {option} cannot be said in PyJobShop.")


def _windows(starts: tuple[int, ...], weeks: int) -> tuple[tuple[int, int], ...] | None:
    """Return the stretches in which something fits; None if they are not apart."""
    runs: list[tuple[int, int]] = []
    for start in starts:
        if runs and start == runs[-1][1] - weeks + 1:
            runs[-1] = (runs[-1][0], start + weeks)
        else:
            runs.append((start, start + weeks))
    if any(one[1] >= other[0] for one, other in pairwise(runs)):
        return None
    return tuple(runs)
