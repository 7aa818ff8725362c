"""The steps of a plan, as the list shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from planner.engine.background import Pin
from planner.engine.facts import Catalogue, Estimate, Mode, Role, Thing
from planner.engine.plans import Forecast, Plan, Step
from planner.pages.words import day_words, hours, money, number, quantity, span

LaneName = Literal["study", "work", "skills", "hired"]

LANE_TITLES: dict[LaneName, str] = {
    "study": "Study",
    "work": "Work",
    "skills": "Skills",
    "hired": "Getting hired",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLink:
    """Where a figure comes from, as a reader is told it."""

    title: str
    url: str = ""
    as_of: str = ""
    mark: str = ""  # its number among the sources of a page that lists them


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day, for machines and for people."""

    iso: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something that a step waits for; the anchor is empty if it is not a step."""

    title: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPage:
    """One step of the list, with everything that opens under it."""

    anchor: str
    key: str  # what the form calls it: skill-python
    pinned: str  # the date that the student set, and the field it stands in
    pinned_in: str
    can_be_set: bool  # what runs already has its dates
    lane: LaneName
    lane_title: str
    year: str  # only on the first step of a year: the mark on the rail
    title: str
    summary: str
    mode: str
    strength: str  # empty if it is required, as most steps are
    start: Moment
    last_day: Moment
    dates: str
    length: str
    finish_range: str  # empty where nothing is unsure, or nothing known of it
    why_now: str
    needs: tuple[Need, ...]
    teaches: tuple[str, ...]
    takes: str
    takes_source: SourceLink | None  # says how long it takes, not what it costs
    load: str
    is_critical: bool
    slack: str
    cost: str
    cost_source: SourceLink | None
    sources: tuple[SourceLink, ...]


def step_pages(
    plan: Plan,
    catalogue: Catalogue,
    sources: Mapping[str, SourceLink],
    forecast: Forecast | None = None,
) -> tuple[StepPage, ...]:
    titles = {step.id: step.title for step in plan.steps}
    pins = {pin.id: pin for pin in plan.background.pins}
    pages = []
    year = 0
    for step in sorted(plan.steps, key=by_date):
        thing = _thing(step, plan, catalogue)
        lane = lane_of(step, plan, catalogue)
        last_day = step.finish - timedelta(days=1)
        slugs = thing.sources if thing else ()
        pages.append(
            StepPage(
                anchor=anchor_of(step.id),
                key=key_of(step.id),
                pinned=_pinned(pins.get(step.id)),
                pinned_in=_pinned_in(pins.get(step.id)),
                can_be_set=step.because.kind != "in-progress",
                lane=lane,
                lane_title=LANE_TITLES[lane],
                year=str(step.start.year) if step.start.year != year else "",
                title=step.title,
                summary=thing.summary if thing else "",
                mode=step.mode,
                strength="" if step.strength == "required" else step.strength,
                start=Moment(iso=step.start.isoformat(), words=day_words(step.start)),
                last_day=Moment(iso=last_day.isoformat(), words=day_words(last_day)),
                dates=_dates(step),
                length=span((step.finish - step.start).days),
                finish_range=_finish_range(step, forecast),
                why_now=step.because.text,
                needs=tuple(_need(n, titles, catalogue) for n in step.needs),
                teaches=_teaches(thing, catalogue),
                takes=_takes(step, thing, plan, catalogue),
                takes_source=_source(step.source, sources) if step.source else None,
                load=_load(step),
                is_critical=step.critical,
                slack=_slack(step),
                cost=_cost(step, catalogue),
                cost_source=_cost_source(step, thing, plan, sources),
                sources=tuple(
                    _source(slug, sources)
                    for slug in dict.fromkeys([*slugs, step.source])
                    if slug
                ),
            )
        )
        year = step.start.year
    return tuple(pages)


def by_date(step: Step) -> tuple[date, date, str]:
    return step.start, step.finish, step.id


def _thing(step: Step, plan: Plan, catalogue: Catalogue) -> Thing | None:
    """Return the fact behind a step, or None if it has none.

    A job search is a step of its own for each role, so its id need not be that
    of the milestone. A degree in progress may be none of the catalogue's.
    """
    if step.id in catalogue:
        return catalogue[step.id]
    role = _searched_role(step, plan, catalogue)
    if role is None or role.search is None:
        return None
    return catalogue[f"milestone:{role.search}"]


def _searched_role(step: Step, plan: Plan, catalogue: Catalogue) -> Role | None:
    """Return the role that a step gets one hired for, if it is a job search."""
    target = catalogue.roles[plan.background.career]
    if step.id in {"milestone:job-search", f"milestone:{target.search}"}:
        return target
    for role in catalogue.roles.values():
        if role.search and step.id == f"milestone:{role.search}-{role.slug}":
            return role
    return None


def lane_of(step: Step, plan: Plan, catalogue: Catalogue) -> LaneName:
    if step.kind == "degree":
        return "study"
    if step.kind == "role":
        return "work"
    if step.kind == "skill":
        return "skills"
    if _searched_role(step, plan, catalogue) is not None:
        return "hired"
    milestone = catalogue.milestones.get(step.id.partition(":")[2])
    if milestone is not None and milestone.is_work:
        return "work"
    # What fills the days without being a job is school: a bootcamp, say.
    return "study" if step.is_main else "skills"


def _mode(step: Step, thing: Thing | None) -> Mode | None:
    if thing is None:
        return None
    return next((mode for mode in thing.modes if mode.name == step.mode), None)


def is_academic(step: Step, plan: Plan, catalogue: Catalogue) -> bool:
    mode = _mode(step, _thing(step, plan, catalogue))
    return step.kind == "degree" if mode is None else mode.is_academic


def _need(need: str, titles: Mapping[str, str], catalogue: Catalogue) -> Need:
    if need in titles:
        return Need(title=titles[need], anchor=anchor_of(need))
    title = catalogue[need].title if need in catalogue else need.partition(":")[2]
    return Need(title=title, anchor="")


def _teaches(thing: Thing | None, catalogue: Catalogue) -> tuple[str, ...]:
    """Name the skills that a thing teaches; the partly taught ones say so."""
    if thing is None:
        return ()
    return tuple(
        catalogue.skills[teaching.skill].title
        + ("" if teaching.is_full else " (partly)")
        for teaching in thing.teaches
    )


def _takes(step: Step, thing: Thing | None, plan: Plan, catalogue: Catalogue) -> str:
    """Say how long a step takes in general: low, likely, high."""
    mode = _mode(step, thing)
    estimate = mode.takes if mode else None
    if step.kind == "role":
        estimate = _months_asked(step.id, plan, catalogue)
    if estimate is None:
        return ""
    unit = estimate.unit
    if estimate.low == estimate.high:
        return quantity(estimate.likely, unit)
    return (
        f"{number(estimate.low)} to {quantity(estimate.high, unit)}, "
        f"likely {number(estimate.likely)}"
    )


def _months_asked(role_id: str, plan: Plan, catalogue: Catalogue) -> Estimate | None:
    """Return the longest estimate for which this plan's steps ask for a role."""
    asking: list[Thing] = [catalogue.roles[plan.background.career]]
    asking += [catalogue[step.id] for step in plan.steps if step.id in catalogue]
    asked = [
        alternative.months
        for thing in asking
        for requirement in thing.requires
        for alternative in requirement.alternatives
        if alternative.thing == role_id and alternative.months is not None
    ]
    return max(asked, key=lambda months: months.likely, default=None)


