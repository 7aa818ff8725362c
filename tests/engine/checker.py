"""What is wrong with a plan: everything that can be told from the plan alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from planner.engine.background import Background, Tracked
from planner.engine.facts import Catalogue, Milestone, Role
from planner.engine.plans import Plan, Step
from tests.engine.reading import (
    MASTERS,
    SEARCH,
    TARGET,
    TOLERANCE,
    Need,
    Option,
    Placement,
    Reading,
    Way,
)

CENTS = 0.5  # the engine may round to whole dollars


def faults(plan: Plan, catalogue: Catalogue, background: Background) -> list[str]:
    """Return every rule that a plan breaks, in words; an empty list if none."""
    reading = Reading(catalogue, background)
    if plan.status == "impossible":
        return list(_faults_of_a_refusal(plan))
    found = list(_faults_of_the_outside(plan, catalogue, background))
    for step in plan.steps:
        found += _faults_of_a_step(step, reading)
    if found:  # what follows needs dates that make sense
        return found
    laid = Laid(plan, reading)
    for check in (
        _resources,
        _starts_after_needs,
        _named_needs,
        _arrival,
        _nothing_unneeded,
        _nothing_credited,
        _strengths,
        _masters,
        _in_progress,
        _pins,
        _changes,
        _recommendations,
        _money,
        _credits,
    ):
        found += check(laid)
    return found


def _faults_of_a_refusal(plan: Plan) -> Iterator[str]:
    if plan.steps or plan.arrival is not None:
        yield "An impossible plan has steps or an arrival."
    if not plan.obstacles:
        yield "An impossible plan does not say what is in the way."
    for text in plan.obstacles:
        if len(text.split()) < 3:
            yield f"The obstacle {text!r} is not a sentence."


def _faults_of_the_outside(
    plan: Plan, catalogue: Catalogue, background: Background
) -> Iterator[str]:
    if plan.status not in ("optimal", "feasible"):
        yield f"The status is {plan.status!r}."
    if plan.background != background:
        yield "The plan is not about this background."
    if plan.catalogue_version != catalogue.version:
        yield "The plan is not about this version of the catalogue."
    if plan.obstacles:
        yield "A plan that exists names obstacles."
    if plan.arrival is None or plan.arrival.weekday() != 0:
        yield f"The arrival {plan.arrival} is not a Monday."
    if (plan.gap_days is not None) and plan.status == "optimal":
        yield "An optimal plan has a gap."
    ids = [step.id for step in plan.steps]
    if len(ids) != len(set(ids)):
        yield f"A step is planned twice: {ids}."


def _faults_of_a_step(step: Step, reading: Reading) -> Iterator[str]:
    if step.start.weekday() != 0 or step.finish.weekday() != 0:
        yield f"{step.id} does not lie from Monday to Monday."
        return
    if not reading.calendar.monday <= step.start < step.finish:
        yield f"{step.id} lies from {step.start} to {step.finish}."
    if step.critical != (step.slack_days == 0):
        yield f"{step.id} has {step.slack_days} days and critical={step.critical}."
    if step.slack_days < 0:
        yield f"{step.id} has {step.slack_days} days of slack."
    if not step.because.text.strip():
        yield f"{step.id} does not say why it starts when it does."
    if step.id in reading.facts:
        return
    try:
        thing = reading.thing_of(step.id)
    except KeyError:
        yield f"{step.id} is not in the catalogue."
        return
    if thing.kind != step.kind or thing.title not in step.title:
        yield f"{step.id} is called {step.title!r}, a {step.kind}."
    if isinstance(thing, Milestone) and thing.is_closed:
        yield f"{step.id} is closed."
    if step.id == reading.target.id:
        yield "The target itself is a step."
    if not ways_of(step, reading):
        yield (
            f"{step.id} cannot be done from {step.start} to {step.finish} "
            f"({step.mode}, {step.load_hours_per_week} hours, {step.spans})."
        )


def ways_of(step: Step, reading: Reading) -> list[tuple[Way, Placement]]:
    """Return the ways of doing a step that have exactly these dates."""
    found = []
    start = reading.calendar.week(step.start)
    for way in all_ways(step.id, reading):
        load = step.load_hours_per_week if not step.is_main else 0
        if way.is_main != step.is_main or abs(way.load - load) > TOLERANCE:
            continue
        if way.mode not in step.mode and step.mode not in way.mode:
            continue
        placement = way.place(start, reading.calendar)
        if placement is None or placement.busy != busy(step, reading):
            continue
        if placement.finish == reading.calendar.week(step.finish):
            found.append((way, placement))
    return found


def all_ways(step: str, reading: Reading) -> Iterator[Way]:
    lengths: set[int | None] = {None}
    if step.startswith("role:"):
        lengths = {
            option.weeks
            for owner in (TARGET, *reading.network)
            for need in reading.needs_if_new(owner)
            for option in need.options
            if option.step == step
        }
    for weeks in sorted(lengths, key=str):
        yield from reading.ways(step, weeks)


def busy(step: Step, reading: Reading) -> tuple[tuple[int, int], ...]:
    week = reading.calendar.week
    return tuple((week(one.start), week(one.finish)) for one in step.spans)


@dataclass(frozen=True)
class Wait:
    """One need of one step: since when it is met, by whichever step comes first."""

    need: Need | None
    options: tuple[Option, ...]
    since: int
    by: tuple[str, ...]


class Laid:
    """A plan laid out in weeks, to be asked what could be otherwise."""

    def __init__(self, plan: Plan, reading: Reading) -> None:
        self.plan = plan
        self.reading = reading
        self.steps = {step.id: step for step in plan.steps}
        self.begun = reading.facts
        self.ways: dict[str, Way] = {}
        self.placed: dict[str, Placement] = {}
        for step in plan.steps:
            if step.id in self.begun:
                self.placed[step.id] = self.begun[step.id].placement
            else:
                found = ways_of(step, reading)
                way, placement = min(found, key=lambda one: one[0].is_half)
                self.ways[step.id] = way
                self.placed[step.id] = placement
        self._halve()
        self.arrival = (
            0 if plan.arrival is None else reading.calendar.week(plan.arrival)
        )

    def _halve(self) -> None:
        """Where a step is as long with half of its hours, rule 18 says which it was."""
        for step in self.ways:
            teachers = self.reading.teachers_of(step.partition(":")[2], fully=False)
            met = self.met_at([Option(one) for one in teachers if one != step])
            if met is not None and met[0] <= self.start(step):
                for way, _ in ways_of(self.steps[step], self.reading):
                    if way.is_half and step.startswith("skill:"):
                        self.ways[step] = way

    def start(self, step: str) -> int:
        return self.placed[step].start

    def met_at(
        self, options: Collection[Option], without: Collection[str] = ()
    ) -> tuple[int, tuple[str, ...]] | None:
        """Return the first week in which one of these is ready, and which it is."""
        ready = [
            (self.placed[one.step].ready(one.share, one.weeks), one.step)
            for one in options
            if one.step in self.placed and one.step not in without
        ]
        if not ready:
            return None
        first = min(week for week, _ in ready)
        return first, tuple(step for week, step in ready if week == first)

    def waits_of(self, step: str) -> Iterator[Wait]:
        """Yield what a step, or the target, waits for, as far as it is planned.

        A recommendation counts where the plan meets it in time.
        """
        by = self.arrival if step == TARGET else self.start(step)
        for need in self.reading.needs_of(step):
            met = self.met_at(need.options)
            if met is None or (need.strength != "required" and met[0] > by):
                continue
            yield Wait(need, need.options, *met)
        owner = self.reading.searcher(step) if step != TARGET else None
        if owner is not None:
            role = self.reading.thing_of(owner)
            assert isinstance(role, Role)
            for need in self.reading.needs_of(owner):
                if need.strength != "required" or need.requirement is SEARCH:
                    continue
                options = tuple(
                    Option(one.step, one.share * role.search_share, one.weeks)
                    for one in need.options
                )
                met = self.met_at(options)
                if met is not None:
                    yield Wait(need, options, *met)
        if self.is_halved(step):
            teachers = self.reading.teachers_of(
                step.removeprefix("skill:"), fully=False
            )
            options = tuple(Option(one) for one in teachers if one != step)
            met = self.met_at(options)
            if met is not None:
                yield Wait(None, options, *met)

    def is_halved(self, step: str) -> bool:
        """Say whether a step is short because something planned teaches it partly."""
        way = self.ways.get(step)
        if way is None or not way.is_half:
            return False
        return not self.reading.half_knows(step.removeprefix("skill:"))

    def can_start(
        self,
        step: str,
        week: int,
        *,
        without_steps: Collection[str] = (),
        without_calendar: bool = False,
        without_occupation: bool = False,
        without_hours: bool = False,
        without_pins: bool = False,
    ) -> bool:
        """Say whether one step could start in a week, everything else held.

        What is named in `without_…` is taken away first: what those steps are
        needed for and take, or a limit as far as it concerns this step.
        """
        if week < 0 or not (without_pins or week in self.reading.allowed(step)):
            return False
        for wait in self.waits_of(step):
            if set(wait.by) & set(without_steps):
                continue
            if wait.since > week:
                return False
        return self.can_start_by_resources(
            step,
            week,
            without_steps=without_steps,
            without_calendar=without_calendar,
            without_occupation=without_occupation,
            without_hours=without_hours,
        )

    def can_start_by_resources(
        self,
        step: str,
        week: int,
        *,
        without_steps: Collection[str] = (),
        without_calendar: bool = False,
        without_occupation: bool = False,
        without_hours: bool = False,
    ) -> bool:
        """Say whether calendar, occupation and hours allow a start, needs or not."""
        way = self.ways[step]
        if without_calendar:
            by = week - self.start(step)
            spans = [(a + by, b + by) for a, b in self.placed[step].busy]
            placement = Placement(week, self.placed[step].finish + by, tuple(spans))
        else:
            found = way.place(week, self.reading.calendar)
            if found is None:
                return False
            placement = found
        others = [
            (self.taken(other), self.placed[other])
            for other in self.placed
            if other != step and other not in without_steps
        ]
        if way.is_main:
            return without_occupation or not any(
                is_main and overlap(placement, other) for (is_main, _), other in others
            )
        if not way.load or without_hours:
            return True
        if way.is_effort and any(
            self.is_effort(other) and overlap(placement, self.placed[other])
            for other in self.placed
            if other != step and other not in without_steps
        ):
            return False
        limit = self.reading.hours + TOLERANCE
        return all(
            way.load + sum(load for (_, load), other in others if covers(other, at))
            <= limit
            for start, stop in placement.busy
            for at in range(start, stop)
        )

    def is_effort(self, step: str) -> bool:
        return (self.begun.get(step) or self.ways[step]).is_effort

    def taken(self, step: str) -> tuple[bool, float]:
        one = self.begun.get(step) or self.ways[step]
        return one.is_main, 0 if one.is_main else one.load

    def is_kept(self, step: str) -> bool:
        """Say whether a step is where an earlier plan had it, as it was. (46, 47)"""
        old = self.reading.tracked.get(step)
        return (
            old is not None
            and step in self.ways
            and is_as_planned(self.steps[step], old)
        )


def is_as_planned(step: Step, old: Tracked) -> bool:
    return (step.mode, step.start, step.finish) == (old.mode, old.start, old.finish)


def covers(one: Placement, week: int) -> bool:
    return any(start <= week < stop for start, stop in one.busy)


def overlap(one: Placement, other: Placement) -> bool:
    return any(
        start < other_stop and other_start < stop
        for start, stop in one.busy
        for other_start, other_stop in other.busy
    )


# What is checked of the whole


def _resources(laid: Laid) -> Iterator[str]:
    """One main occupation at a time; the free hours are never exceeded. (7, 8)

    Facts may take more than there is, and then leave nothing to the rest. (44)
    """
    last = max((one.finish for one in laid.placed.values()), default=0)
    for week in range(last):
        running = [step for step, one in laid.placed.items() if covers(one, week)]
        own = {step for step in running if step in laid.ways}
        main = [step for step in running if laid.taken(step)[0]]
        if len(main) > 1 and own & set(main):
            yield f"Week {week} has two main occupations: {main}."
            return
        efforts = [step for step in running if laid.is_effort(step)]
        if len(efforts) > 1 and own & set(efforts):
            yield f"Week {week} has two efforts at one's own pace: {efforts}."
            return
        hours = sum(laid.taken(step)[1] for step in running)
        takes = any(laid.taken(step)[1] > 0 for step in own)
        if hours > laid.reading.hours + TOLERANCE and takes:
            yield f"Week {week} takes {hours} hours: {running}."
            return


def _starts_after_needs(laid: Laid) -> Iterator[str]:
    """Nothing starts before what it requires. (17, 18, 19)"""
    for step in laid.ways:
        start = laid.start(step)
        for need in laid.reading.needs_of(step):
            if need.strength == "required" and laid.met_at(need.options) is None:
                yield f"{step} needs {need.requirement.text!r}, which is not planned."
        for wait in laid.waits_of(step):
            if wait.since > start:
                yield f"{step} starts in week {start}, {wait.by} only at {wait.since}."
        if step.startswith("skill:"):
            slug = step.removeprefix("skill:")
            teachers = laid.reading.teachers_of(slug, fully=False) - {step}
            if laid.reading.half_knows(slug) or laid.is_kept(step):
                continue
            met = laid.met_at([Option(one) for one in teachers])
            is_half = met is not None and met[0] <= start
            if not any(
                way.is_half == is_half
                for way, _ in ways_of(laid.steps[step], laid.reading)
            ):
                yield f"{step} takes the wrong share of its hours."


def _named_needs(laid: Laid) -> Iterator[str]:
    """The needs that a step names are steps that it really waits for."""
    for step in laid.plan.steps:
        for name in step.needs:
            if name not in laid.placed:
                yield f"{step.id} names the need {name}, which is no step."
            elif step.id in laid.ways and not any(
                name in {option.step for option in wait.options}
                for wait in laid.waits_of(step.id)
            ):
                yield f"{step.id} names the need {name}, which it does not have."
        for wait in laid.waits_of(step.id) if step.id in laid.ways else ():
            if wait.need is not None and not (
                {option.step for option in wait.options} & set(step.needs)
            ):
                yield f"{step.id} does not name its need of {wait.by}."


def _arrival(laid: Laid) -> Iterator[str]:
    """The arrival is the week in which all needs of the target are met. (25)"""
    for need in laid.reading.needs_of(TARGET):
        if need.strength == "required" and laid.met_at(need.options) is None:
            yield f"The target needs {need.requirement.text!r}, which is not planned."
    waits = list(laid.waits_of(TARGET))
    required = [w.since for w in waits if w.need and w.need.strength == "required"]
    every = [
        laid.placed[option.step].ready(option.share, option.weeks)
        for wait in waits
        for option in wait.options
        if option.step in laid.placed
    ]
    if not max(required, default=0) <= laid.arrival <= max(every, default=0):
        yield f"The arrival is week {laid.arrival}, the needs are met at {every}."


def _nothing_unneeded(laid: Laid) -> Iterator[str]:
    """Nothing could be dropped, everything else held. (22)"""
    for dropped in laid.ways:
        if dropped not in reached(laid, None):
            yield f"{dropped} is not needed by anything that is planned."
        elif laid.is_kept(dropped):
            continue  # to leave it out would be a move (46)
        elif is_complete(laid, dropped) and not halves_something(laid, dropped):
            yield f"{dropped} is planned, and nothing would be missing without it."


def reached(laid: Laid, dropped: str | None) -> set[str]:
    """Return the steps that the target needs, directly or not."""
    found: set[str] = set()
    todo = [TARGET]
    while todo:
        for wait in laid.waits_of(todo.pop()):
            for option in wait.options if wait.need else ():
                if option.is_by_product:
                    continue
                if option.step in laid.placed and option.step not in found | {dropped}:
                    found.add(option.step)
                    todo.append(option.step)
    return found


def is_complete(laid: Laid, dropped: str) -> bool:
    """Say whether all that is still reached has its needs met without a step.

    What is required is settled before what is recommended (24), so what came in as
    a recommendation makes nothing needless that the arrival was settled with.
    """
    still = reached(laid, dropped)
    gone = set(laid.ways) - still
    wishes = {s for s in laid.ways if laid.steps[s].strength == "recommended"}
    for step in (TARGET, *still):
        by = laid.arrival if step == TARGET else laid.start(step)
        for wait in laid.waits_of(step):
            if wait.need is None:
                continue
            is_settled = step not in wishes and wait.need.strength == "required"
            without = gone | wishes if is_settled else gone
            met = laid.met_at(wait.options, without=without)
            if met is None or met[0] > by:
                return False
    return True


def halves_something(laid: Laid, teacher: str) -> bool:
    return any(
        laid.is_halved(step)
        and teacher
        in laid.reading.teachers_of(step.removeprefix("skill:"), fully=False)
        for step in laid.ways
    )


def _nothing_credited(laid: Laid) -> Iterator[str]:
    """Nothing is planned that is there already. (11 to 14, 20)"""
    reading = laid.reading
    for step in laid.ways:
        if reading.searcher(step) is not None:
            continue
        kind, _, slug = step.partition(":")
        if kind == "skill" and reading.has_skill(slug):
            yield f"{step} is known already."
        if kind == "milestone" and slug in laid.plan.background.done:
            yield f"{step} is done already."
        held = {d.id for one in reading.held_degrees if (d := reading.stands_for(one))}
        if kind == "degree" and step in held:
            yield f"{step} is finished already."


def _strengths(laid: Laid) -> Iterator[str]:
    """A step is required if something required needs it, else recommended."""
    required: set[str] = set()
    todo = [TARGET]
    while todo:
        for wait in laid.waits_of(todo.pop()):
            if wait.need is not None and wait.need.strength != "required":
                continue
            planned = [o for o in wait.options if o.step in laid.placed]
            if len(planned) != 1 or planned[0].is_by_product:
                return  # which of them was chosen cannot be told from the plan
            for step in wait.by:
                if step not in required:
                    required.add(step)
                    todo.append(step)
    for one in laid.plan.steps:
        if one.id in laid.ways and (one.strength == "required") != (one.id in required):
            yield f"{one.id} is said to be {one.strength}."


def _masters(laid: Laid) -> Iterator[str]:
    """The wish for or against a master's is kept. (21)"""
    levels = {
        step: laid.reading.degree(step).level
        for step in laid.ways
        if step.startswith("degree:")
    }
    wish = laid.plan.background.masters
    if wish == "no" and "master" in levels.values():
        yield "There is a master's, though none is wanted."
    if wish == "yes" and not (
        "master" in levels.values()
        or any(one.level == "master" for one in laid.plan.background.education)
        or any(laid.reading.is_masters(step) for step in laid.begun)
    ):
        yield f"There is no master's, though one is wanted ({MASTERS.text})."


