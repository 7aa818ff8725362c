"""The timeline of a plan, as the text of SVG attributes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from planner.engine.plans import Forecast, Plan, Step
from planner.engine.weeks import (
    AUTUMN_STARTS,
    AUTUMN_WEEKS,
    SPRING_STARTS,
    SPRING_WEEKS,
    monday_from,
)
from planner.pages.steps import LANE_TITLES, LaneName, StepPage, anchor_of
from planner.pages.words import count, day_words

# Lengths are in units of the viewBox; one unit is about a pixel on a wide screen.
# What goes into attributes is text already: a number would be written the way of
# the reader's language there, and 12,5 is no length.

WIDTH = 880.0
LEFT = 104.0  # where time begins; the names of the lanes stand before it
RIGHT = WIDTH - 14.0
YEARS = 36.0  # the baseline of their names; the arrival's name is above
TERM_NAMES = 14.0  # the line for them, if they are written
FOOT = 22.0  # today
ROW = 38.0
LANE_PADDING = 9.0
YEAR_ROOM = 36.0  # what the name of a year takes
TERM_ROOM = 72.0
SWATCH = 4.0  # the shortest bar that can be seen
INSET = 6.0  # of a label that ends with its bar, clear of the arrival's line
GAP = 14.0  # between two neighbours in a row
LETTER = 7.4  # wide enough for the widest of the system fonts, at 13 units
LONGEST_LABEL = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle, as the text of its attributes."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line, as the text of its attributes."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A piece of text at a place; `anchor` is SVG's text-anchor."""

    text: str
    x: str
    y: str
    anchor: Literal["start", "middle", "end"] = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One step in the drawing: a box for each stretch, joined over the breaks."""

    step: str  # the anchor of the same step in the list
    lane: LaneName
    row: int
    left: float
    right: float  # with the label, for whoever checks that nothing overlaps
    is_critical: bool
    is_done: bool
    tooltip: str
    label: Label
    boxes: tuple[Box, ...]
    joins: tuple[Line, ...]
    tail: Box | None  # how much later it may end


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A band of the drawing, with its bars."""

    name: LaneName
    title: Label
    rule: Line
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term on the axis; its name is written where there is room."""

    box: Box
    label: Label | None
    tooltip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A line through all lanes, with a word at its end: today, the arrival."""

    line: Line
    label: Label
    point: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The timeline, ready to be written as SVG."""

    view_box: str
    width: str
    height: str
    alternative: str
    lanes: tuple[Lane, ...]
    years: tuple[Label, ...]
    year_lines: tuple[Line, ...]
    terms: tuple[Term, ...]
    today: Mark | None
    arrival: Mark
    probable: Box | None  # when the arrival probably is
    has_tails: bool
    has_critical: bool
    has_spare: bool
    has_done: bool
    has_breaks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """Turns days into places."""

    first: date
    last: date

    @property
    def a_day(self) -> float:
        return (RIGHT - LEFT) / max(1, (self.last - self.first).days)

    def __call__(self, day: date) -> float:
        return LEFT + (day - self.first).days * self.a_day


def draw(
    plan: Plan,
    today: date,
    pages: Sequence[StepPage],
    forecast: Forecast | None = None,
    *,
    within: tuple[date, date] | None = None,
    done: Collection[str] = (),
) -> Drawing | None:
    """Draw the plan, or return None if it has nothing to draw.

    Bars end softly, where it is known how much later they may end. `within` says
    from which day to which it is drawn, so that two plans can have one axis; `done`
    are the ids of the steps that are finished.
    """
    if plan.arrival is None or not plan.steps:
        return None
    late = {} if forecast is None else _late(plan, forecast)
    first, last = within or extent(plan, today, forecast)
    # A little air, so that marks at the ends are not cut.
    air = timedelta(days=max(3, (last - first).days // 80))
    scale = _Scale(first=first - air, last=last + air)

    steps = {anchor_of(step.id): step for step in plan.steps}
    head = YEARS + (TERM_NAMES if _has_term_names(scale) else 0) + 18
    top = head
    lanes = []
    for name in LANE_TITLES:
        members = [page for page in pages if page.lane == name]
        if members:
            lane, top = _draw_lane(name, members, steps, late, scale, top, done)
            lanes.append(lane)
    height = top + FOOT
    bars = [bar for lane in lanes for bar in lane.bars]
    return Drawing(
        view_box=f"0 0 {_u(WIDTH)} {_u(height)}",
        width=_u(WIDTH),
        height=_u(height),
        alternative=(
            f"Timeline of {count(len(bars), 'step')}, from {day_words(plan.start)} to "
            f"the arrival in {plan.arrival:%B %Y}. "
            "The list of steps below says the same."
        ),
        lanes=tuple(lanes),
        years=_years(scale, plan.arrival),
        year_lines=tuple(
            _upright(scale(date(year, 1, 1)), 22, top)
            for year in range(scale.first.year + 1, scale.last.year + 1)
            # Two lines that touch read as one thick one.
            if abs(scale(date(year, 1, 1)) - scale(plan.arrival)) > 3
        ),
        terms=tuple(_terms(scale, head)),
        today=_today(today, scale, head, top),
        arrival=_arrival(plan.arrival, scale, top),
        probable=None if forecast is None else _probable(forecast, scale, top),
        has_tails=any(bar.tail for bar in bars),
        has_critical=any(bar.is_critical for bar in bars),
        has_spare=any(not bar.is_critical for bar in bars),
        has_done=any(bar.is_done for bar in bars),
        has_breaks=any(bar.joins for bar in bars),
    )


def extent(
    plan: Plan, today: date, forecast: Forecast | None = None
) -> tuple[date, date]:
    """Return from which day to which a plan takes place, today if it is near."""
    first = min(plan.start, *(step.start for step in plan.steps))
    if 0 < (first - today).days <= 120:
        first = today  # near enough to be shown without an empty stretch
    last = max([step.finish for step in plan.steps])
    if plan.arrival is not None:
        last = max(last, plan.arrival)
    if forecast is not None:
        last = max(last, forecast.arrival.late, *_late(plan, forecast).values())
    return first, last


def _draw_lane(
    name: LaneName,
    members: Iterable[StepPage],
    steps: Mapping[str, Step],
    late: Mapping[str, date],
    scale: _Scale,
    top: float,
    done: Collection[str],
) -> tuple[Lane, float]:
    """Pack the bars of a lane into rows; return it with where it ends."""
    rows: list[float] = []  # how far each row is taken
    bars = []
    for page in members:
        step = steps[page.anchor]
        ends = late.get(page.anchor, step.finish)
        left, right = _extent(step, ends, scale)
        for row, taken in enumerate(rows):
            if left >= taken + GAP:
                rows[row] = right
                break
        else:
            row = len(rows)
            rows.append(right)
        bars.append(
            _bar(
                page,
                step,
                ends,
                name,
                row,
                top + LANE_PADDING,
                scale,
                is_done=step.id in done,
            )
        )
    height = 2 * LANE_PADDING + ROW * len(rows)
    lane = Lane(
        name=name,
        title=Label(text=LANE_TITLES[name], x=_u(0), y=_u(top + LANE_PADDING + 13)),
        rule=Line(x1=_u(0), y1=_u(top), x2=_u(WIDTH), y2=_u(top)),
        bars=tuple(bars),
    )
    return lane, top + height


def _late(plan: Plan, forecast: Forecast) -> dict[str, date]:
    """Return by the step's anchor the day by which nine of ten are done."""
    return {
        anchor_of(step.id): max(step.finish, forecast.steps[step.id].finish.late)
        for step in plan.steps
    }