def _load(step: Step) -> str:
    if step.is_main:
        return f"{hours(step.load_hours_per_week)} a week, as your main occupation"
    return f"{hours(step.load_hours_per_week)} a week of your free time"


def _slack(step: Step) -> str:
    if step.critical or step.slack_days <= 0:
        return "Any delay moves the arrival."
    return f"Can slip {span(step.slack_days)} before the arrival moves."


def _cost(step: Step, catalogue: Catalogue) -> str:
    if step.cost is None:
        return "No sourced figure"
    return money(step.cost, catalogue) if step.cost else "Free"


def _cost_source(
    step: Step, thing: Thing | None, plan: Plan, sources: Mapping[str, SourceLink]
) -> SourceLink | None:
    """Return where the cost of a step comes from, which may be the student."""
    if step.cost is None:
        return None
    if step.kind == "degree" and plan.background.tuition_per_year is not None:
        return SourceLink(title="Your own figure for a year of study")
    mode = _mode(step, thing)
    if mode is None or mode.cost is None:
        return None
    return _source(mode.cost.source, sources)


def _finish_range(step: Step, forecast: Forecast | None) -> str:
    """Say between which days eight of ten samples finish a step."""
    if forecast is None:
        return ""
    found = forecast.steps[step.id].finish
    if found.early == found.late:
        return ""
    return f"between {day_words(found.early)} and {day_words(found.late)}"


def _source(slug: str, sources: Mapping[str, SourceLink]) -> SourceLink:
    return sources.get(slug, SourceLink(title=slug.replace("-", " ")))


def anchor_of(step_id: str) -> str:
    return "step-" + key_of(step_id)


def key_of(step_id: str) -> str:
    return step_id.replace(":", "-")


def _pinned(pin: Pin | None) -> str:
    if pin is None:
        return ""
    if pin.not_before is not None:
        return f"Not before {day_words(pin.not_before)}, as you set it."
    assert pin.exactly is not None  # noqa: S101 - a pin is one of the two
    return f"In the week of {day_words(pin.exactly)}, as you set it."


def _pinned_in(pin: Pin | None) -> str:
    if pin is None:
        return ""
    return f"{'ex' if pin.not_before is None else 'nb'}-{key_of(pin.id)}"


def _dates(step: Step) -> str:
    return f"{day_words(step.start)} to {day_words(step.finish - timedelta(days=1))}"