def _in_progress(laid: Laid) -> Iterator[str]:
    """What has begun is where it really is, and stays in the plan. (20, 44, 45)"""
    day = laid.reading.calendar.day
    for name, begun in laid.begun.items():
        step = laid.steps.get(name)
        if step is None:
            yield f"{name} has begun and is not in the plan."
            continue
        dates = day(begun.placement.start), day(begun.placement.finish)
        if (step.start, step.finish) != dates:
            yield f"{name} has begun, and lies {step.start} to {step.finish}."
        if busy(step, laid.reading) != begun.placement.busy:
            yield f"{name} has begun and is busy in {step.spans}."
        if step.is_main != begun.is_main:
            yield f"{name} has begun with is_main={step.is_main}."
        if not step.is_main and abs(step.load_hours_per_week - begun.load) > TOLERANCE:
            yield f"{name} takes {step.load_hours_per_week}, not {begun.load}."
        if step.because.kind != "in-progress":
            yield f"{name} has begun, and is said to start for another reason."


def _pins(laid: Laid) -> Iterator[str]:
    """What is pinned keeps to it; nothing begins before today. (41, 42, 45)"""
    for step in laid.ways:
        if laid.start(step) not in laid.reading.allowed(step):
            yield f"{step} starts in week {laid.start(step)}, where it must not."
        because = laid.steps[step].because
        if because.kind == "start" and laid.start(step) != laid.reading.now:
            yield f"{step} is said to start at once, and does not."