def _extent(step: Step, ends: date, scale: _Scale) -> tuple[float, float]:
    """Return from where to where a step takes place in its row, label included."""
    left = scale(step.start)
    right = max(scale(ends), left + SWATCH)
    width = _width(_short(step.title))
    if left + width <= RIGHT:
        return left, max(right, left + width)
    return min(left, max(LEFT, right - INSET - width)), right


def _bar(
    page: StepPage,
    step: Step,
    ends: date,
    lane: LaneName,
    row: int,
    top: float,
    scale: _Scale,
    *,
    is_done: bool,
) -> Bar:
    left, right = _extent(step, ends, scale)
    start = scale(step.start)
    text = _short(step.title)
    if is_done:
        text = f"✓ {text}"
    # A label that would leave the drawing on the right ends where its bar ends.
    fits = start + _width(text) <= RIGHT
    y = top + row * ROW
    height = 11.0 if step.critical else 7.0
    middle = y + 25
    spans = [
        (scale(span.start), max(scale(span.finish), scale(span.start) + SWATCH))
        for span in step.spans
    ]
    return Bar(
        step=page.anchor,
        lane=lane,
        row=row,
        left=left,
        right=right,
        is_critical=step.critical,
        is_done=is_done,
        tooltip=f"{page.title}: {page.dates}. {page.why_now} {page.slack}",
        label=Label(
            text=text,
            x=_u(start if fits else right - INSET),
            y=_u(y + 13),
            anchor="start" if fits else "end",
        ),
        boxes=tuple(
            Box(x=_u(a), y=_u(middle - height / 2), width=_u(b - a), height=_u(height))
            for a, b in spans
        ),
        joins=tuple(
            Line(x1=_u(one[1]), y1=_u(middle), x2=_u(two[0]), y2=_u(middle))
            for one, two in pairwise(spans)
        ),
        tail=Box(
            x=_u(scale(step.finish)),
            y=_u(middle - 2.5),
            width=_u(scale(ends) - scale(step.finish)),
            height="5",
        )
        if ends > step.finish
        else None,
    )


