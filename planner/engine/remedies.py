"""No dead ends: the smallest changes that make a plan, or meet a wish.

Each kind of change is tried alone, by planning; where none makes a plan, two of
them together. (Cores of conflicting assumptions were tried: they return
everything and explain nothing.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

from planner.engine.alternatives import Change, changed, compared, other_plan
from planner.engine.background import Background, Wish
from planner.engine.planning import Worked, can_arrive_by, network_of
from planner.engine.plans import Plan, Remedy
from planner.engine.solving import least_cost

Key = tuple[tuple[str, object], ...]

MOST_HOURS = 80  # as many as a background may have


def would_help(worked: Worked) -> tuple[Remedy, ...]:
    """Return what would make a plan possible, or meet a wish that is missed.

    Of each kind the smallest change; nothing where nothing is amiss. Wishes are a
    target date and a budget, which is held against what has a known cost.
    """
    return tuple(_Search(worked).remedies())


def amiss(plan: Plan) -> frozenset[str]:
    """Return what is wrong with a plan: plan, target_date, budget; or nothing."""
    background = plan.background
    if plan.arrival is None:
        return frozenset({"plan"})
    found = set()
    if background.target_date is not None and plan.arrival > background.target_date:
        found.add("target_date")
    if background.budget is not None and (plan.cost or 0) > background.budget:
        found.add("budget")
    return frozenset(found)


class _Search:
    def __init__(self, worked: Worked) -> None:
        self.worked = worked
        self.plan = worked.plan
        self.background = worked.plan.background
        self.amiss = amiss(worked.plan)
        self.tried: dict[Key, Plan] = {}
        self.possible: dict[Key, bool] = {}

    def remedies(self) -> Iterator[Remedy]:
        if not self.amiss:
            return
        found = [*self._single()]
        yield from found
        if "plan" in self.amiss and not found:
            yield from self._pairs()

    def _single(self) -> Iterator[Remedy]:
        for hours in self._hours({}):
            yield self._remedy("hours", hours)
        helped = set()
        for kind, change in self._switches():
            if kind not in helped and self._helps(change):
                helped.add(kind)
                yield self._remedy(kind, change)
        for change in self._pins():
            yield self._remedy("pins", change)
        if self.plan.arrival is None:
            return
        if "budget" in self.amiss and self._helps({"objective": "within-budget"}):
            yield self._remedy("objective", {"objective": "within-budget"})
        if "target_date" in self.amiss:
            yield self._remedy("target-date", {"target_date": self.plan.arrival})
        if "budget" in self.amiss:
            budget = math.ceil(self.plan.cost or 0)
            yield self._remedy("budget", {"budget": budget})

    def _pairs(self) -> Iterator[Remedy]:
        """Yield the smallest combinations of two that make a plan."""
        switches = list(self._switches())
        if self.background.pins:
            switches.append(("pins", {"pins": ()}))
        for (_, one), (_, other) in combinations(switches, 2):
            change: Change = {**one, **other}
            if len(change) == 2 and self._helps(change):
                yield self._remedy("two", change)
        for _, switch in switches:
            for change in self._hours(switch):
                yield self._remedy("two", change)

    def _switches(self) -> Iterator[tuple[str, Change]]:
        """Yield the answers that could be given otherwise, the least change first."""
        background = self.background
        if not background.full_time_study:
            yield "full-time-study", {"full_time_study": True}
        for wish in self._milder(background.masters):
            yield "masters", {"masters": wish}
        if background.masters_mode != "any":
            yield "masters-mode", {"masters_mode": "any"}
        for wish in self._milder(background.bootcamp):
            yield "bootcamp", {"bootcamp": wish}

    def _milder(self, wish: Wish) -> Iterator[Wish]:
        """Yield what else could be wished; to go without can only save money."""
        if wish != "either":
            yield "either"
        if wish != "no" and "budget" in self.amiss:
            yield "no"

    def _pins(self) -> Iterator[Change]:
        """Yield the pins to take away: one alone, or all where no single one helps."""
        pins = self.background.pins
        single: list[Change] = [
            {"pins": tuple(other for other in pins if other is not pin)} for pin in pins
        ]
        helping = [change for change in single if self._helps(change)]
        yield from helping
        if not helping and len(pins) > 1 and self._helps({"pins": ()}):
            yield {"pins": ()}

    def _hours(self, beside: Change) -> Iterator[Change]:
        """Yield the fewest free hours a week that help, by bisection, if any do.

        One hour less does not help. More hours never make an arrival later.
        """
        most = {**beside, "hours_per_week": MOST_HOURS}
        if self.background.hours_per_week >= MOST_HOURS or not self._helps(most):
            return
        is_of_time = "budget" not in self.amiss
        fewest = self._fewest(beside, self._can_help if is_of_time else self._helps)
        if is_of_time and not self._helps(fewest):
            fewest = self._fewest(beside, self._helps)
        yield fewest

    def _fewest(self, beside: Change, helps: Callable[[Change], bool]) -> Change:
        """Return the fewest hours that help, where the most of all do."""
        low = math.floor(self.background.hours_per_week)  # does not help
        high = MOST_HOURS
        while high - low > 1:
            middle = (low + high) // 2
            if helps({**beside, "hours_per_week": middle}):
                high = middle
            else:
                low = middle
        return {**beside, "hours_per_week": high}

    def _helps(self, change: Change) -> bool:
        if not self._can_help(change):
            return False
        left = amiss(self._planned(change))
        return bool(self.amiss - left) and not (left - self.amiss and self.plan.steps)

    def _can_help(self, change: Change) -> bool:
        """Say whether a change may help, as far as that is known without its plan.

        Where only a plan or a date is missed, it nearly always does if it may.
        """
        key = _key(change)
        if key not in self.possible:
            background = changed(self.background, change)
            self.possible[key] = self._can_be_paid(background) or self._can_be_in_time(
                background
            )
        return self.possible[key]

    def _can_be_paid(self, background: Background) -> bool:
        if "budget" not in self.amiss or background.budget is None:
            return False
        network = network_of(self.worked.catalogue, background)
        return least_cost(network) <= background.budget

    def _can_be_in_time(self, background: Background) -> bool:
        if self.amiss == {"budget"}:
            return False
        day = None if self.plan.arrival is None else background.target_date
        return can_arrive_by(self.worked.catalogue, background, day)

    def _planned(self, change: Change) -> Plan:
        key = _key(change)
        if key not in self.tried:
            self.tried[key] = other_plan(self.worked, change)
        return self.tried[key]

    def _remedy(self, kind: str, change: Change) -> Remedy:
        plan = self._planned(change)
        text = _sentence(change, self.worked, plan)
        return Remedy(
            kind=kind,
            text=text,
            helps=tuple(sorted(self.amiss - amiss(plan))),
            other=compared(self.plan, kind, text, change, plan),
        )


def _key(change: Change) -> Key:
    return tuple(sorted(change.items(), key=lambda pair: pair[0]))


def _sentence(change: Change, worked: Worked, after: Plan) -> str:
    """Say what is answered otherwise, and what one gets for it."""
    before = worked.plan
    parts = [
        _unpinned(change, worked) if key == "pins" else _WORDS[key](change, before)
        for key in change
    ]
    text = " and ".join(parts).replace(", and ", " and ")
    text = text[:1].upper() + text[1:]
    if "target_date" in change:
        return f"{text}, this plan is in time."
    if "budget" in change:
        return f"{text}, this plan can be paid."
    cost = ""
    if before.background.budget is not None and after.cost is not None:
        cost = f", for ${after.cost:,.0f}"
    or_earlier = "" if after.status == "optimal" else " or earlier"
    return f"{text} you arrive in {after.arrival:%B %Y}{or_earlier}{cost}."


def _unpinned(change: Change, worked: Worked) -> str:
    """Name what is no longer pinned."""
    kept = change["pins"]
    activities, catalogue = worked.network.activities, worked.catalogue
    titles = [
        activities[pin.id].title if pin.id in activities else catalogue.title_of(pin.id)
        for pin in worked.plan.background.pins
        if not isinstance(kept, tuple) or pin not in kept
    ]
    return "without the date that you set for " + " and ".join(
        f"“{title}”" for title in titles
    )


def _masters(change: Change, before: Plan) -> str:
    return "without a master’s" if change["masters"] == "no" else _NO_MATTER


_NO_MATTER = "if a master’s is taken only where it helps,"

_WORDS: Mapping[str, Callable[[Change, Plan], str]] = {
    "hours_per_week": lambda change, before: (
        f"with {change['hours_per_week']} free hours a week instead of "
        f"{before.background.hours_per_week:g}"
    ),
    "full_time_study": lambda change, before: "if you can study full-time,",
    "masters": _masters,
    "masters_mode": lambda change, before: "if a master’s can be taken in any way,",
    "bootcamp": lambda change, before: (
        "without a bootcamp"
        if change["bootcamp"] == "no"
        else "if a bootcamp is taken only where it helps,"
    ),
    "objective": lambda change, before: "with the budget kept before the date",
    "target_date": lambda change, before: (
        f"with {before.arrival:%-d %B %Y} as your target date"
    ),
    "budget": lambda change, before: f"with a budget of ${change['budget']:,}",
}