def _changes(laid: Laid) -> Iterator[str]:
    """What is not as it was planned is said, and nothing else. (48)"""
    tracked = laid.reading.tracked
    in_progress = {one.step for one in laid.reading.in_progress}
    expected = {name for name in tracked if name not in laid.steps}
    if laid.plan.background.progress is not None:
        new = laid.steps.keys() - tracked.keys() - in_progress
        expected |= new | {
            name
            for name, step in laid.steps.items()
            if name in tracked and not is_as_planned(step, tracked[name])
        }
    said = [one.id for one in laid.plan.changes]
    if sorted(said) != sorted(expected):
        yield f"Changed are {sorted(expected)}, and the plan says {sorted(said)}."
    for one in laid.plan.changes:
        before, after = tracked.get(one.id), laid.steps.get(one.id)
        if not one.why.endswith("."):
            yield f"{one.id} is changed, and nobody says why."
        if (one.before is None) != (before is None) or (
            before
            and one.before
            and (one.before.start, one.before.finish) != (before.start, before.finish)
        ):
            yield f"{one.id} was not {one.before}."
        if (one.after is None) != (after is None) or (
            after
            and one.after
            and (one.after.start, one.after.finish) != (after.start, after.finish)
        ):
            yield f"{one.id} is not {one.after}."


