"""How an earlier plan stands, and what the student pins: facts for a new plan.

What is finished or has begun is fixed where it really was; the rest can begin
from the day on which one looks. A pin says not before when, or exactly when.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from operator import itemgetter

from planner.engine.background import Background, Pin, Progress, Tracked
from planner.engine.facts import Catalogue, Thing
from planner.engine.network import (
    EFFORT,
    HOURS,
    MAIN,
    TENTHS,
    Activity,
    Layout,
    Need,
    Network,
    Option,
    Planned,
    Running,
    Spread,
    Way,
    cost_of,
    finish_of_terms,
    spread_of,
    study_layout,
)
from planner.engine.plans import Busy, LeftOut, Moved, Plan, Step
from planner.engine.scheduling import NEVER, Route
from planner.engine.weeks import TERMS_A_YEAR, Calendar

# Pins


def pinned(network: Network, pins: Iterable[Pin], calendar: Calendar) -> Network:
    """Return the network with each pin on its activity, if it can still move."""
    activities = dict(network.activities)
    for pin in pins:
        activity = activities.get(pin.id)
        if activity is None or activity.fixed is not None or pin.id == network.goal:
            continue
        if pin.exactly is not None:
            week = calendar.week(pin.exactly)
            activities[pin.id] = replace(activity, not_before=week, exactly=True)
        elif pin.not_before is not None:
            week = max(activity.not_before, calendar.week(pin.not_before))
            activities[pin.id] = replace(activity, not_before=week)
    return replace(network, activities=activities)


def keeps_pins(network: Network, starts: Mapping[str, int]) -> bool:
    """Say whether these starts keep to every pin of what is planned."""
    for name, start in starts.items():
        activity = network.activities[name]
        is_late = activity.exactly and start > activity.not_before
        if activity.fixed is None and (start < activity.not_before or is_late):
            return False
    return True


# Progress


def with_progress(
    network: Network,
    catalogue: Catalogue,
    background: Background,
    progress: Progress,
    calendar: Calendar,
) -> Network:
    """Return the network as it stands: the past fixed, the rest not before today."""
    return _Standing(network, catalogue, background, progress, calendar).network()


class _Standing:
    def __init__(
        self,
        network: Network,
        catalogue: Catalogue,
        background: Background,
        progress: Progress,
        calendar: Calendar,
    ) -> None:
        self.before = network
        self.background = background
        self.catalogue = catalogue
        self.calendar = calendar
        self.tracked = {step.id: step for step in progress.steps}
        self.now = max(0, calendar.week(progress.as_of))
        # What runs can be finished from the first Monday after today on.
        self.soonest_finish = max(1, calendar.week(progress.as_of + timedelta(days=1)))

    def network(self) -> Network:
        activities: dict[str, Activity] = {}
        planned: dict[str, Planned] = {}
        for name, activity in self.before.activities.items():
            step = self.tracked.get(name)
            if name == self.before.goal:
                activities[name] = activity
            elif activity.fixed is not None:
                activities[name] = self._in_progress(activity, activity.fixed, step)
            elif step is not None and has_begun(step):
                activities[name] = self._begun(activity, step)
            else:
                activities[name] = replace(activity, not_before=self.now)
                if step is not None:
                    planned[name] = self._planned(activity, step)
        for step in self.tracked.values():
            found = self._thing(step.id)
            if has_begun(step) and step.id not in activities and found is not None:
                thing, title = found
                activity = Activity(step.id, thing.kind, title, ways=())
                activities[step.id] = self._begun(activity, step)
        return replace(
            self.before, activities=activities, now=self.now, planned=planned
        )

    def _thing(self, name: str) -> tuple[Thing, str] | None:
        """Return what a step is about and its title, also of a role's job search."""
        if name in self.catalogue:
            thing = self.catalogue[name]
            return thing, thing.title
        for role in self.catalogue.roles.values():
            if (
                role.search is not None
                and name == f"milestone:{role.search}-{role.slug}"
            ):
                search = self.catalogue.milestones[role.search]
                return search, f"{search.title}: {role.title.lower()}"
        return None

    def _planned(self, activity: Activity, step: Tracked) -> Planned:
        planned = self._as_tracked(step)
        if any(planned.is_kept(way, planned.start) for way in activity.ways):
            return planned
        # The catalogue, or the student's hours, say otherwise by now.
        return replace(planned, finish=None, load=None)

    def _as_tracked(self, step: Tracked) -> Planned:
        week = self.calendar.week
        return Planned(
            step.mode, week(step.start), week(step.finish), step.load_hours_per_week
        )

    def _in_progress(
        self, activity: Activity, layout: Layout, step: Tracked | None
    ) -> Activity:
        """Return a degree of the background; its tracked step can say when it ends."""
        finish = layout.finish
        if step is not None and step.finished is not None:
            finish = max(1, self.calendar.week(step.finished))
        elif step is not None:
            if step.expected is not None:
                finish = self.calendar.week(step.expected)
            finish = max(finish, self.soonest_finish)
        if finish == layout.finish:
            return activity
        changed = study_layout(self.calendar, 0, finish, layout.total)
        return replace(
            activity,
            ways=(replace(activity.ways[0], layouts={0: changed}),),
            fixed=changed,
        )

    def _begun(self, activity: Activity, step: Tracked) -> Activity:
        """Return what has begun as a fact: where it is, with no needs any more."""
        planned = self._as_tracked(step)
        way = self._way(activity, planned)
        layout = self._layout(way, step, planned)
        longest = max(planned.finish or 0, planned.start + 1) - planned.start
        fact = replace(
            way,
            weeks=max(longest, layout.finish - layout.start),
            starts=(layout.start,),
            layouts={layout.start: layout},
            needs=(),
            spread=None,
        )
        return replace(
            activity,
            ways=(fact,),
            needs=(),
            follows=None,
            fixed=layout,
            running=self._running(way, step, planned, layout.start),
        )

    def _running(
        self, way: Way, step: Tracked, planned: Planned, start: int
    ) -> Running | None:
        """Return how long something may take of which nobody knows when it ends.

        Its estimates are stretched where it was not planned to take the likely time.
        """
        if step.finished is not None or step.expected is not None:
            return None
        if way.spread is None:
            return None
        is_academic = way.layouts is not None
        length = (
            self._terms_planned(planned)
            if is_academic
            else max(1, (planned.finish or 0) - planned.start)
        )
        stretch = 1.0
        if not planned.is_kept(way, planned.start):
            in_points = length / TERMS_A_YEAR if is_academic else length
            stretch = in_points / way.spread.likely
        return Running(
            spread=Spread(
                way.spread.low * stretch,
                way.spread.likely * stretch,
                way.spread.high * stretch,
            ),
            start=start,
            planned_start=planned.start,
            length=length,
            soonest=self.soonest_finish,
            is_academic=is_academic,
        )

    def _way(self, activity: Activity, planned: Planned) -> Way:
        """Return the way that was planned, else one of that name."""
        by_name = [way for way in activity.ways if way.name == planned.mode]
        for way in by_name:
            if planned.is_kept(way, planned.start):
                return way
        goes_on = self._going_on(activity.id, planned)
        if goes_on is None:
            return by_name[0] if by_name else Way(planned.mode, 0)
        if by_name:
            return replace(by_name[0], uses=goes_on.uses, load=goes_on.load)
        return goes_on

    def _going_on(self, name: str, planned: Planned) -> Way | None:
        """Return a mode as a way, though these answers may not allow it to begin.

        What goes at one's own pace goes on at the pace that was planned.
        """
        found = self._thing(name)
        if found is None:
            return None
        thing, _ = found
        for mode in thing.modes:
            load = mode.hours_per_week
            is_effort = load is None
            load = planned.load if is_effort else load
            if mode.name != planned.mode or load is None:
                continue
            uses: tuple[tuple[str, int], ...] = ((HOURS, round(load * TENTHS)),)
            if is_effort:
                uses = (*uses, (EFFORT, 1))
            cost = cost_of(thing, mode, self.background)
            return Way(
                mode.name,
                0,
                ((MAIN, 1),) if mode.is_main else uses,
                layouts={} if mode.is_academic else None,
                cost=round(cost or 0),
                has_cost=cost is not None,
                load=load,
                source=mode.source,
                spread=spread_of(mode),
            )
        return None

    def _layout(self, way: Way, step: Tracked, planned: Planned) -> Layout:
        """Return from when to when a step that has begun really lasts."""
        start = max(0, self._week_of(step.started or min(step.start, _end(step))))
        if step.finished is not None:
            finish = max(start + 1, self.calendar.week(step.finished))
        else:
            finish = self._likely_finish(way, start, planned)
            if step.expected is not None:
                finish = self.calendar.week(step.expected)
            finish = max(finish, self.soonest_finish, start + 1)
        if way.layouts is None:
            return Layout(start, finish, ((start, finish),))
        before = study_layout(self.calendar, planned.start, planned.finish or finish)
        return study_layout(self.calendar, start, finish, before.total)

    def _likely_finish(self, way: Way, start: int, planned: Planned) -> int:
        """Return when something ends that takes as long as it was planned to take."""
        finish = planned.finish or planned.start + 1
        if way.layouts is None:
            return start + finish - planned.start
        return finish_of_terms(self.calendar, start, self._terms_planned(planned))

    def _terms_planned(self, planned: Planned) -> int:
        finish = planned.finish or planned.start + 1
        terms = self.calendar.terms(max(0, finish))
        return max(1, sum(planned.start <= term.start < finish for term in terms))

    def _week_of(self, day: date) -> int:
        """Return the week in which a day lies."""
        return (day - self.calendar.first).days // 7


