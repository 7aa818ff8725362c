"""Why each date: a replay of the finished schedule, step by step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from planner.engine.facts import Catalogue, Window
from planner.engine.network import HOURS, MAIN, TENTHS, Activity, Need, Network
from planner.engine.plans import Cause, LeftOut, Reason
from planner.engine.scheduling import (
    NEVER,
    Bounds,
    Profile,
    Route,
    earliest_bounds,
    earliest_ready,
)
from planner.engine.weeks import Calendar

MOST_TITLES = 5
SHARES = {0.25: "a quarter", 0.5: "half", 0.75: "three quarters", 0.9: "nine tenths"}


@dataclass(frozen=True, slots=True)
class Replay:
    """A dated route, to be asked why things are where they are."""

    catalogue: Catalogue
    network: Network
    route: Route
    starts: Mapping[str, int]
    calendar: Calendar
    finished: frozenset[str] = frozenset()  # steps of an earlier plan

    def reason(self, name: str) -> Reason:
        """Name what holds a step's start.

        The first strict inequality names it: needs met, calendar open, started.
        Where two things end in the same week, neither alone holds it; then the
        others are named too, until taking all of them away would help.
        """
        activity = self.network.activities[name]
        start = self.starts[name]
        if name in self.finished:
            return Reason(kind="in-progress", text="You have finished it.")
        if activity.fixed is not None:
            return Reason(kind="in-progress", text="You are in the middle of it.")
        if start == self.network.now:
            return Reason(kind="start", text="You can begin at once.")
        if activity.free_from is not None and self._can_be_earlier(name, [], set()):
            return Reason(kind="pinned", text="It stays where your plan had it.")
        causes = self._smallest(name)
        texts = [self._text(name, cause) for cause in causes]
        named = (
            self._last_met(name)
            if "after" in causes
            else self._in_the_way(name, causes[0])
        )
        return Reason(
            kind=causes[0],
            text=" ".join(texts),
            steps=tuple(sorted(named, key=lambda n: (self.starts[n], n))),
            also=tuple(causes[1:]),
        )

    def _smallest(self, name: str) -> list[Cause]:
        """Return the fewest causes without which the step could start earlier."""
        causes = self._causes(name)
        for count in range(1, len(causes) + 1):
            for some in combinations(causes, count):
                dropped = self._last_met(name) if "after" in some else set()
                if self._can_be_earlier(name, list(some), dropped):
                    return list(some)
        return causes

    def _causes(self, name: str) -> list[Cause]:
        """Return what might hold the start, the first strict inequality first."""
        way, start = self.route.ways[name], self.starts[name]
        pin = self._floor(name)
        ready = max(pin, self.route.ready(name, self.starts))
        opened = way.next_start(ready)
        calendar: Cause = "window" if self._window(name) is not None else "term"
        resource: Cause = (
            "occupation" if any(r == MAIN for r, _ in way.uses) else "hours"
        )
        causes: list[Cause] = []
        if opened is not None and start > opened:
            causes = [resource, calendar, "after"]
        elif opened is not None and opened > ready:
            causes = [calendar, resource, "after"]
        else:
            causes = ["after", resource, calendar]
        if pin > self.network.now:
            is_first = (
                causes[0] == "after" and self.route.ready(name, self.starts) < pin
            )
            causes.insert(0 if is_first else len(causes), "pinned")
        if way.starts is None:
            causes.remove(calendar)
        if not self.route.waits[name]:
            causes.remove("after")
        return causes

    def _floor(self, name: str) -> int:
        """Return the week before which a pin does not let a step begin."""
        activity = self.network.activities[name]
        if activity.free_from is not None:
            return activity.free_from
        return activity.not_before

    def _others(self, name: str, dropped: set[str]) -> Profile:
        profile = Profile(self.network.capacities)
        for other, way in self.route.ways.items():
            if other != name and other not in dropped:
                profile.take(way, self.route.layout(other, self.starts))
        return profile

    def _can_be_earlier(
        self, name: str, causes: list[Cause], dropped: set[str]
    ) -> bool:
        """Say whether a step could start earlier without these causes."""
        way, start = self.route.ways[name], self.starts[name]
        ready = max(
            (
                self.route.reach(option, self.starts)
                for option in self.route.waits[name]
                if option.activity not in dropped
            ),
            default=0,
        )
        floor = self.network.now if "pinned" in causes else self._floor(name)
        ready = max(ready, floor)
        is_free = "term" in causes or "window" in causes
        has_room = "occupation" in causes or "hours" in causes
        profile = self._others(name, dropped)
        if is_free and way.layouts is not None:
            # Without terms, a degree could stretch back by a week if that is free.
            before = way.layout(start)
            week = type(before)(start - 1, start, ((start - 1, start),))
            return ready < start and (has_room or profile.blocked(way, week) is None)
        for week_number in range(ready, start):
            if not is_free and way.next_start(week_number) != week_number:
                continue
            if has_room or profile.blocked(way, way.layout(week_number)) is None:
                return True
        return False

    def _last_met(self, name: str) -> set[str]:
        """Return the steps that meet the last need, all that do so in that week."""
        ready = self.route.ready(name, self.starts)
        return {
            option.activity
            for option in self.route.waits[name]
            if self.route.reach(option, self.starts) == ready
        }

    def _in_the_way(self, name: str, cause: Cause) -> set[str]:
        """Return the steps that take the resource when this step might have begun."""
        if cause not in ("occupation", "hours"):
            return set()
        way, start = self.route.ways[name], self.starts[name]
        profile = self._others(name, set())
        allowed = way.starts if way.starts is not None else range(start)
        for candidate in sorted((w for w in allowed if w < start), reverse=True):
            short = profile.blocked(way, way.layout(candidate))
            if short is None:
                continue
            resource, week = short
            return {
                other
                for other, their in self.route.ways.items()
                if other != name
                and any(used == resource for used, _ in their.uses)
                and any(
                    a <= week < b
                    for a, b in self.route.layout(other, self.starts).spans
                )
            }
        return set()

    # Words

    def _text(self, name: str, cause: Cause) -> str:
        day = _words(self.calendar.day(self.starts[name]))
        if cause == "after":
            return self._after_text(name)
        if cause == "pinned":
            if self.network.activities[name].exactly:
                return f"You pinned it to the week of {day}."
            return f"You pinned it, so that it does not begin before {day}."
        if cause == "term":
            return f"Study begins with a term; the next one starts on {day}."
        window = self._window(name)
        if cause == "window" and window is not None:
            return (
                f"It is offered from {_day(window.from_month, window.from_day)} to "
                f"{_day(window.to_month, window.to_day)} each year."
            )
        steps = self._in_the_way(name, cause)
        titles = _listed([self._title(step) for step in sorted(steps)])
        if cause == "occupation":
            return f"Until then your main occupation is {titles or 'taken'}."
        hours = self.network.capacities[HOURS] / TENTHS
        return f"Until then your {hours:g} free hours a week go to {titles}."

    def _after_text(self, name: str) -> str:
        parts = []
        last = self._last_met(name)
        for option in sorted(self.route.waits[name], key=lambda o: o.activity):
            if option.activity not in last:
                continue
            last.discard(option.activity)
            title = self._title(option.activity)
            if option.share < 1:
                share = round(option.share, 3)
                words = SHARES.get(share, f"{share:.0%}")
                parts.append(f"{words} of {title} is done")
            elif option.weeks:
                parts.append(f"you have held {title} for long enough")
            else:
                parts.append(f"{title} is done")
        return f"It can begin once {_listed(parts)}."

    def _title(self, name: str) -> str:
        return f"“{self.network.activities[name].title}”"

    def _window(self, name: str) -> Window | None:
        return self.catalogue[name].window if name in self.catalogue else None


def obstacles(network: Network) -> Iterator[str]:
    """Yield in words what keeps the goal out of reach, the nearest first."""
    bounds = earliest_bounds(network)
    if bounds.reaches(network.goal):
        network = _without_idle_by_products(network)
        bounds = earliest_bounds(network)
    stuck: dict[str, list[str]] = {}  # reason to titles
    for activity in _out_of_reach(network, bounds):
        for need in activity.needs:
            if need.is_required and not need.options:
                yield f"{activity.title} needs {need.text}, and nothing leads there."
        if all(way.starts == () for way in activity.ways):
            stuck.setdefault(_no_way(network, activity), []).append(activity.title)
    for reason, titles in stuck.items():
        shown = [f"“{title}”" for title in titles[:MOST_TITLES]]
        if len(titles) > MOST_TITLES:
            shown.append(f"{len(titles) - MOST_TITLES} more")
        yield f"{reason}: {_listed(shown)}."


def _without_idle_by_products(network: Network) -> Network:
    """Leave out each by-product that nothing leads to, for nobody plans it for itself.

    What could be reached with them only is then seen to be out of reach.
    """
    while True:
        bounds = earliest_bounds(network)
        wanted = {name for name, a in network.activities.items() if a.fixed is not None}
        todo = [network.goal]
        while todo:
            for need in network.activities[todo.pop()].all_needs():
                for option in need.options:
                    name = option.activity
                    if option.is_by_product or name in wanted:
                        continue
                    if bounds.reaches(name):
                        wanted.add(name)
                        todo.append(name)
        less = replace(
            network,
            activities={
                name: replace(
                    activity,
                    ways=tuple(
                        replace(way, needs=_among(way.needs, wanted))
                        for way in activity.ways
                    ),
                    needs=_among(activity.needs, wanted),
                )
                for name, activity in network.activities.items()
            },
        )
        if less == network:
            return less
        network = less


def _among(needs: Iterable[Need], wanted: Collection[str]) -> tuple[Need, ...]:
    """Return needs less the by-products that are not wanted for anything else."""
    return tuple(
        replace(
            need,
            options=tuple(
                option
                for option in need.options
                if not option.is_by_product or option.activity in wanted
            ),
        )
        for need in needs
    )


def pins_out_of_reach(network: Network, planned: Iterable[str]) -> list[str]:
    """Return what is planned and could not start in the week to which it is pinned."""
    bounds = earliest_bounds(network)
    return [
        name
        for name in planned
        if network.activities[name].exactly and not bounds.reaches(name)
    ]


def pin_obstacles(
    catalogue: Catalogue, network: Network, calendar: Calendar, names: Iterable[str]
) -> Iterator[str]:
    """Yield in words why each of these cannot start in the week of its pin."""
    for name in names:
        activity = network.activities[name]
        week = activity.not_before
        day = _words(calendar.day(week))
        window = catalogue[name].window if name in catalogue else None
        if week < network.now:
            why = "by then it is too late for that"
        elif any(way.next_start(week) == week for way in activity.ways):
            why = "what it needs is not done by then"
        elif window is not None:
            why = (
                "it is offered, from its start to its end, between "
                f"{_day(window.from_month, window.from_day)} and "
                f"{_day(window.to_month, window.to_day)}"
            )
        else:
            why = "study begins with a term, and none begins in that week"
        yield f"You pinned “{activity.title}” to the week of {day}, but {why}."


def pins_together(network: Network, calendar: Calendar) -> str:
    """Say of all dates that hold something that no plan keeps to them all."""
    pins = [
        f"“{activity.title}” {'in' if activity.exactly else 'not before'} the week of "
        f"{_words(calendar.day(activity.not_before))}"
        for activity in network.activities.values()
        if activity.fixed is None
        and (activity.exactly or activity.not_before > network.now)
    ]
    return f"No plan keeps to what you pinned: {_listed(pins)}."


def _out_of_reach(network: Network, bounds: Bounds) -> Iterator[Activity]:
    """Yield what the goal would need and cannot get, from the goal on."""
    seen: set[str] = set()
    todo = [network.goal]
    while todo:
        activity = network.activities[todo.pop(0)]
        if activity.id in seen:
            continue
        seen.add(activity.id)
        yield activity
        for need in activity.all_needs():
            if need.is_required and not _is_met(network, need, bounds):
                todo += [
                    option.activity
                    for option in need.options
                    if not bounds.reaches(option.activity)
                ]


def _is_met(network: Network, need: Need, bounds: Bounds) -> bool:
    return earliest_ready(network, need, bounds.starts) < NEVER


def _no_way(network: Network, activity: Activity) -> str:
    """Say why there is no way to do something, so that others can share the reason."""
    hours = network.capacities[HOURS] / TENTHS
    if activity.ways:
        return "This does not fit into the part of the year in which it is offered"
    if activity.kind == "degree":
        return (
            "This takes full-time study, or more free hours than the "
            f"{hours:g} a week that you have"
        )
    if activity.kind == "role":
        return "Nothing says how long this has to be held"
    return f"This takes more free hours than the {hours:g} a week that you have"


def left_out(
    network: Network, route: Route, arrival: date, most_cost: int | None = None
) -> Iterator[LeftOut]:
    """Yield the recommendations that were not planned, with the reason.

    `most_cost` is what the plan may cost at most, in whole dollars.
    """
    or_dearer = "" if most_cost is None else f", or costing more than ${most_cost:,}"
    missed: dict[str, Need] = {}
    for name in route.ways:
        met = {need.number for need, _ in route.met[name]}
        for need in network.activities[name].needs:
            is_missed = not need.is_required and need.number not in met
            if is_missed and need.about not in route.ways:  # for less time, it may be
                missed.setdefault(need.about, need)
    if not missed:
        return
    bounds = earliest_bounds(network)
    for about, need in missed.items():
        if _is_met(network, need, bounds):
            why = (
                "It is recommended, not required, and it finds no place without "
                f"moving your arrival on {_words(arrival)}{or_dearer}."
            )
        else:
            why = "It is recommended, and cannot be done with these answers."
        yield LeftOut(id=about, title=need.text, why=why)


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _day(month: int, day: int) -> str:
    return f"{day} {date(2000, month, 1):%B}"


def _listed(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
