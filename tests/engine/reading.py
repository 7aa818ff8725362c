"""docs/planning.md, read a second time: calendar, crediting, options and modes.

The checker and the oracle stand on this; the engine does not know of it, and
this was written without looking at the engine. Numbers in brackets are the
rules of that page. Weeks are whole numbers; week 0 is the first one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, partial

from planner.engine.background import Background, Education, Tracked
from planner.engine.facts import (
    LEVELS,
    Alternative,
    Catalogue,
    Degree,
    Estimate,
    Mode,
    Requirement,
    Role,
    Thing,
    Window,
)

TOLERANCE = 1e-9
DAYS_IN_YEAR = 365.25
YEARS_AHEAD = 90
LEAST_HOURS = 4  # an hour now and then is no way to learn
TARGET = "target"

Stretch = tuple[int, int]  # from a week, up to and without another


def rank(level: str) -> int:
    return LEVELS.index(level)


def at_least(amount: float) -> int:
    """Round up, forgiving what floating point adds."""
    return math.ceil(amount - TOLERANCE)


def weeks_of_time(estimate: Estimate) -> int:
    """Return the weeks that calendar time takes. (2)"""
    days = {"years": DAYS_IN_YEAR, "months": DAYS_IN_YEAR / 12, "weeks": 7}
    return rounded_weeks(estimate.likely * days[estimate.unit])


def rounded_weeks(days: float) -> int:
    return max(1, math.floor(days / 7 + 0.5))


def likely_years(estimate: Estimate) -> float:
    if estimate.unit == "years":
        return estimate.likely
    if estimate.unit == "months":
        return estimate.likely / 12
    return estimate.likely * 7 / DAYS_IN_YEAR


def terms_of(estimate: Estimate) -> int:
    """Return how many terms an academic mode takes. (4)"""
    return max(1, math.floor(2 * likely_years(estimate) + 0.5))


# The calendar


@dataclass(frozen=True)
class Term:
    is_autumn: bool
    start: int
    finish: int

    @property
    def weeks(self) -> range:
        return range(self.start, self.finish)


class Calendar:
    def __init__(self, start: date) -> None:
        self.monday = monday_from(start)
        self.first_year = start.year - 1
        self.terms: list[Term] = []
        for year in range(self.first_year, start.year + YEARS_AHEAD):
            spring = self.week_from(date(year, 1, 12))
            autumn = self.week_from(date(year, 9, 1))
            self.terms.append(Term(False, spring, spring + 18))
            self.terms.append(Term(True, autumn, autumn + 16))
        self.number_of_term = {term.start: n for n, term in enumerate(self.terms)}

    def week_from(self, day: date) -> int:
        """Return the first week that begins on or after a day."""
        return (monday_from(day) - self.monday).days // 7

    def day(self, week: int) -> date:
        return self.monday + timedelta(weeks=week)

    def week(self, day: date) -> int:
        """Return the week that begins on this day, which must be a Monday."""
        weeks, rest = divmod((day - self.monday).days, 7)
        if rest:
            raise ValueError(f"{day} is not a Monday.")
        return weeks

    def in_window(self, start: int, weeks: int, window: Window) -> bool:
        """Say whether so many weeks lie in one and the same window. (5)"""
        first = self.day(start)
        friday = self.day(start + weeks) - timedelta(days=3)
        for year in (first.year - 1, first.year):
            opens = date(year, window.from_month, window.from_day)
            closes = date(year, window.to_month, window.to_day)
            if closes < opens:
                closes = date(year + 1, window.to_month, window.to_day)
            if opens <= first and friday <= closes:
                return True
        return False

    def stretches(self, terms: list[Term]) -> tuple[Stretch, ...]:
        """Merge terms into academic years: winter breaks are busy, summers free. (4)"""
        found: list[Stretch] = []
        before: Term | None = None
        for term in terms:
            if before is not None and before.is_autumn:
                found[-1] = (found[-1][0], term.finish)
            else:
                found.append((term.start, term.finish))
            before = term
        return tuple(found)


def monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


# Where a step lies, and when a share of it is done


@dataclass(frozen=True)
class Placement:
    start: int
    finish: int
    busy: tuple[Stretch, ...]
    term_weeks: tuple[int, ...] | None = None
    length_in_term_weeks: int | None = None  # of a degree in progress, as a whole
    is_fact: bool = False  # a job that ended early was held for long enough (44)

    def ready(self, share: float, weeks: int | None = None) -> int:
        """Return the week in which a share is done. (6, 17, 20)"""
        if self.length_in_term_weeks is not None:
            if share >= 1:
                return self.finish
            may_remain = (1 - share) * self.length_in_term_weeks + TOLERANCE
            return next(
                week
                for week in range(self.start, self.finish + 1)
                if sum(1 for one in self.term_weeks or () if one >= week) <= may_remain
            )
        if self.term_weeks is not None:
            return self.term_weeks[at_least(share * len(self.term_weeks)) - 1] + 1
        if weeks is None:
            return self.start + at_least(share * (self.finish - self.start))
        week = self.start + at_least(share * weeks)
        return min(week, self.finish) if self.is_fact else week


@dataclass(frozen=True)
class Way:
    """One way to do one step: a mode, at a pace, of a length."""

    mode: str
    is_main: bool
    load: float
    weeks: int | None  # None for academic modes, which take terms
    terms: int | None
    starts: str
    window: Window | None
    cost: float | None
    is_half: bool = False
    is_effort: bool = False

    def place(self, start: int, calendar: Calendar) -> Placement | None:
        """Return where this lies if it starts in a week; None where it may not."""
        if start < 0:
            return None
        if self.terms is not None:
            first = calendar.number_of_term.get(start)
            if first is None:
                return None
            terms = calendar.terms[first : first + self.terms]
            return Placement(
                start,
                terms[-1].finish,
                calendar.stretches(terms),
                tuple(week for term in terms for week in term.weeks),
            )
        weeks = self.weeks or 1
        if self.starts == "term" and start not in calendar.number_of_term:
            return None
        if self.window and not calendar.in_window(start, weeks, self.window):
            return None
        return Placement(start, start + weeks, ((start, start + weeks),))


# What is needed, and what can meet it


@dataclass(frozen=True)
class Option:
    """One way to meet a requirement; a by-product only if it is planned anyway."""

    step: str
    share: float = 1.0
    weeks: int | None = None  # how long a role has to be held for this requirement
    is_by_product: bool = False


@dataclass(frozen=True)
class Need:
    owner: str
    requirement: Requirement
    strength: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Begun:
    """What is a fact: a degree of the background, or a step of an earlier plan."""

    step: str
    placement: Placement
    is_main: bool
    load: float
    is_effort: bool = False
    held_for: int | None = None  # weeks, of a job


@dataclass(frozen=True)
class InProgress(Begun):
    education: Education = field(kw_only=True)


class Reading:
    """What a catalogue and a background mean, by the rules."""

    def __init__(self, catalogue: Catalogue, background: Background) -> None:
        self.catalogue = catalogue
        self.background = background
        self.calendar = Calendar(background.start)
        self.hours = background.hours_per_week
        self.target = catalogue.roles[background.career]
        self._network_so_far = {one.step for one in self.in_progress}
        self.network = self._grow_network()

    # What is there already

    @cached_property
    def running(self) -> tuple[Education, ...]:
        return tuple(
            one
            for one in self.background.education
            if one.expected is not None and one.expected > self.calendar.monday
        )

    @cached_property
    def held_degrees(self) -> tuple[Education, ...]:
        found = [one for one in self.background.education if one not in self.running]
        if not any(one.level == "high-school" for one in self.running):
            found.append(Education(level="high-school", finished=date(2000, 6, 1)))
        return tuple(found)

    @cached_property
    def held_things(self) -> tuple[Thing, ...]:
        """The things that one has behind oneself, which teach. (12)"""
        degrees = [self.stands_for(one) for one in self.held_degrees]
        roles = [self.catalogue.roles[one.role] for one in self.background.experience]
        milestones = [self.catalogue.milestones[one] for one in self.background.done]
        return tuple(one for one in (*degrees, *roles, *milestones) if one is not None)

    def stands_for(self, education: Education) -> Degree | None:
        """Return the catalogue's degree that an education stands for. (12)"""
        level = [
            degree
            for degree in self.catalogue.degrees.values()
            if degree.level == education.level
        ]
        exactly = [degree for degree in level if degree.field == education.field]
        taking = [degree for degree in level if degree.takes_field(education.field)]
        return next(iter([*exactly, *taking]), None)

    def has_held(self, role: str) -> bool:
        return any(one.role == role for one in self.background.experience)

    def months_in(self, requirement: Requirement) -> float:
        """Return the months in all the roles of a requirement together. (13)"""
        roles = {
            one.thing.removeprefix("role:")
            for one in requirement.alternatives
            if one.thing is not None and one.thing.startswith("role:")
        }
        return sum(
            one.months for one in self.background.experience if one.role in roles
        )

    def has_skill(self, slug: str) -> bool:
        return self.background.skills.get(slug) == "solid" or any(
            teaching.skill == slug and teaching.is_full
            for thing in self.held_things
            for teaching in thing.teaches
        )

    def half_knows(self, slug: str) -> bool:
        return self.background.skills.get(slug) == "some" or any(
            teaching.skill == slug and not teaching.is_full
            for thing in self.held_things
            for teaching in thing.teaches
        )

    def is_met(self, requirement: Requirement) -> bool:
        waived = {one.id for one in self.background.not_needed}  # (40)
        return any(one.thing in waived for one in requirement.alternatives) or any(
            self.is_there(one, requirement) for one in requirement.alternatives
        )

    def is_there(self, one: Alternative, requirement: Requirement) -> bool:
        if one.level is not None:
            return any(rank(d.level) >= rank(one.level) for d in self.held_degrees)
        assert one.thing is not None
        kind, _, slug = one.thing.partition(":")
        if kind == "degree":
            wanted = self.catalogue.degrees[slug]
            return any(matches(wanted, d) for d in self.held_degrees)
        if kind == "skill":
            return self.has_skill(slug)
        if kind == "milestone":
            return slug in self.background.done
        return self.months_left(one, requirement) <= TOLERANCE

    def months_left(self, one: Alternative, requirement: Requirement) -> float:
        assert one.months is not None
        months = likely_years(one.months) * 12
        return months - self.months_in(requirement)

    # What is running

    @cached_property
    def in_progress(self) -> tuple[InProgress, ...]:
        """The degrees that have been begun, each where it lies. (20)"""
        return tuple(self._begun(one) for one in self.running)

    def _begun(self, education: Education) -> InProgress:
        assert education.expected is not None
        degree = self.stands_for(education)
        step = degree.id if degree is not None else f"degree:{education.level}"
        finish = self.calendar.week_from(education.expected)
        if step in self.tracked:
            finish = max(1, self._end_of(self.tracked[step], finish))  # (45)
        if degree is not None and degree.modes:
            count = terms_of(degree.modes[0].takes)
        else:
            count = 8 if education.level == "bachelor" else 4
        length = count * (16 + 18) // 2  # a term is half of an academic year
        loads = [
            mode.hours_per_week or 0
            for mode in (degree.modes if degree is not None else ())
            if not mode.is_main
        ]
        is_main = self.background.full_time_study
        return InProgress(
            step=step,
            education=education,
            placement=self._study(0, finish, length),
            is_main=is_main,
            load=0 if is_main else min(self.hours, next(iter(loads), 0)),
        )

    def _study(self, start: int, finish: int, length: int) -> Placement:
        """Place study that keeps to no term starts: busy in terms. (20, 44)"""
        terms = [
            t for t in self.calendar.terms if t.finish > start and t.start < finish
        ]
        busy = tuple(
            (max(start, first), min(finish, stop))
            for first, stop in self.calendar.stretches(terms)
        )
        weeks = tuple(w for t in terms for w in t.weeks if start <= w < finish)
        return Placement(start, finish, busy, weeks, length)

    # How an earlier plan stands

    @cached_property
    def tracked(self) -> dict[str, Tracked]:
        progress = self.background.progress
        return {} if progress is None else {one.id: one for one in progress.steps}

    @cached_property
    def now(self) -> int:
        """The first week in which anything can begin. (45)"""
        progress = self.background.progress
        return (
            0 if progress is None else max(0, self.calendar.week_from(progress.as_of))
        )

    @cached_property
    def begun(self) -> tuple[Begun, ...]:
        """All that is a fact: what is over, and what runs. (20, 44)"""
        degrees = {one.step for one in self.in_progress}
        facts = [
            self._fact(one)
            for one in self.tracked.values()
            if (one.started or one.finished) and one.id not in degrees
        ]
        return (*self.in_progress, *facts)

    @cached_property
    def facts(self) -> dict[str, Begun]:
        return {one.step: one for one in self.begun}

    def _end_of(self, one: Tracked, otherwise: int) -> int:
        """Return when a step that has begun ends. (44)"""
        if one.finished is not None:
            return self.calendar.week_from(one.finished)
        progress = self.background.progress
        assert progress is not None
        soonest = self.calendar.week_from(progress.as_of + timedelta(days=1))
        if one.expected is not None:
            otherwise = self.calendar.week_from(one.expected)
        return max(otherwise, soonest)

    def _fact(self, one: Tracked) -> Begun:
        """Place a step that has begun where it really is. (44)"""
        thing = self.thing_of(one.id)
        mode = next(mode for mode in thing.modes if mode.name == one.mode)
        began, ended = one.started, one.finished
        if began is None:
            assert ended is not None
            began = min(one.start, ended - timedelta(weeks=1))
        start = max(0, (began - self.calendar.monday).days // 7)
        planned = range(
            self.calendar.week_from(one.start), self.calendar.week_from(one.finish)
        )
        if mode.is_academic:
            count = sum(term.start in planned for term in self.calendar.terms)
            to_come = [t for t in self.calendar.terms if t.finish > start]
            finish = to_come[max(1, count) - 1].finish
            finish = max(self._end_of(one, finish), start + 1)
            length = sum(w in planned for t in self.calendar.terms for w in t.weeks)
            placement = self._study(start, finish, length)
        else:
            finish = max(self._end_of(one, start + len(planned)), start + 1)
            placement = Placement(start, finish, ((start, finish),), is_fact=True)
        load = mode.hours_per_week
        if load is None:
            load = one.load_hours_per_week or max(self.paces)
        return Begun(
            step=one.id,
            placement=placement,
            is_main=mode.is_main,
            load=0 if mode.is_main else load,
            is_effort=mode.hours_per_week is None,
            held_for=max(len(planned), finish - start),
        )

    # What is needed

    def needs_of(self, step: str) -> tuple[Need, ...]:
        """Return what a step, or the target, needs still; a fact needs nothing. (44)"""
        if step in self.facts:
            return ()
        return tuple(
            replace(need, options=tuple(o for o in need.options if self._serves(o)))
            for need in self.needs_if_new(step)
        )

    def _serves(self, option: Option) -> bool:
        """Say whether a job that has begun is held for as long as is asked. (44)"""
        fact = self.facts.get(option.step)
        if fact is None or fact.held_for is None or option.weeks is None:
            return True
        return option.weeks <= fact.held_for

    def needs_if_new(self, step: str) -> tuple[Need, ...]:
        """Return what a step, or the target, needs that is not there already.

        Optional requirements are left out. The job search of a role is a need
        of that role.
        """
        if step in {one.step for one in self.in_progress}:
            return ()
        thing = self.thing_of(step)
        if isinstance(thing, Role) and step != TARGET and self.has_held(thing.slug):
            return ()
        return tuple(self._needs(step, thing))

    def _needs(self, step: str, thing: Thing) -> Iterator[Need]:
        for requirement in self.in_force(step):
            if not self.is_met(requirement):
                options = self.options(requirement, thing)
                yield Need(step, requirement, requirement.strength, options)
        if step == TARGET and self.background.masters == "yes":
            yield from self._masters_need()
        search = self.search_step(step)
        if search is not None:
            yield Need(step, SEARCH, "required", (Option(search),))

    def in_force(self, step: str) -> Iterator[Requirement]:
        """Yield the requirements that count, those that are met included. (15)"""
        thing = self.thing_of(step)
        other = "on-the-way" if step == TARGET else "as-target"
        for requirement in thing.requires:
            if requirement.strength == "optional":
                continue
            if isinstance(thing, Role) and requirement.scope == other:
                continue
            yield requirement

    def _masters_need(self) -> Iterator[Need]:
        """The wish for a master's, as one more need of the target. (21)"""
        if any(one.level == "master" for one in self.held_degrees):
            return
        begun = [o for o in self.in_progress if o.education.level == "master"]
        named = [
            alternative.thing
            for requirement in self.target.requires
            for alternative in requirement.alternatives
            if alternative.thing is not None
            and alternative.thing.startswith("degree:")
            and self.degree(alternative.thing).level == "master"
        ]
        every = [d.id for d in self.catalogue.degrees.values() if d.level == "master"]
        found = [one.step for one in begun] or list(dict.fromkeys(named)) or every
        yield Need(TARGET, MASTERS, "required", tuple(Option(step) for step in found))

    def options(self, requirement: Requirement, owner: Thing) -> tuple[Option, ...]:
        """Return everything that can meet a requirement, each once. (16)"""
        found = self._all_options(requirement, owner)
        return tuple(one for one in found if not self._is_detour(one, found))

    def _is_detour(self, option: Option, among: tuple[Option, ...]) -> bool:
        """Say whether an option needs another of the same requirement as much."""
        others = [
            one for one in among if one.step != option.step and not one.is_by_product
        ]
        for requirement, owner in self._required_by(option.step):
            needed = self._all_options(requirement, owner)
            if needed and all(
                any(o.step == one.step and o.share <= one.share for o in others)
                for one in needed
            ):
                return True
        return False

    def _required_by(self, step: str) -> Iterator[tuple[Requirement, Thing]]:
        thing = self.thing_of(step)
        is_begun = step in {one.step for one in self.in_progress}
        if is_begun or (isinstance(thing, Role) and self.has_held(thing.slug)):
            return
        for requirement in self.in_force(step):
            if requirement.strength == "required" and not self.is_met(requirement):
                yield requirement, thing

    def _all_options(
        self, requirement: Requirement, owner: Thing
    ) -> tuple[Option, ...]:
        found: dict[Option, None] = {}
        for one in requirement.alternatives:
            for option in self._options(one, requirement):
                is_degree = option.step.startswith("degree:")
                if is_degree and isinstance(owner, Degree):
                    level = self._level_of(option.step)
                    if rank(level) >= rank(owner.level):
                        continue
                found[option] = None
        options = self._beside_what_is_begun(tuple(found))
        others = [one for one in options if not one.step.startswith("degree:")]
        if owner.kind in ("skill", "milestone") and others:
            options = tuple(
                replace(one, is_by_product=True) if one not in others else one
                for one in options
            )
        return options

    def _beside_what_is_begun(self, options: tuple[Option, ...]) -> tuple[Option, ...]:
        """Leave out degrees that a degree in progress makes needless. (16)"""
        begun = [
            rank(one.education.level)
            for one in self.in_progress
            for option in options
            if option.step == one.step and not option.is_by_product
        ]
        highest = max(begun, default=-1)
        steps = {one.step for one in self.in_progress}
        return tuple(
            one
            for one in options
            if not one.step.startswith("degree:")
            or one.step in steps
            or one.is_by_product
            or rank(self._level_of(one.step)) > highest
        )

    @cached_property
    def named_degrees(self) -> frozenset[str]:
        """The degrees that the target and the roles on the way name. (16)"""
        todo = [self.target.id]
        seen = {self.target.id}
        found = set()
        while todo:
            thing = self.catalogue[todo.pop()]
            for requirement in thing.requires:
                for one in requirement.alternatives:
                    if one.thing is None:
                        continue
                    if thing.kind == "role" and one.thing.startswith("degree:"):
                        found.add(one.thing)
                    if one.thing not in seen:
                        seen.add(one.thing)
                        todo.append(one.thing)
        return frozenset(found)

    def _level_of(self, step: str) -> str:
        for one in self.in_progress:
            if one.step == step:
                return one.education.level
        return self.degree(step).level

    def _options(self, one: Alternative, requirement: Requirement) -> Iterator[Option]:
        begun = {o.step for o in self.in_progress}
        if one.level is not None:
            for o in self.in_progress:
                if rank(o.education.level) >= rank(one.level):
                    yield Option(o.step, one.share)
            level = [d for d in self.catalogue.degrees.values() if d.level == one.level]
            named = [d for d in level if d.id in self.named_degrees]
            for degree in named or level:
                if degree.id not in begun:
                    yield from self._degree_option(degree, one.share)
            return
        assert one.thing is not None
        kind, _, slug = one.thing.partition(":")
        if kind == "degree":
            wanted = self.catalogue.degrees[slug]
            for o in self.in_progress:
                if matches(wanted, o.education):
                    yield Option(o.step, one.share)
            for degree in self.catalogue.degrees.values():
                fits = rank(degree.level) >= rank(wanted.level) and (
                    degree is wanted or wanted.takes_field(degree.field)
                )
                if fits and degree.id not in begun:
                    yield from self._degree_option(degree, one.share)
        elif kind == "role":
            days = self.months_left(one, requirement) * DAYS_IN_YEAR / 12
            yield Option(one.thing, one.share, rounded_weeks(days))
        elif kind == "milestone":
            if not self.catalogue.milestones[slug].is_closed:
                yield Option(one.thing, one.share)
        else:
            if self.catalogue.skills[slug].modes:
                yield Option(one.thing, one.share)
            for step in sorted(self.teachers_of(slug, fully=True)):
                is_by_product = not step.startswith("milestone:")
                yield Option(step, one.share, is_by_product=is_by_product)

    def _degree_option(self, degree: Degree, share: float) -> Iterator[Option]:
        held = {d.id for one in self.held_degrees if (d := self.stands_for(one))}
        is_refused = degree.level == "master" and self.background.masters == "no"
        if degree.id not in held and not is_refused:
            yield Option(degree.id, share)

    def teachers_of(self, skill: str, *, fully: bool) -> set[str]:
        """Return the things in the network that teach a skill."""
        return {
            step
            for step in self._network_so_far
            if any(
                teaching.skill == skill and teaching.is_full == fully
                for teaching in self.thing_of(step).teaches
            )
        }

    def _grow_network(self) -> frozenset[str]:
        """Collect the ids of all that can be reached from the target. (16)"""
        while True:
            before = set(self._network_so_far)
            for step in (TARGET, *sorted(before)):
                for need in self.needs_if_new(step):
                    self._network_so_far |= {
                        one.step for one in need.options if not one.is_by_product
                    }
            skills = {
                alternative.thing
                for step in (TARGET, *self._network_so_far)
                for requirement in self._needed_of(step)
                for alternative in requirement.alternatives
                if alternative.thing is not None
                and alternative.thing.startswith("skill:")
            }
            for one in self.catalogue.milestones.values():
                taught = {f"skill:{t.skill}" for t in one.teaches if t.is_full}
                if taught & skills and not one.is_closed:
                    self._network_so_far.add(one.id)
            if before == self._network_so_far:
                return frozenset(before)

    def _needed_of(self, step: str) -> Iterator[Requirement]:
        for need in self.needs_if_new(step):
            yield need.requirement

    def search_step(self, step: str) -> str | None:
        """Return the id of the job search of a role. (19)"""
        thing = self.thing_of(step)
        if not isinstance(thing, Role) or thing.search is None:
            return None
        waived = {one.id for one in self.background.not_needed}
        search = f"milestone:{thing.search}"
        if step != TARGET:
            search += f"-{thing.slug}"
        elif thing.search in self.background.done:
            return None
        return None if search in waived else search

    def allowed(self, step: str) -> range:
        """Return the weeks in which pins and today let a step begin. (41, 42, 45)"""
        weeks = range(self.now, 10**6)
        for pin in self.background.pins:
            if pin.id == step and pin.exactly is not None:
                week = self.calendar.week_from(pin.exactly)
                weeks = range(max(week, self.now), week + 1)
            elif pin.id == step and pin.not_before is not None:
                week = self.calendar.week_from(pin.not_before)
                weeks = range(max(week, self.now), 10**6)
        return weeks

    def searcher(self, step: str) -> str | None:
        """Return the role, or the target, whose job search a step is."""
        if self.target.search and step == f"milestone:{self.target.search}":
            return TARGET
        for role in self.catalogue.roles.values():
            if role.search and step == f"milestone:{role.search}-{role.slug}":
                return role.id
        return None

    def thing_of(self, step: str) -> Thing:
        if step == TARGET:
            return self.target
        searcher = self.searcher(step)
        if searcher is not None:
            role = self.thing_of(searcher)
            assert isinstance(role, Role)
            return self.catalogue.milestones[role.search or ""]
        return self.catalogue[step]

    def degree(self, step: str) -> Degree:
        return self.catalogue.degrees[step.removeprefix("degree:")]

    def is_masters(self, step: str) -> bool:
        return step.startswith("degree:") and self._level_of(step) == "master"

    # In which ways it can be done

    @cached_property
    def paces(self) -> tuple[float, ...]:
        """The paces of self-study. (9)"""
        loads = {
            mode.hours_per_week
            for step in self.network
            for mode in self.thing_of(step).modes
            if not mode.is_main and mode.hours_per_week is not None
        }
        found = [self.hours]
        found += [
            self.hours - load
            for load in sorted(loads)
            if min(load, self.hours - load) >= LEAST_HOURS
        ]
        halves = [math.floor(2 * pace + TOLERANCE) / 2 for pace in found]
        return tuple(dict.fromkeys(pace for pace in halves if pace >= 1))

    def ways(self, step: str, weeks: int | None = None) -> list[Way]:
        """Return the ways in which a step can be done. (2, 4, 5, 9, 10, 18, 26)

        `weeks` is how long a role is held. A skill that can become half known
        by something planned comes in both lengths.
        """
        thing = self.thing_of(step)
        found = []
        for mode in self._modes_left(thing):
            if not self.is_available(mode, thing):
                continue
            way = partial(
                Way,
                mode=mode.name,
                is_main=mode.is_main,
                starts=thing.starts,
                window=thing.window,
                cost=self.cost_of(mode, thing),
            )
            if mode.hours_per_week is None:
                for pace in self.paces:
                    for is_half in self._halves(thing):
                        effort = mode.takes.likely / (2 if is_half else 1)
                        found.append(
                            way(
                                load=pace,
                                weeks=max(1, at_least(effort / pace)),
                                terms=None,
                                is_half=is_half,
                                is_effort=True,
                            )
                        )
                continue
            load = 0 if mode.is_main else mode.hours_per_week
            if load > self.hours:
                continue
            terms = terms_of(mode.takes) if mode.is_academic else None
            takes = None
            if terms is None:
                takes = weeks if weeks is not None else weeks_of_time(mode.takes)
            found.append(way(load=load, weeks=takes, terms=terms))
        return found

    def _modes_left(self, thing: Thing) -> list[Mode]:
        """Halve a bachelor's for which an associate's degree counts. (11)"""
        if not isinstance(thing, Degree) or not (
            thing.level == "bachelor"
            and any(
                one.level == "associate" and thing.takes_field(one.field)
                for one in self.held_degrees
            )
        ):
            return list(thing.modes)
        return [
            replace(
                mode,
                takes=replace(
                    mode.takes,
                    low=mode.takes.low / 2,
                    likely=mode.takes.likely / 2,
                    high=mode.takes.high / 2,
                ),
                cost=replace(mode.cost, amount=mode.cost.amount / 2)
                if mode.cost and mode.cost.per == "whole"
                else mode.cost,
            )
            for mode in thing.modes
        ]

    def _halves(self, thing: Thing) -> list[bool]:
        if thing.kind != "skill":
            return [False]
        if self.half_knows(thing.slug):
            return [True]
        return [True, False] if self.teachers_of(thing.slug, fully=False) else [False]

    def is_available(self, mode: Mode, thing: Thing) -> bool:
        if self.background.full_time_study or not mode.is_main:
            return True
        is_work = getattr(thing, "is_work", False)
        return thing.kind not in ("degree", "milestone") or is_work

    def cost_of(self, mode: Mode, thing: Thing) -> float | None:
        years = likely_years(mode.takes) if mode.takes.unit != "hours" else 0
        tuition = self.background.tuition_per_year
        if thing.kind == "degree" and tuition is not None:
            return tuition * years
        if mode.cost is None:
            return None
        return mode.cost.amount * (years if mode.cost.per == "year" else 1)


SEARCH = Requirement(
    text="a job search", alternatives=(Alternative(level="doctorate"),)
)
MASTERS = Requirement(text="a master's", alternatives=(Alternative(level="master"),))


def matches(wanted: Degree, education: Education) -> bool:
    """Say whether an education meets a requirement of a degree. (11)"""
    return rank(education.level) >= rank(wanted.level) and wanted.takes_field(
        education.field
    )