def _recommendations(laid: Laid) -> Iterator[str]:
    """What is recommended is met, or said to be left out. (23)"""
    left_out = {one.id for one in laid.plan.left_out}
    missing: set[str] = set()
    for one in laid.plan.left_out:
        if not one.why.strip():
            yield f"{one.id} is left out without a reason."
    for owner in (TARGET, *laid.ways):
        met = {id(w.need.requirement) for w in laid.waits_of(owner) if w.need}
        for need in laid.reading.needs_of(owner):
            named = {option.step for option in need.options} | {
                one.thing or f"degree:{one.level}"
                for one in need.requirement.alternatives
            }
            is_met = need.strength == "required" or id(need.requirement) in met
            if is_met:
                continue
            missing |= named
            if not named & (left_out | set(laid.placed)):
                yield f"{need.requirement.text!r} is missing, and nobody says so."
    for name in left_out - missing:
        yield f"{name} is said to be left out, and is not."


def _money(laid: Laid) -> Iterator[str]:
    """Costs are those of the modes, and the plan's is their sum. (26)"""
    for step, way in laid.ways.items():
        cost = laid.steps[step].cost
        costs = [one.cost for one, _ in ways_of(laid.steps[step], laid.reading)]
        if not any(same(cost, one) for one in costs):
            yield f"{step} costs {way.cost}, not {cost}."
    known = [step.cost for step in laid.plan.steps if step.cost is not None]
    if not same(laid.plan.cost, sum(known) if known else None):
        yield f"The steps cost {known}, the plan {laid.plan.cost}."
    for name in laid.plan.unpriced:
        if name not in laid.placed or laid.steps[name].cost is not None:
            yield f"{name} is unpriced and has a price, or is not planned."
    for planned in laid.plan.steps:  # self-study, jobs and job searches cost nothing
        is_free = planned.kind != "degree" or planned.cost is not None
        if not is_free and planned.id not in laid.plan.unpriced:
            yield f"Nobody says that the cost of {planned.id} is not known."


def same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= CENTS


def _credits(laid: Laid) -> Iterator[str]:
    """Every requirement of the target that is met already is credited."""
    credited = {one.requirement for one in laid.plan.credited}
    for requirement in laid.reading.in_force(TARGET):
        if laid.reading.is_met(requirement) and requirement.text not in credited:
            yield f"{requirement.text!r} is met already, and not credited."
