"""What a new catalogue does to plans: who arrives earlier, later, or not any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from planner.engine.background import Background
from planner.engine.facts import (
    Catalogue,
    Degree,
    Mode,
    Requirement,
    Thing,
    names_in,
    rank,
)
from planner.engine.planning import make_plan
from planner.engine.plans import Plan, Step
from planner.pages.words import count, day_words, span
from planner.samples import known_to, samples

Verdict = Literal["earlier", "later", "same", "lost", "gained", "neither"]
VERDICTS: tuple[Verdict, ...] = ("later", "earlier", "lost", "gained", "same")

Named = tuple[str, Background]  # who it is, in words, and what they bring


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMove:
    """One person's plan with the old catalogue and with the new one."""

    name: str
    before: Plan
    after: Plan

    @property
    def days(self) -> int | None:
        """By how many days it arrives later; None where one of the two does not."""
        if self.before.arrival is None or self.after.arrival is None:
            return None
        return (self.after.arrival - self.before.arrival).days

    @property
    def verdict(self) -> Verdict:
        if self.days is not None:
            return "later" if self.days > 0 else "earlier" if self.days else "same"
        if self.before.arrival is not None:
            return "lost"
        return "neither" if self.after.arrival is None else "gained"

    @property
    def in_words(self) -> str:
        """Say what becomes of the arrival."""
        before, after = self.before.arrival, self.after.arrival
        if before is None:
            if after is None:
                return "no plan before, and none now"
            return f"a plan where there was none: {day_words(after)}"
        if after is None:
            return f"no plan any more (it was {day_words(before)})"
        if after == before:
            return f"{day_words(after)}, as before"
        words = "later" if after > before else "earlier"
        length = span(abs((after - before).days))
        return f"{length} {words}: {day_words(after)} in place of {day_words(before)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CareerEffect:
    """What becomes of the plans for one career."""

    slug: str
    title: str
    counts: Mapping[Verdict, int]
    worst: PlanMove | None  # lost, or later by most; None where no plan suffers
    best: PlanMove | None

    @property
    def in_words(self) -> str:
        return counts_in_words(self.counts)


@dataclass(slots=True, kw_only=True)
class Effect:
    """What becomes of all plans that were looked at."""

    careers: list[CareerEffect] = field(default_factory=list)
    counts: dict[Verdict, int] = field(default_factory=dict)
    plans: int = 0  # that were looked at
    alike: int = 0  # of these: whose facts are the same in both, so that none is made
    changed_careers: int = 0
    planned_careers: int = 0  # of those that changed
    changed: int = 0  # plans that stand on a fact that changed
    planned: int = 0  # of these

    @property
    def moved(self) -> list[CareerEffect]:
        """The careers in which somebody arrives on another day, the worst first."""
        return [career for career in self.careers if career.worst or career.best]

    @property
    def unmoved(self) -> int:
        """How many of the planned careers nobody is moved in."""
        return len(self.careers) - len(self.moved)

    @property
    def worst(self) -> tuple[CareerEffect, PlanMove] | None:
        found = [(c, c.worst) for c in self.careers if c.worst is not None]
        return max(found, key=lambda one: _badness(one[1]), default=None)

    @property
    def in_words(self) -> str:
        """Say it in a sentence: moves 14 plans, the worst by 6 weeks."""
        moved = sum(self.counts.get(v, 0) for v in VERDICTS if v != "same")
        if not moved:
            return "It moves no plan."
        words = f"It moves {count(moved, 'plan')} of {self.plans:,}"
        if self.worst is None:
            return f"{words}, none of them to a later day."
        career, worst = self.worst
        if worst.days is None:
            lost = self.counts.get("lost", 0)
            return f"{words}, and {count(lost, 'plan')} of them can no longer be made."
        return f"{words}, the worst by {span(worst.days)} ({career.title})."

    @property
    def coverage(self) -> str:
        """Say how many of the careers that changed were planned."""
        if not self.changed_careers:
            return "No fact changed that a plan stands on."
        if self.planned < self.changed and self.planned_careers == self.changed_careers:
            return f"{self.planned:,} of {self.changed:,} such plans were made anew."
        if self.planned_careers < self.changed_careers:
            return (
                f"{self.planned_careers:,} of {self.changed_careers:,} changed careers "
                "were planned."
            )
        careers = count(self.changed_careers, "career")
        return f"All changed careers were planned: {careers}."