def as_planned(plan: Plan) -> Progress:
    """Return a plan as what was planned, to plan something else as near to it.

    What had begun in its background has begun there too.
    """
    before = plan.background.progress
    begun = () if before is None else tuple(s for s in before.steps if has_begun(s))
    known = {step.id for step in begun}
    planned = tuple(
        Tracked(
            id=step.id,
            mode=step.mode,
            start=step.start,
            finish=step.finish,
            load_hours_per_week=step.load_hours_per_week,
        )
        for step in plan.steps
        if step.id not in known
    )
    as_of = plan.start if before is None else before.as_of
    return Progress(as_of=as_of, steps=begun + planned)


def has_begun(step: Tracked) -> bool:
    return step.started is not None or step.finished is not None


def _end(step: Tracked) -> date:
    """Return a day before a step was finished, to begin on if it must."""
    return step.finish if step.finished is None else step.finished - timedelta(days=7)


def met_before(
    network: Network, stands: Network, route: Route
) -> dict[str, tuple[tuple[Need, Option], ...]]:
    """Return what met the needs of that which has begun, as far as it had to wait.

    `network` is without the progress, where begun steps still have needs.
    """
    found = {}
    facts = {name: a.fixed for name, a in stands.activities.items() if a.fixed}
    for name, layout in facts.items():
        if name not in network.activities:
            continue
        pairs = []
        for need in network.activities[name].needs:
            ready = [
                (route.ways[option.activity].reach(fact.start, option), option)
                for option in need.options
                if (fact := facts.get(option.activity)) is not None
            ]
            week, option = min(ready, key=itemgetter(0), default=(NEVER, None))
            if option is not None and week <= layout.start:
                pairs.append((need, option))
        found[name] = tuple(pairs)
    return found


