"""What is left to do, as a network of activities: the scheduling problem.

An *activity* can be done in several *ways*; a *need* is met by any one of its
*options*. Resources are named and have a capacity: the main occupation (one at
a time) and the free hours of a week (in tenths of an hour). The types know
nothing of careers, so that other scheduling problems can be put in them too.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from operator import itemgetter

from planner.engine.background import Background, Education
from planner.engine.crediting import (
    Holdings,
    degree_for,
    described,
    education_meets,
    met_by,
    months_left,
    transfers,
    waived_by,
    waiver,
)
from planner.engine.facts import (
    WEEKS_IN,
    Alternative,
    Catalogue,
    Degree,
    Estimate,
    Kind,
    Milestone,
    Mode,
    Requirement,
    Role,
    Skill,
    Thing,
    rank,
)
from planner.engine.plans import Credit
from planner.engine.weeks import (
    Calendar,
    likely_weeks,
    likely_years,
    share_of,
    terms_in,
    whole_weeks,
)

MAIN = "main occupation"
HOURS = "free hours"
EFFORT = "own pace"  # one thing at one's own pace at a time
IN_PROGRESS = "in progress"  # how a degree of the background is done
LEAST_BESIDE = 4  # hours a week; an hour now and then is no way to learn
TENTHS = 10  # free hours are counted in tenths
HORIZON = 60 * 52  # weeks; nobody plans for longer than a working life
TRANSFERRED = 0.5  # what an associate's degree leaves of a bachelor's
USUAL_YEARS = {"bachelor": 4.0}
OTHER_YEARS = 2.0
WEEKS_A_TERM = 17  # the mean of an autumn and a spring term


@dataclass(frozen=True, slots=True)
class Layout:
    """What one start makes of an activity: when it is busy, and when it is done.

    `marks` are the ends of the weeks that count as progress, where not all do;
    `total` is how many there are in all, those before the plan included.
    """

    start: int
    finish: int
    spans: tuple[tuple[int, int], ...]
    marks: tuple[int, ...] = ()
    total: int = 0

    def reach(self, share: float) -> int:
        """Return the week in which a share of the activity is done."""
        if share >= 1:
            return self.finish
        if not self.total:
            return self.start + share_of(share, self.finish - self.start)
        count = share_of(share, self.total) - self.total + len(self.marks)
        return self.marks[count - 1] if count > 0 else self.start


@dataclass(frozen=True, slots=True)
class Option:
    """One way to meet a need: an activity, done to a share, or held for some weeks.

    A by-product serves the need when it is planned anyway (a degree teaches a
    skill), and is never planned for it.
    """

    activity: str
    share: float = 1.0
    weeks: int = 0  # of a role: how long it must be held; 0 for the whole activity
    is_by_product: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """Something an activity waits for. One that is not required may stay unmet.

    Its number stays the same when options are ruled out. `about` is the id of
    what it asks for first, to say what was left out.
    """

    number: int
    text: str
    options: tuple[Option, ...]
    is_required: bool = True
    about: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """The three points of a way's length, to sample it: low, likely and high.

    In weeks of the way, before rounding; for academic ways in years.
    """

    low: float
    likely: float
    high: float


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do an activity.

    Continuous ways take `weeks`; academic ones take `layouts`, which say for
    each start what becomes of it. `starts` are the allowed weeks (None: any).
    """

    name: str
    weeks: int
    uses: tuple[tuple[str, int], ...] = ()  # resource and amount, each busy week
    starts: tuple[int, ...] | None = None
    layouts: Mapping[int, Layout] | None = None
    needs: tuple[Need, ...] = ()
    position: int = 0  # of otherwise equal ways, the one listed first is taken
    cost: int = 0
    has_cost: bool = False
    load: float = 0.0
    source: str = ""
    spread: Spread | None = None  # None: nothing is unsure about its length
    consumes: tuple[tuple[str, int], ...] = ()  # out of the network's stocks

    def layout(self, start: int) -> Layout:
        """Return what starting in this week makes of the activity."""
        if self.layouts is not None:
            return self.layouts[start]
        finish = start + self.weeks
        return Layout(start, finish, ((start, finish),))

    def next_start(self, week: int) -> int | None:
        """Return the first allowed start in or after a week, or None."""
        if self.starts is None:
            return week
        index = bisect_left(self.starts, week)
        return self.starts[index] if index < len(self.starts) else None

    def reach(self, start: int, option: Option) -> int:
        """Return when an option on this way is ready, if it starts in this week."""
        if self.layouts is None:
            return start + share_of(option.share, option.weeks or self.weeks)
        layout = self.layouts[start]
        if option.weeks:  # of a job that runs: done when held for long enough
            return min(start + share_of(option.share, option.weeks), layout.finish)
        return layout.reach(option.share)

    def serves(self, option: Option) -> bool:
        """Say whether this way is long enough for the option."""
        return not option.weeks or self.weeks >= option.weeks