def counts_in_words(counts: Mapping[Verdict, int]) -> str:
    """Say how many arrive later, earlier, and so on."""
    words: dict[Verdict, str] = {
        "later": "later",
        "earlier": "earlier",
        "lost": "not at all any more",
        "gained": "for the first time",
        "same": "on the same day",
    }
    found = [f"{counts[v]:,} {words[v]}" for v in VERDICTS if counts.get(v)]
    return ", ".join(found) or "none"


def effect_of(
    named: Iterable[Named],
    before: Catalogue,
    after: Catalogue,
    *,
    most_careers: int | None = None,
    is_enough: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Effect:
    """Plan for everybody with both catalogues, and say what becomes of their plans.

    Only who aims at a career that both have is counted. Plans are made where a fact
    differs that they could stand on, of at most so many careers, and until
    `is_enough` says so; `progress` is told how many careers are done.
    """
    comparison = Comparison(before, after)
    effect = Effect()
    changed: dict[str, list[Named]] = {}
    for name, background in named:
        career = f"role:{background.career}"
        if career not in before or career not in after:
            continue
        background = known_to(background, before, after)
        effect.plans += 1
        if comparison.is_alike(background):
            effect.alike += 1
        else:
            changed.setdefault(background.career, []).append((name, background))
    effect.changed_careers = len(changed)
    effect.changed = sum(map(len, changed.values()))
    for slug in list(changed)[:most_careers]:
        if effect.planned_careers and is_enough():
            break
        moves: list[PlanMove] = []
        for name, background in changed[slug]:
            if effect.planned and is_enough():
                break
            effect.planned += 1
            old, new = make_plan(before, background), make_plan(after, background)
            moves.append(PlanMove(name=name, before=old, after=new))
        effect.careers.append(_career_effect(after.roles[slug].title, slug, moves))
        effect.planned_careers += 1
        progress(effect.planned_careers, len(changed))
    for career_effect in effect.careers:
        for verdict, number in career_effect.counts.items():
            effect.counts[verdict] = effect.counts.get(verdict, 0) + number
    effect.careers.sort(key=_by_badness)
    return effect


def sample_of(before: Catalogue, after: Catalogue, today: date) -> Iterator[Named]:
    """Yield the three samples for each career that both have.

    Careers that editors look after come first, then those whose own row changed.
    """
    careers = [role for role in after.careers() if role.slug in before.roles]
    careers.sort(
        key=lambda role: (
            role.is_generated,
            gist(role) == gist(before.roles[role.slug]),
            role.title,
        )
    )
    for role in careers:
        for sample in samples(role.slug, today):
            yield sample.name, sample.background


def step_changes(move: PlanMove) -> list[str]:
    """Say what becomes of each step, in the order of the new plan."""
    before = {step.id: step for step in move.before.steps}
    after = {step.id: step for step in move.after.steps}
    lines = [
        f"{step.title} is new: {_dates(step)}."
        for step in move.after.steps
        if step.id not in before
    ]
    for step in move.after.steps:
        was = before.get(step.id)
        if was is not None and (was.start, was.finish) != (step.start, step.finish):
            lines.append(f"{step.title}: {_dates(step)}; it was {_dates(was)}.")
    lines += [
        f"{step.title} is no longer in the plan."
        for step in move.before.steps
        if step.id not in after
    ]
    if move.after.arrival is None:
        lines = [*move.after.obstacles]
    return lines


def _dates(step: Step) -> str:
    return f"{day_words(step.start)} to {day_words(step.finish)}"


def _career_effect(title: str, slug: str, moves: Sequence[PlanMove]) -> CareerEffect:
    counts: dict[Verdict, int] = {}
    for move in moves:
        counts[move.verdict] = counts.get(move.verdict, 0) + 1
    suffering = [move for move in moves if move.verdict in {"later", "lost"}]
    gaining = [move for move in moves if move.verdict in {"earlier", "gained"}]
    return CareerEffect(
        slug=slug,
        title=title,
        counts=counts,
        worst=max(suffering, key=_badness, default=None),
        best=min(gaining, key=_badness, default=None),
    )


def _badness(move: PlanMove) -> int:
    """Sort plans by how much they lose: not to arrive at all is the worst."""
    if move.days is not None:
        return move.days
    return {"lost": 10**9, "gained": -(10**9)}.get(move.verdict, 0)


def _by_badness(career: CareerEffect) -> tuple[int, int, str]:
    worst = 0 if career.worst is None else _badness(career.worst)
    best = 0 if career.best is None else _badness(career.best)
    return -worst, best, career.title


class Comparison:
    """Which facts two catalogues have in common, asked for one plan at a time."""

    def __init__(self, before: Catalogue, after: Catalogue) -> None:
        self.sides = _Side(before), _Side(after)
        things = [
            {t.id: gist(t) for t in side.catalogue.things()} for side in self.sides
        ]
        self.changed = {
            name
            for name in things[0].keys() | things[1].keys()
            if things[0].get(name) != things[1].get(name)
        }

    def is_alike(self, background: Background) -> bool:
        """Say whether a plan for this background stands on the same facts in both."""
        if background.masters == "yes" or background.bootcamp == "yes":
            # The wish looks among all that there is.
            return not self.changed and self.sides[0].order == self.sides[1].order
        before, after = (side.within_reach(background) for side in self.sides)
        # Of two things that serve alike the first is planned: so the order counts.
        return before == after and not self.changed.intersection(before)


class _Side:
    """One of the catalogues, and what leads on from each of its things."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.order = [thing.id for thing in catalogue.things()]
        self.place = {name: place for place, name in enumerate(self.order)}
        self.reviewed = [d for d in catalogue.degrees.values() if not d.is_generated]
        self.courses: dict[str, list[str]] = {}
        for milestone in catalogue.milestones.values():
            for teaching in milestone.teaches:
                names = self.courses.setdefault(f"skill:{teaching.skill}", [])
                names.append(milestone.id)
        self.reach_of: dict[str, tuple[str, ...]] = {}

    def within_reach(self, background: Background) -> list[str]:
        """Return, in order, every thing that a plan for a background could look at.

        Rather too many than too few: what each requirement, teaching and job search
        names, all degrees that count as one that is asked for, all courses that teach
        a skill; and so on from each of these.
        """
        found: set[str] = set()
        todo = [name for name in background.names() if name in self.catalogue]
        todo += [
            degree.id
            for education in background.education
            for degree in self.catalogue.degrees.values()
            if degree.takes_field(education.field)
        ]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo.extend(self._beyond(name))
        return sorted(found, key=self.place.__getitem__)

    def _beyond(self, name: str) -> tuple[str, ...]:
        if name not in self.reach_of:
            self.reach_of[name] = tuple(dict.fromkeys(self._look_beyond(name)))
        return self.reach_of[name]

    def _look_beyond(self, name: str) -> Iterator[str]:
        thing = self.catalogue[name]
        yield from names_in(thing)
        yield from self.courses.get(name, ())
        for requirement in thing.requires:
            for alternative in requirement.alternatives:
                if alternative.level is not None:
                    for degree in self.reviewed:
                        if degree.level == alternative.level:
                            yield degree.id
        if isinstance(thing, Degree):
            for degree in self.reviewed:
                if rank(degree.level) >= rank(thing.level) and thing.takes_field(
                    degree.field
                ):
                    yield degree.id


def gist(thing: Thing) -> tuple[object, ...]:
    """Return what of a thing a plan's dates can stand on: all but words and sources."""
    return (
        thing.id,
        thing.is_generated,
        thing.starts,
        thing.window,
        tuple(_gist_of_mode(mode) for mode in thing.modes),
        tuple(_gist_of_requirement(needed) for needed in thing.requires),
        thing.teaches,
        *(getattr(thing, name, None) for name in _OWN),
    )


_OWN = (
    "level",
    "field",
    "counts_as",
    "search",
    "search_share",
    "is_work",
    "is_closed",
)


def _gist_of_mode(mode: Mode) -> tuple[object, ...]:
    cost = None if mode.cost is None else (mode.cost.amount, mode.cost.per)
    return (
        mode.name,
        mode.takes,
        mode.hours_per_week,
        mode.is_main,
        mode.is_academic,
        cost,
    )


def _gist_of_requirement(requirement: Requirement) -> tuple[object, ...]:
    return requirement.alternatives, requirement.strength, requirement.scope