def _years(scale: _Scale, arrival: date) -> tuple[Label, ...]:
    """Name each year where it begins, as far as the name fits before the next line."""
    labels = []
    taken, mark = RIGHT, scale(arrival)
    for year in range(scale.last.year, scale.first.year - 1, -1):
        x = max(scale(date(year, 1, 1)), LEFT)
        if (min(taken, mark) if x <= mark else taken) - x >= YEAR_ROOM:
            labels.append(Label(text=str(year), x=_u(x + 4), y=_u(YEARS)))
        taken = x
    return tuple(reversed(labels))


def _has_term_names(scale: _Scale) -> bool:
    return 7 * min(AUTUMN_WEEKS, SPRING_WEEKS) * scale.a_day >= TERM_ROOM


def _terms(scale: _Scale, head: float) -> Iterable[Term]:
    """Yield the autumn and spring terms that lie within the drawing."""
    for year in range(scale.first.year - 1, scale.last.year + 1):
        for name, (month, day), weeks in (
            ("spring", SPRING_STARTS, SPRING_WEEKS),
            ("autumn", AUTUMN_STARTS, AUTUMN_WEEKS),
        ):
            begins = monday_from(date(year, month, day))
            ends = begins + timedelta(weeks=weeks)
            if ends <= scale.first or begins >= scale.last:
                continue
            left, right = scale(max(begins, scale.first)), scale(min(ends, scale.last))
            label = Label(text=f"{name} term", x=_u(left), y=_u(head - 12))
            # The first and the last term may be cut, and too short for their names.
            has_room = _has_term_names(scale) and right - left >= TERM_ROOM
            yield Term(
                box=Box(x=_u(left), y=_u(head - 8), width=_u(right - left), height="3"),
                label=label if has_room else None,
                tooltip=f"{name.capitalize()} term from {day_words(begins)}",
            )


def _today(today: date, scale: _Scale, top: float, bottom: float) -> Mark | None:
    if not scale.first <= today <= scale.last:
        return None
    x = scale(today)
    return Mark(
        line=_upright(x, top, bottom + 6),
        label=_beside(f"Today, {day_words(today)}", x, bottom + 18),
    )


def _arrival(arrival: date, scale: _Scale, bottom: float) -> Mark:
    x = scale(arrival)
    return Mark(
        line=_upright(x, 16, bottom),
        label=Label(
            text=f"As planned: {arrival:%B %Y}", x=_u(x - 10), y="14", anchor="end"
        ),
        point=Box(x=_u(x - 5), y="5", width="10", height="10"),
    )


def _probable(forecast: Forecast, scale: _Scale, bottom: float) -> Box:
    left, right = scale(forecast.arrival.early), scale(forecast.arrival.late)
    return Box(x=_u(left), y="16", width=_u(right - left), height=_u(bottom - 16))


def _beside(text: str, x: float, y: float) -> Label:
    fits = x + _width(text) <= RIGHT
    return Label(text=text, x=_u(x), y=_u(y), anchor="start" if fits else "end")


def _upright(x: float, top: float, bottom: float) -> Line:
    return Line(x1=_u(x), y1=_u(top), x2=_u(x), y2=_u(bottom))


def _short(title: str) -> str:
    """Cut a title that is too long for a label; the tooltip has the whole."""
    if len(title) <= LONGEST_LABEL:
        return title
    return title[: LONGEST_LABEL - 1].rstrip() + "…"


def _width(text: str) -> float:
    """Return how wide a text may get; letters of East Asian scripts are square."""
    return sum(13.0 if ord(letter) >= 0x2E80 else LETTER for letter in text)


def _u(length: float) -> str:
    return f"{length:.1f}".removesuffix(".0")