@dataclass(frozen=True, slots=True)
class Running:
    """How long something that runs already may take in all, in weeks or in terms.

    It began in week `start`, was planned to begin in week `planned_start` and to take
    `length`, and cannot be over before week `soonest`.
    """

    spread: Spread
    start: int
    planned_start: int
    length: int
    soonest: int
    is_academic: bool

    def least(self, calendar: Calendar) -> int:
        """Return the shortest length that is not over before `soonest`."""
        if not self.is_academic:
            return max(1, self.soonest - self.start)
        return next(
            count
            for count, (_, finish, _) in enumerate(
                _terms_from(calendar, self.start), start=1
            )
            if finish >= self.soonest
        )

    def layout(self, calendar: Calendar, length: int) -> Layout:
        """Return from when to when it runs if it takes so many weeks, or terms."""
        if not self.is_academic:
            finish = max(self.start + length, self.soonest)
            return Layout(self.start, finish, ((self.start, finish),))
        finish = finish_of_terms(calendar, self.start, length)
        as_planned = study_layout(
            calendar,
            self.planned_start,
            finish_of_terms(calendar, self.planned_start, length),
        )
        return study_layout(
            calendar, self.start, max(finish, self.soonest), as_planned.total
        )


@dataclass(frozen=True, slots=True)
class Activity:
    """Something to do. A fixed one runs already, or is over, and stays where it is.

    Where it is not known how long a fixed one still takes, `running` says how long
    it may.

    One that starts `exactly` does so in week `not_before`, or not at all. One that
    an earlier plan had there as well, and that stays there, could start in week
    `free_from` otherwise.
    """

    id: str
    kind: Kind
    title: str
    ways: tuple[Way, ...]
    needs: tuple[Need, ...] = ()
    follows: tuple[str, float] | None = None  # the owner of a job search, and its share
    fixed: Layout | None = None
    running: Running | None = None
    not_before: int = 0  # the first week in which it may start
    exactly: bool = False
    free_from: int | None = None

    @property
    def held_at(self) -> int | None:
        """Return the week in which it starts whatever else does, or None."""
        if self.exactly or self.free_from is not None:
            return self.not_before
        return None

    def all_needs(self) -> Iterator[Need]:
        yield from self.needs
        for way in self.ways:
            yield from way.needs


@dataclass(frozen=True, slots=True)
class Planned:
    """Where an earlier plan had an activity: in which way, and from when to when.

    `finish` and `load` are None where nothing is known of them, or where no way takes
    that long, or as much of a week, any more.
    """

    mode: str
    start: int
    finish: int | None
    load: float | None = None

    def is_kept(self, way: Way, start: int) -> bool:
        """Say whether a way that starts in this week is what was planned."""
        if way.name != self.mode or start != self.start:
            return False
        if self.load not in (None, way.load):
            return False
        if way.layouts is not None:
            layout = way.layouts.get(start)
            return layout is not None and self.finish in (None, layout.finish)
        return self.finish in (None, start + way.weeks)


