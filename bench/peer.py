"""The same careers put into PyJobShop, a general scheduling library over CP-SAT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from planner.engine.narrowing import Narrowed
from planner.engine.network import Activity, Need, Network, Option, Way
from planner.engine.scheduling import scaled

TIME_LIMIT = 60.0  # seconds


@dataclass(frozen=True)
class PeerAnswer:
    """What PyJobShop found: the week of the arrival, and whether it is proven."""

    arrival: int
    is_proven: bool


def peer_answer(narrowed: Narrowed) -> PeerAnswer:
    """Build the problem in PyJobShop and solve it with one worker.

    Raises RuntimeError where it finds nothing.
    """
    return _Peer(narrowed).answer()


@dataclass(frozen=True)
class _Choice:
    """One way to do an activity: the task that stands for it, and what it is."""

    way: Way
    head: Any
    start: int | None  # where only one start is meant


class _Peer:
    def __init__(self, narrowed: Narrowed) -> None:
        import pyjobshop

        self.network: Network = narrowed.network
        self.narrowed = narrowed
        self.model = pyjobshop.Model()
        self.resources = {
            name: self.model.add_renewable(capacity, name=name)
            for name, capacity in self.network.capacities.items()
            if capacity
        }
        self.task: dict[str, Any] = {}
        self.choices: dict[str, list[_Choice]] = {}
        self.served: dict[tuple[str, int], list[tuple[Option, Any]]] = {}
        self.wanted: dict[str, list[Any]] = {}
        for activity in self.network.activities.values():
            self._add_activity(activity)
        for activity in self.network.activities.values():
            for need in activity.needs:
                self._add_need(activity.id, need, self.task[activity.id])
            for choice in self.choices[activity.id]:
                for need in choice.way.needs:
                    self._add_need(activity.id, need, choice.head)
        self._add_searches()
        self._add_wants()

    def answer(self) -> PeerAnswer:
        self.model.set_objective(weight_total_flow_time=1)
        result = self.model.solve(time_limit=TIME_LIMIT, display=False, num_workers=1)
        status = result.status.value
        if status not in ("Optimal", "Feasible"):
            raise RuntimeError(f"PyJobShop found nothing: {status}.")
        return PeerAnswer(round(result.objective), status == "Optimal")

    # What can be done, and when

    def _add_activity(self, activity: Activity) -> None:
        name = activity.id
        is_goal = name == self.network.goal
        if activity.fixed is not None:
            self._add_fixed(activity)
            return
        earliest = self.narrowed.earliest[name]
        bounds = {
            "earliest_start": earliest,
            "latest_start": max(earliest, self.narrowed.latest[name]),
        }
        ways = activity.ways
        if len(ways) == 1 and ways[0].starts is None:
            job = self.model.add_job() if is_goal else None
            task = self.model.add_task(job, optional=not is_goal, name=name, **bounds)
            self._add_mode(task, ways[0], ways[0].weeks)
            self.task[name] = task
            self.choices[name] = [_Choice(ways[0], task, None)]
            return
        anchor = self._moment(name, **bounds)
        self.task[name] = anchor
        self.choices[name] = [
            choice for way in ways for choice in self._add_way(activity, way, bounds)
        ]
        for choice in self.choices[name]:
            self.model.add_start_at_start(anchor, choice.head)
        heads = [choice.head for choice in self.choices[name]]
        self.model.add_select_exactly_one(heads, anchor)
        for head in heads:  # no head without its anchor
            self.model.add_select_exactly_one([anchor], head)

    def _add_way(
        self, activity: Activity, way: Way, bounds: dict[str, int]
    ) -> list[_Choice]:
        if way.starts is None:
            task = self.model.add_task(optional=True, name=activity.id, **bounds)
            self._add_mode(task, way, way.weeks)
            return [_Choice(way, task, None)]
        found = []
        for start in way.starts:
            tasks = []
            for begin, end in way.layout(start).spans:
                task = self.model.add_task(
                    earliest_start=begin, latest_start=begin, optional=True
                )
                self._add_mode(task, way, end - begin)
                tasks.append(task)
            if len(tasks) > 1:
                self.model.add_select_all_or_none(tasks)
            found.append(_Choice(way, tasks[0], start))
        return found

    def _add_fixed(self, activity: Activity) -> None:
        layout = activity.fixed
        assert layout is not None  # noqa: S101 - asked before
        way = activity.ways[0]
        for begin, end in layout.spans:
            if end > begin:
                task = self.model.add_task(earliest_start=begin, latest_start=begin)
                self._add_mode(task, way, end - begin)
        anchor = self.model.add_task(
            earliest_start=layout.start, latest_start=layout.start, name=activity.id
        )
        self.model.add_mode(anchor, [], 0)
        self.task[activity.id] = anchor
        self.choices[activity.id] = [_Choice(way, anchor, layout.start)]

    def _add_mode(self, task: Any, way: Way, weeks: int) -> None:
        uses = [(self.resources[name], amount) for name, amount in way.uses]
        resources = [resource for resource, _ in uses] if weeks else []
        demands = [amount for _, amount in uses] if weeks else []
        self.model.add_mode(task, resources, weeks, demands)

    def _moment(self, name: str = "", **bounds: int) -> Any:
        """Add an optional task of no length, to say that and when something is so."""
        task = self.model.add_task(optional=True, name=name, **bounds)
        self.model.add_mode(task, [], 0)
        return task

    # What waits for what

    def _add_need(self, owner: str, need: Need, asking: Any) -> None:
        if not need.is_required:
            return
        moments = []
        for option in need.options:
            moment = self._ready(option)
            self.model.add_end_before_start(moment, self.task[owner])
            moments.append(moment)
            self.served.setdefault((owner, need.number), []).append((option, moment))
            if not option.is_by_product:
                self.wanted.setdefault(option.activity, []).append(moment)
        self.model.add_select_exactly_one(moments, asking)

    def _ready(self, option: Option) -> Any:
        """Add the moment in which an option is ready, present where it is in use."""
        moment = self._moment()
        self.model.add_select_exactly_one([self.task[option.activity]], moment)
        serving = []
        for choice in self.choices[option.activity]:
            if choice.way.serves(option):
                serving.append(choice.head)
                start = 0 if choice.start is None else choice.start
                delay = choice.way.reach(start, option) - start
                self.model.add_start_before_start(choice.head, moment, delay)
        if len(serving) < len(self.choices[option.activity]):
            self.model.add_select_exactly_one(serving, moment)
        return moment

    def _add_searches(self) -> None:
        for activity in self.network.activities.values():
            if activity.follows is None or activity.follows[0] not in self.task:
                continue
            owner, share = activity.follows
            for need in self.network.others(self.network.activities[owner]):
                for option, moment in self.served.get((owner, need.number), ()):
                    sooner = self._ready(scaled(option, share))
                    self.model.add_select_all_or_none([moment, sooner])
                    self.model.add_end_before_start(sooner, self.task[activity.id])

    def _add_wants(self) -> None:
        """Nothing is planned that no need chose: a by-product alone is no reason."""
        for name, activity in self.network.activities.items():
            if name != self.network.goal and activity.fixed is None:
                self.model.add_select_at_least_one(
                    self.wanted.get(name, []), self.task[name]
                )