def holding_still(network: Network, route: Route, starts: Mapping[str, int]) -> Network:
    """Return the network with what is where it was planned before held there."""
    activities = dict(network.activities)
    for name, planned in (network.planned or {}).items():
        if name in starts and planned.is_kept(route.ways[name], starts[name]):
            activity = activities[name]
            if not activity.exactly:
                activities[name] = replace(
                    activity, not_before=planned.start, free_from=activity.not_before
                )
    return replace(network, activities=activities)


# What moved


def changes(
    progress: Progress,
    catalogue: Catalogue,
    network: Network,
    route: Route,
    steps: Iterable[Step],
    left_out: Iterable[LeftOut],
) -> Iterator[Moved]:
    """Yield each step that is not as it was planned, by when it is, or was."""
    found = list(_changes(progress, catalogue, network, route, steps, left_out))

    def day(one: Moved) -> date:
        busy = one.after or one.before
        return date.max if busy is None else busy.start

    yield from sorted(found, key=lambda one: (day(one), one.id))


def _changes(
    progress: Progress,
    catalogue: Catalogue,
    network: Network,
    route: Route,
    steps: Iterable[Step],
    left_out: Iterable[LeftOut],
) -> Iterator[Moved]:
    tracked = {step.id: step for step in progress.steps}
    here = {step.id: step for step in steps}
    for step in here.values():
        old = tracked.get(step.id)
        after = Busy(start=step.start, finish=step.finish)
        if old is not None:
            before = Busy(start=old.start, finish=old.finish)
            if (before, old.mode) == (after, step.mode):
                continue
            why = _why_moved(network, old, step)
            yield Moved(
                id=step.id, title=step.title, before=before, after=after, why=why
            )
        elif network.activities[step.id].fixed is None:
            why = _why_added(network, route, step.id)
            yield Moved(id=step.id, title=step.title, before=None, after=after, why=why)
    missed = {one.id: one.why for one in left_out}
    for old in tracked.values():
        if old.id not in here and old.id != network.goal:
            yield Moved(
                id=old.id,
                title=_title(old.id, catalogue, network),
                before=Busy(start=old.start, finish=old.finish),
                after=None,
                why=missed.get(old.id, "Nothing in this plan needs it."),
            )


def _why_moved(network: Network, old: Tracked, step: Step) -> str:
    if old.finished is not None:
        return "It is finished."
    if network.activities[step.id].fixed is not None:
        return f"It is under way, and ends on {_words(step.finish)}."
    if (old.start, old.mode) == (step.start, step.mode):
        return "It takes another time than it was planned to take."
    if old.mode != step.mode and old.start == step.start:
        return "It is done in another way, with which you arrive as early as you can."
    if step.because.kind == "start":
        return "It has not begun, and now is the earliest that it can."
    return step.because.text


def _why_added(network: Network, route: Route, name: str) -> str:
    for owner, pairs in route.met.items():
        for need, option in pairs:
            if option.activity == name and not option.is_by_product:
                title = network.activities[owner].title
                asks = "needs" if need.is_required else "recommends"
                return f"“{title}” {asks} it."
    return "This plan needs it."


def _title(name: str, catalogue: Catalogue, network: Network) -> str:
    if name in network.activities:
        return network.activities[name].title
    return catalogue.title_of(name)


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