@dataclass(frozen=True, slots=True)
class Network:
    """The problem: reach the goal, an activity that takes no time.

    Where an earlier plan is `planned` anew, as little of it as possible moves.
    """

    goal: str
    activities: Mapping[str, Activity]
    capacities: Mapping[str, int]
    credits: Mapping[str, tuple[Credit, ...]] = field(default_factory=dict)
    stocks: Mapping[str, int] = field(default_factory=dict)  # used up, not renewed
    now: int = 0  # the first week in which anything can start
    planned: Mapping[str, Planned] | None = None
    _ready: dict[tuple[str, float, int, int], int | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def first_ready(self, option: Option, start: int) -> int | None:
        """Return how early an option is ready if its activity starts from a week on.

        None where no way serves it. Asked over and over, so the answers are kept.
        """
        key = (option.activity, option.share, option.weeks, start)
        if key not in self._ready:
            self._ready[key] = min(
                (
                    way.reach(first, option)
                    for way in self.activities[option.activity].ways
                    if way.serves(option)
                    and (first := way.next_start(start)) is not None
                ),
                default=None,
            )
        return self._ready[key]

    def others(self, owner: Activity) -> Iterator[Need]:
        """Yield the required needs of a role, without its own job search."""
        for need in owner.needs:
            if need.is_required and not any(
                self.activities[option.activity].follows is not None
                and self.activities[option.activity].follows[0] == owner.id  # type: ignore[index]
                for option in need.options
                if option.activity in self.activities
            ):
                yield need


def build_network(
    catalogue: Catalogue, background: Background, have: Holdings, calendar: Calendar
) -> Network:
    """Work out what is left between this background and its career."""
    return _Builder(catalogue, background, have, calendar).build()


class _Builder:
    """Collects the activities that the goal can lead to, then gives them needs."""

    def __init__(
        self,
        catalogue: Catalogue,
        background: Background,
        have: Holdings,
        calendar: Calendar,
    ) -> None:
        self.catalogue = catalogue
        self.background = background
        self.have = have
        self.calendar = calendar
        self.capacity = math.floor(background.hours_per_week * TENTHS + 1e-9)
        self.running = dict(self._running_degrees())
        self.held = {
            degree.id
            for education in have.finished
            if (degree := degree_for(catalogue, education)) is not None
        }
        self.goal = catalogue.roles[background.career]
        self.found: dict[str, Thing] = {}  # by id; insertion order is search order
        self.weeks_held: dict[str, dict[int, Spread]] = {}  # of roles, by id
        self.credits: dict[str, list[Credit]] = {}
        self.named = self._named_degrees()
        self.count = 0  # of needs
        self.found_options: dict[int, tuple[Option, ...]] = {}  # by id of requirement
        self.alike: dict[str, list[Degree]] = {}  # degrees that count as one, by slug
        self.wish = self._masters_wish() if background.masters == "yes" else None
        self.bootcamps = self._bootcamp_wish()

    # What the goal can lead to

    def build(self) -> Network:
        wanted = self._collect()
        self.teachers, self.part_teachers = self._teachers(wanted)
        self.paces = self._paces()
        activities: dict[str, Activity] = {}
        for thing in self.found.values():
            if thing.id not in self.running:
                activities[thing.id] = self._activity(thing)
        for activity_id, (education, layout) in self.running.items():
            activities[activity_id] = self._running(activity_id, education, layout)
        goal_needs = self._needs(self.goal, is_goal=True)
        activities[self.goal.id] = Activity(
            id=self.goal.id,
            kind="role",
            title=self.goal.title,
            ways=(Way("", 0),),
            needs=goal_needs,
        )
        self._add_searches(activities)
        activities = _without_detours(activities)
        return Network(
            goal=self.goal.id,
            activities=activities,
            capacities={MAIN: 1, HOURS: self.capacity, EFFORT: 1},
            credits={owner: tuple(found) for owner, found in self.credits.items()},
        )

    def _collect(self) -> set[str]:
        """Find every thing that the goal can lead to; return the skills needed."""
        skills: set[str] = set()
        todo: list[tuple[Thing, bool]] = [(self.goal, True)]
        while todo:
            owner, is_goal = todo.pop()
            if isinstance(owner, Role) and (search := self._search_of(owner)):
                todo.append((search, False))
            for requirement in self._in_force(owner, is_goal=is_goal):
                if self._met_by(requirement) is not None:
                    continue
                for option in self._options(owner, requirement):
                    if option.weeks:
                        held = self.weeks_held.setdefault(option.activity, {})
                        held.setdefault(
                            option.weeks, self._held_for(requirement, option)
                        )
                    reached = self._find(option.activity)
                    if isinstance(reached, Skill):
                        skills.add(reached.slug)
                        todo += [
                            (teacher, False)
                            for teacher in self._courses(reached.slug)
                            if self._is_new(teacher)
                        ]
                    if reached is not None and self._is_new(reached):
                        todo.append((reached, False))
        return skills

    def _held_for(self, requirement: Requirement, option: Option) -> Spread:
        """Return for how many weeks a role has to be held still, in three points."""
        months = next(
            alternative.months
            for alternative in requirement.alternatives
            if alternative.thing == option.activity and alternative.months is not None
        )
        left = months_left(requirement, self.have)[option.activity.partition(":")[2]]
        had = months.likely - left
        return Spread(
            *(
                max(0.0, point - had) * WEEKS_IN["months"]
                for point in (months.low, months.likely, months.high)
            )
        )

    def _is_new(self, thing: Thing) -> bool:
        if thing.id in self.found or thing.id == self.goal.id:
            return False
        self.found[thing.id] = thing
        return True

    def _find(self, activity_id: str) -> Thing | None:
        if activity_id in self.running or activity_id not in self.catalogue:
            return None
        return self.catalogue[activity_id]

    def _courses(self, skill: str) -> Iterator[Milestone]:
        """Yield the open milestones that teach a skill fully."""
        for milestone in self.catalogue.milestones.values():
            if milestone.slug not in self.have.done and not self._is_left_out(
                milestone
            ):
                for teaching in milestone.teaches:
                    if teaching.skill == skill and teaching.is_full:
                        yield milestone

    def _teachers(
        self, wanted: set[str]
    ) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Return, for each skill, the activities that teach it fully, and partly."""
        fully: dict[str, list[str]] = {skill: [] for skill in wanted}
        partly: dict[str, list[str]] = {skill: [] for skill in wanted}
        candidates: list[tuple[str, Thing]] = [
            (activity_id, degree)
            for activity_id, (education, _) in self.running.items()
            if (degree := degree_for(self.catalogue, education)) is not None
        ]
        candidates += [
            (thing.id, thing)
            for thing in self.found.values()
            if thing.id not in self.running
        ]
        for activity_id, thing in candidates:
            for teaching in thing.teaches:
                shelf = fully if teaching.is_full else partly
                if teaching.skill in shelf:
                    shelf[teaching.skill].append(activity_id)
        return fully, partly

    # Requirements and their options

    def _in_force(self, owner: Thing, *, is_goal: bool) -> Iterator[Requirement]:
        if not is_goal and isinstance(owner, Role) and owner.slug in self.have.months:
            return  # who has held a role can hold it again
        out_of_scope = "on-the-way" if is_goal else "as-target"
        for requirement in owner.requires:
            in_scope = requirement.scope != out_of_scope or not isinstance(owner, Role)
            if requirement.strength != "optional" and in_scope:
                yield requirement
        if is_goal and self.wish is not None:
            yield self.wish
        if is_goal and self.bootcamps and self.background.bootcamp == "yes":
            yield self.bootcamps

    def _met_by(self, requirement: Requirement) -> str | None:
        """Return what already meets a requirement; a wish is not waived."""
        by = met_by(self.catalogue, requirement, self.have)
        if requirement is self.wish or requirement is self.bootcamps:
            return by
        return by or waived_by(requirement, self.have)

    def _bootcamp_wish(self) -> Requirement | None:
        """Return the wish for a bootcamp, any of them; None where there is none."""
        found = [m for m in self.catalogue.milestones.values() if m.is_bootcamp]
        alternatives = tuple(Alternative(thing=m.id) for m in found if not m.is_closed)
        if not alternatives:
            return None
        return Requirement(text="a bootcamp, as you wish", alternatives=alternatives)

    def _is_left_out(self, milestone: Milestone) -> bool:
        return milestone.is_closed or (
            milestone.is_bootcamp and self.background.bootcamp == "no"
        )

    def _masters_wish(self) -> Requirement:
        """Return the wish for a master's: one the career names, else any."""
        named = {
            alternative.thing: Alternative(thing=alternative.thing)
            for requirement in self.goal.requires
            for alternative in requirement.alternatives
            if alternative.kind == "degree"
            and self.catalogue.degrees[alternative.slug].level == "master"
        }
        return Requirement(
            text="a master’s degree, as you wish",
            alternatives=tuple(named.values()) or (Alternative(level="master"),),
        )

    def _has_any_masters(self) -> str | None:
        for education in self.have.finished:
            if rank(education.level) >= rank("master"):
                return f"your {described(self.catalogue, education)}"
        return None

    def _options(self, owner: Thing, requirement: Requirement) -> tuple[Option, ...]:
        """Return what can meet a requirement; asked twice, so it is kept."""
        key = id(requirement)
        if key not in self.found_options:
            self.found_options[key] = self._find_options(owner, requirement)
        return self.found_options[key]

    def _find_options(
        self, owner: Thing, requirement: Requirement
    ) -> tuple[Option, ...]:
        options: dict[Option, None] = {}
        left = months_left(requirement, self.have)
        for alternative in requirement.alternatives:
            weeks = 0
            names: Iterable[str] = [alternative.thing or ""]
            if alternative.kind == "role":
                weeks = whole_weeks(left[alternative.slug] * WEEKS_IN["months"])
                if alternative.thing == self.goal.id:
                    continue  # the goal is no step on the way to itself
            elif alternative.asks_for_degree:
                names = self._degrees(
                    owner, alternative, is_wish=requirement is self.wish
                )
            elif alternative.kind == "milestone" and self._is_left_out(
                self.catalogue.milestones[alternative.slug]
            ):
                continue
            for name in names:
                options[Option(name, alternative.share, weeks)] = None
        return tuple(self._without_second_start(options))

    def _without_second_start(self, options: Iterable[Option]) -> Iterator[Option]:
        """Leave out degrees of no higher level than one that is in progress here."""
        ceiling = max(
            (
                rank(self.running[option.activity][0].level)
                for option in options
                if option.activity in self.running
            ),
            default=-1,
        )
        for option in options:
            if (
                option.activity in self.running
                or not option.activity.startswith("degree:")
                or rank(self.catalogue.degrees[option.activity[7:]].level) > ceiling
            ):
                yield option

    def _degrees(
        self, owner: Thing, alternative: Alternative, *, is_wish: bool
    ) -> Iterator[str]:
        """Yield the activities that meet an alternative which asks for a degree."""
        for activity_id, (education, _) in self.running.items():
            if education_meets(self.catalogue, alternative, education) or (
                is_wish and rank(education.level) >= rank("master")
            ):
                yield activity_id
        ceiling = rank(owner.level) if isinstance(owner, Degree) else 99
        if alternative.thing is not None:
            asked = self.catalogue.degrees[alternative.slug]
            found = self._alike(asked)
        else:
            found = self._of_level(alternative.level or "")
        for degree in found:
            if self.background.masters == "no" and degree.level == "master":
                continue
            if degree.id in self.held:
                continue  # nobody takes the same degree twice
            if rank(degree.level) < ceiling and degree.id not in self.running:
                yield degree.id

    def _alike(self, asked: Degree) -> list[Degree]:
        """Return a degree, and the others of its level or above that count as it."""
        if asked.slug not in self.alike:
            self.alike[asked.slug] = [asked] + [
                degree
                for degree in self.catalogue.degrees.values()
                if degree is not asked
                and rank(degree.level) >= rank(asked.level)
                and asked.takes_field(degree.field)
            ]
        return self.alike[asked.slug]

    def _of_level(self, level: str) -> list[Degree]:
        """Return the degrees of a level that a career like this one names, else all.

        Who only needs "a bachelor's degree" is advised to take a related one.
        """
        degrees = [d for d in self.catalogue.degrees.values() if d.level == level]
        named = [d for d in degrees if d.id in self.named]
        return named or [d for d in degrees if not d.is_generated]

    def _named_degrees(self) -> frozenset[str]:
        """Return the degrees that the goal, or a role on the way to it, asks for."""
        named: set[str] = set()
        seen = {self.goal.id}
        todo: list[Role] = [self.goal]
        while todo:
            for requirement in todo.pop().requires:
                for alternative in requirement.alternatives:
                    if alternative.kind == "degree" and alternative.thing:
                        named.add(alternative.thing)
                    elif alternative.kind == "role" and alternative.thing not in seen:
                        seen.add(alternative.thing or "")
                        todo.append(self.catalogue.roles[alternative.slug])
        return frozenset(named)

    def _needs(self, owner: Thing, *, is_goal: bool = False) -> tuple[Need, ...]:
        needs: list[Need] = []
        for requirement in self._in_force(owner, is_goal=is_goal):
            by = self._met_by(requirement)
            if requirement is self.wish:
                by = self._has_any_masters()
            if by is not None:
                self._credit(owner, requirement.text, by)
                continue
            options: dict[Option, None] = {}
            found = self._options(owner, requirement)
            has_other = any(self._is_no_degree(owner, option) for option in found)
            for option in found:
                if (
                    isinstance(owner, Skill | Milestone)
                    and has_other
                    and option.activity.startswith("degree:")
                ):
                    option = replace(option, is_by_product=True)
                options[option] = None
                if option.activity.startswith("skill:"):
                    for teacher in self.teachers.get(option.activity[6:], ()):
                        if teacher != owner.id:
                            options[self._lesson(teacher, option.share)] = None
            needs.append(
                self._need(
                    requirement.text,
                    tuple(options),
                    requirement.strength == "required",
                    _about(requirement),
                )
            )
        if not is_goal and isinstance(owner, Role) and owner.slug in self.have.months:
            self._credit(
                owner,
                f"what {owner.title.lower()} asks for",
                f"you have worked as {owner.title.lower()}",
            )
        return tuple(needs)

    def _is_no_degree(self, owner: Thing, option: Option) -> bool:
        """Say whether an option can be met by something else than a degree."""
        kind, _, slug = option.activity.partition(":")
        if kind != "skill" or self.catalogue.skills[slug].modes:
            return kind != "degree"
        return any(
            not teacher.startswith("degree:")
            for teacher in self.teachers.get(slug, ())
            if teacher != owner.id
        )

    def _lesson(self, teacher: str, share: float = 1.0) -> Option:
        """Return a teacher as an option: nobody takes a degree for one skill."""
        return Option(
            teacher, share, is_by_product=not teacher.startswith("milestone:")
        )

    def _need(
        self,
        text: str,
        options: tuple[Option, ...],
        is_required: bool = True,
        about: str = "",
    ) -> Need:
        self.count += 1
        return Need(self.count, text, options, is_required, about)

    def _credit(self, owner: Thing, requirement: str, by: str) -> None:
        self.credits.setdefault(owner.id, []).append(
            Credit(requirement=requirement, by=by)
        )

    # Activities and their ways

    def _activity(self, thing: Thing) -> Activity:
        ways: tuple[Way, ...]
        if isinstance(thing, Role):
            ways = tuple(
                Way("full-time", weeks, ((MAIN, 1),), load=40.0, spread=spread)
                for weeks, spread in sorted(
                    self.weeks_held.get(thing.id, {}).items(), key=itemgetter(0)
                )
            )
        elif isinstance(thing, Skill):
            ways = tuple(self._study_ways(thing))
        else:
            ways = tuple(self._mode_ways(thing))
        return Activity(
            id=thing.id,
            kind=thing.kind,
            title=thing.title,
            ways=ways,
            needs=self._needs(thing),
        )

    def _is_possible(self, thing: Thing, mode: Mode) -> bool:
        wish = self.background.masters_mode
        is_masters = isinstance(thing, Degree) and thing.level == "master"
        if is_masters and wish != "any" and mode.is_main != (wish == "full-time"):
            return False
        if mode.is_main:
            is_work = isinstance(thing, Milestone) and thing.is_work
            return self.background.full_time_study or is_work
        return _tenths(mode.hours_per_week or 0) <= self.capacity

    def _mode_ways(self, thing: Thing) -> Iterator[Way]:
        modes = thing.modes
        if isinstance(thing, Degree) and (had := transfers(thing, self.have)):
            modes = tuple(mode.part(TRANSFERRED) for mode in modes)
            by = f"your {described(self.catalogue, had)}, which can be transferred"
            self._credit(thing, f"half of {thing.title}", by)
        for position, mode in enumerate(modes):
            if mode.hours_per_week is None:
                ways = self._effort_ways(thing, mode)
                yield from (replace(way, position=position) for way in ways)
            elif self._is_possible(thing, mode):
                way = self._calendar_way(thing, mode, mode.hours_per_week)
                yield replace(way, position=position)

    def _calendar_way(self, thing: Thing, mode: Mode, load: float) -> Way:
        cost = self._cost(thing, mode)
        uses = ((MAIN, 1),) if mode.is_main else ((HOURS, _tenths(load)),)
        way = Way(
            mode.name,
            likely_weeks(mode.takes),
            uses,
            cost=round(cost or 0),
            has_cost=cost is not None,
            load=load,
            source=mode.source,
            spread=spread_of(mode),
        )
        if mode.is_academic:
            layouts = academic_layouts(
                self.calendar, terms_in(likely_years(mode.takes))
            )
            return replace(way, weeks=0, starts=tuple(layouts), layouts=layouts)
        return replace(way, starts=self._starts(thing, way.weeks))

    def _starts(self, thing: Thing, weeks: int) -> tuple[int, ...] | None:
        if thing.starts == "term":
            return tuple(term.start for term in self.calendar.terms(HORIZON))
        if thing.starts == "window" and thing.window is not None:
            return self.calendar.windows(thing.window, weeks, HORIZON)
        return None

    def _cost(self, thing: Thing, mode: Mode) -> float | None:
        return cost_of(thing, mode, self.background)

    def _study_ways(self, skill: Skill) -> Iterator[Way]:
        # Nothing is done only to halve the hours of something else. Who teaches it
        # fully stands here too, so that whoever teaches less is seen to be no better.
        part = self.part_teachers.get(skill.slug, ())
        full = self.teachers.get(skill.slug, ()) if part else ()
        helped = tuple(Option(name, is_by_product=True) for name in (*full, *part))
        for mode in skill.modes:
            if mode.hours_per_week is not None:
                if self._is_possible(skill, mode):
                    yield self._calendar_way(skill, mode, mode.hours_per_week)
                continue
            if skill.slug in self.have.half_known:
                yield from self._effort_ways(skill, mode, 0.5)
                continue
            if helped:
                need = (self._need(f"part of {skill.title}, taught before", helped),)
                for way in self._effort_ways(skill, mode, 0.5):
                    yield replace(way, needs=need)
            for way in self._effort_ways(skill, mode):
                yield replace(way, position=1)

    def _effort_ways(
        self, thing: Thing, mode: Mode, share: float = 1.0
    ) -> Iterator[Way]:
        """Yield a way for each pace, for this share of the hours."""
        hours = mode.takes.likely * share
        cost = self._cost(thing, mode)
        for pace in self.paces:
            weeks = max(1, math.ceil(hours / pace - 1e-9))
            yield Way(
                mode.name,
                weeks,
                ((HOURS, _tenths(pace)), (EFFORT, 1)),
                starts=self._starts(thing, weeks),
                cost=round(cost or 0),
                has_cost=cost is not None,
                load=pace,
                source=mode.source,
                spread=_spread(mode.takes, share / pace),
            )

    def _paces(self) -> tuple[float, ...]:
        """Return the weekly hours at which effort can go, the fastest first."""
        free = self.background.hours_per_week
        loads = {
            mode.hours_per_week
            for thing in [*self.found.values(), *self._searches_found()]
            for mode in thing.modes
            if not mode.is_main and mode.hours_per_week is not None
        }
        loads |= {self._running_load(e) for e, _ in self.running.values()} - {0.0}
        beside = {
            free - load
            for load in loads
            if load >= LEAST_BESIDE and free - load >= LEAST_BESIDE
        }
        rounded = {math.floor(pace * 2 + 1e-9) / 2 for pace in {free, *beside}}
        return tuple(sorted((p for p in rounded if p >= 1), reverse=True))

    def _searches_found(self) -> Iterator[Thing]:
        for thing in [self.goal, *self.found.values()]:
            if isinstance(thing, Role) and thing.search is not None:
                yield self.catalogue.milestones[thing.search]

    # Job searches

    def _search_of(self, role: Role) -> Milestone | None:
        """Return the job search that a role still takes, if any."""
        if role.search is None or (
            role.search in self.have.done
            if role is self.goal
            else role.slug in self.have.months
        ):
            return None
        if self._search_id(role) in self.have.not_needed:
            return None
        return self.catalogue.milestones[role.search]

    def _search_id(self, role: Role) -> str:
        search_id = f"milestone:{role.search}"
        return search_id if role is self.goal else f"{search_id}-{role.slug}"

    def _add_searches(self, activities: dict[str, Activity]) -> None:
        """Give every role that has a job search that search as one more need."""
        roles = [t for t in self.found.values() if isinstance(t, Role)]
        for role in [self.goal, *roles]:
            milestone = self._search_of(role)
            search_id = self._search_id(role)
            if milestone is None:
                if role.search is None:
                    continue
                title = self.catalogue.milestones[role.search].title
                if search_id in self.have.not_needed:
                    self._credit(role, title, waiver(self.have.not_needed[search_id]))
                elif role is self.goal:
                    self._credit(role, title, f"“{title}”, which you have done")
                continue
            activities[search_id] = Activity(
                id=search_id,
                kind="milestone",
                title=f"{milestone.title}: {role.title.lower()}",
                ways=tuple(self._mode_ways(milestone)),
                needs=self._needs(milestone),
                follows=(role.id, role.search_share),
            )
            owner = activities[role.id]
            need = self._need(milestone.title, (Option(search_id),), about=search_id)
            activities[role.id] = replace(owner, needs=(*owner.needs, need))

    # Degrees in progress

    def _running_degrees(self) -> Iterator[tuple[str, tuple[Education, Layout]]]:
        for education in self.have.in_progress:
            degree = degree_for(self.catalogue, education)
            slug = (
                degree.slug
                if degree is not None
                else f"{education.level}-{education.field.replace('.', '-')}"
            )
            finish = self.calendar.week(education.expected or self.background.start)
            years = (
                likely_years(degree.modes[0].takes)
                if degree is not None and degree.modes
                else USUAL_YEARS.get(education.level, OTHER_YEARS)
            )
            total = WEEKS_A_TERM * terms_in(years)
            yield (
                f"degree:{slug}",
                (education, study_layout(self.calendar, 0, finish, total)),
            )

    def _running_load(self, education: Education) -> float:
        """Return the free hours that a degree in progress takes beside other work."""
        if self.background.full_time_study:
            return 0.0
        degree = degree_for(self.catalogue, education)
        for mode in degree.modes if degree is not None else ():
            if not mode.is_main and mode.hours_per_week is not None:
                return min(mode.hours_per_week, self.background.hours_per_week)
        return 0.0

    def _running(
        self, activity_id: str, education: Education, layout: Layout
    ) -> Activity:
        load = self._running_load(education)
        uses: tuple[tuple[str, int], ...] = ()
        if self.background.full_time_study:
            uses = ((MAIN, 1),)
            load = 40.0
        elif load:
            uses = ((HOURS, _tenths(load)),)
        title = described(self.catalogue, education)
        way = Way(IN_PROGRESS, 0, uses, starts=(0,), layouts={0: layout}, load=load)
        return Activity(
            id=activity_id,
            kind="degree",
            title=title[:1].upper() + title[1:],
            ways=(way,),
            fixed=layout,
        )


def cost_of(thing: Thing, mode: Mode, background: Background) -> float | None:
    """Return what a mode costs in US dollars, the student's own figure first."""
    own = background.tuition_per_year
    if own is not None and isinstance(thing, Degree):
        return own * likely_years(mode.takes)
    if mode.cost is None:
        return None
    years = likely_years(mode.takes) if mode.cost.per == "year" else 1
    return mode.cost.amount * years


def spread_of(mode: Mode) -> Spread:
    """Return the three points of a mode: years of study in terms, weeks, or hours."""
    factor = WEEKS_IN.get(mode.takes.unit, 1.0)
    return _spread(mode.takes, factor / (WEEKS_IN["years"] if mode.is_academic else 1))


def _without_detours(activities: Mapping[str, Activity]) -> dict[str, Activity]:
    """Leave out each option that cannot be had before another one of the same need.

    A master's that needs a bachelor's which meets the need already is a detour; but
    not where the bachelor's is a by-product, for nobody takes it for that need.
    """

    def is_detour(option: Option, need: Need) -> bool:
        activity = activities.get(option.activity)
        if activity is None or activity.fixed is not None:
            return False
        return any(
            earlier.is_required
            and earlier.options
            and all(
                any(
                    other.activity == one.activity
                    and other.activity != option.activity
                    and not other.is_by_product
                    and other.share <= one.share
                    and other.weeks <= one.weeks
                    for other in need.options
                )
                for one in earlier.options
            )
            for earlier in activity.needs
        )

    return {
        name: replace(
            activity,
            needs=tuple(
                replace(
                    need,
                    options=tuple(o for o in need.options if not is_detour(o, need)),
                )
                if len(need.options) > 1
                else need
                for need in activity.needs
            ),
        )
        for name, activity in activities.items()
    }


def _about(requirement: Requirement) -> str:
    """Return the id of what a requirement asks for first."""
    first = requirement.alternatives[0]
    return first.thing or f"degree:{first.level}"


def _spread(takes: Estimate, factor: float) -> Spread:
    return Spread(takes.low * factor, takes.likely * factor, takes.high * factor)


def _tenths(hours: float) -> int:
    return round(hours * TENTHS)


def _terms_around(calendar: Calendar, horizon: int) -> Iterator[tuple[int, int, bool]]:
    """Yield start, finish and season of the terms, the one running in week 0 first."""
    year_before = Calendar(calendar.day(-52))
    shift = (calendar.first - year_before.first).days // 7
    for term in year_before.terms(horizon + shift + 1):
        start, finish = term.start - shift, term.finish - shift
        if finish > 0:
            yield start, finish, term.is_autumn


def study_layout(
    calendar: Calendar, start: int, finish: int, total: int | None = None
) -> Layout:
    """Return what study from a week up to another is: busy in terms, free in summer.

    `total` is how many term weeks there are in all, if some lie before the start.
    """
    spans: list[tuple[int, int]] = []
    marks: list[int] = []
    for begins, ends, is_autumn in _terms_around(calendar, finish):
        begins, ends = max(start, begins), min(finish, ends)
        if begins >= ends:
            continue
        marks += range(begins + 1, ends + 1)
        if spans and not is_autumn:
            spans[-1] = (spans[-1][0], ends)
        else:
            spans.append((begins, ends))
    if total is None:
        total = len(marks)
    return Layout(start, finish, tuple(spans), tuple(marks), total)


def finish_of_terms(calendar: Calendar, start: int, count: int) -> int:
    """Return when so many terms are over, the one that runs in a week included."""
    return next(islice(_terms_from(calendar, start), count - 1, None))[1]


def _terms_from(calendar: Calendar, week: int) -> Iterator[tuple[int, int, bool]]:
    """Yield the terms that are not over in a week, the one that runs in it first."""
    return (term for term in _terms_around(calendar, HORIZON) if term[1] > week)


@lru_cache(maxsize=256)
def academic_layouts(calendar: Calendar, count: int) -> dict[int, Layout]:
    """Return what each term start makes of so many consecutive terms of study."""
    layouts: dict[int, Layout] = {}
    terms = calendar.terms(HORIZON)
    for index in range(len(terms) - count + 1):
        run = terms[index : index + count]
        spans: list[tuple[int, int]] = []
        marks: list[int] = []
        for term in run:
            if spans and not term.is_autumn:
                spans[-1] = (spans[-1][0], term.finish)
            else:
                spans.append((term.start, term.finish))
            marks += range(term.start + 1, term.finish + 1)
        layouts[run[0].start] = Layout(
            run[0].start, run[-1].finish, tuple(spans), tuple(marks), len(marks)
        )
    return layouts
