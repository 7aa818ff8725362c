"""Is the master's worth it: two plans side by side, in time and in money.

Nothing is assumed that no source says. Where nobody knows what a master's adds to
the pay, the same pay is counted on both sides, and the answer says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from planner.engine.alternatives import changed
from planner.engine.facts import Catalogue
from planner.engine.forecasting import PERCENTILES, SAMPLES, Played, play
from planner.engine.planning import Worked, work_out
from planner.engine.plans import Plan, Step
from planner.engine.scheduling import Route
from planner.engine.tracking import as_planned

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]

YEARS_AT_WORK = 20  # after the later arrival: how far the comparison goes
SWING = 0.2  # by how much each input is varied, both ways
PREMIUM_TRIED = 0.1  # of the pay, where no premium is known
DAYS_A_YEAR = 365.25
DAYS_A_MONTH = DAYS_A_YEAR / 12
CENT = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class PayFigure:
    """What a job pays, in US dollars a year, and where that is said.

    `code` is the occupation that was counted. The source is the slug of one, and
    empty for the student's own figure.
    """

    amount: float
    source: str
    as_of: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure that was counted: pay in US dollars a year, or a cost as a whole."""

    id: str  # of the role, or of the step that costs
    title: str
    amount: float
    is_yearly: bool
    source: str  # slug; empty for the student's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two plans. The series are in whole dollars, summed up since the start.

    `pay` is what was earned by the end of each year; `balance` is that less what
    was paid for study. Both are empty where a pay is not known.
    """

    arrival: date
    cost: float | None  # of what has a known cost
    unpriced: tuple[str, ...]  # ids of the degrees whose cost is not known
    figures: tuple[Figure, ...]
    pay: tuple[int, ...] = ()
    balance: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """The first year from whose end on one is never behind again with the master's.

    `year` is by the plans' own dates; the others are percentiles of all samples.
    None stands for: not within the time that is looked at. `chance` is the share of
    samples that break even in that time.
    """

    year: int | None
    early: int | None
    median: int | None
    late: int | None
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """What becomes of the answer if one input is lower or higher.

    `low` and `high` are in US dollars, a year or as a whole, or in months. `ahead`
    is by how many dollars one is ahead at the end, with the low and the high input.
    """

    name: str  # premium, pay, pay-on-the-way, tuition, delay
    low: float
    high: float
    ahead: tuple[int, int]
    years: tuple[int | None, int | None]  # of the break-even
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MastersQuestion:
    """Both plans, what the difference is, and when the master's has paid for itself.

    `pay_forgone` is what one has earned less with the master's by the later arrival
    (negative: more); `premium` what it adds to the pay of a year, None if nobody
    knows; `premium_needed` what it would have to add, to break even at the very
    end; `ahead` by how much one is ahead then. `influences` come with what moves the
    answer most first.
    """

    without: Side
    with_masters: Side
    difference_days: int
    years: tuple[int, ...]  # calendar years; the series give what is there at their end
    missing: tuple[str, ...]
    assumptions: tuple[str, ...]
    text: str = ""
    pay_forgone: int | None = None
    premium: float | None = None
    premium_needed: int | None = None
    ahead: int | None = None
    break_even: BreakEven | None = None
    influences: tuple[Influence, ...] = ()


def is_masters_worth_it(
    worked: Worked, pay: Mapping[str, PayFigure]
) -> MastersQuestion | None:
    """Answer the question for a plan; None where there are no two sides to it.

    `pay` has the yearly pay of roles by slug; the student's own figures in the
    background come first.
    """
    sides = both_sides(worked)
    return None if sides is None else masters_question(*sides, pay)


def both_sides(worked: Worked) -> tuple[Worked, Worked] | None:
    """Return the plan without and with a master's, one of which it is itself.

    The other one arrives as early as any plan of its kind, and then moves as little
    as it can of this one: otherwise another job on the way, or another first degree,
    would be counted for or against the master's. None where there are no two sides:
    one of them does not arrive, or a master's is there already.
    """
    if worked.route is None:
        return None

    def otherwise(wish: str) -> Worked:
        change = {"masters": wish, "progress": as_planned(worked.plan)}
        return work_out(worked.catalogue, changed(worked.plan.background, change))

    takes_one = any(_is_masters(s.id, worked.catalogue) for s in worked.plan.steps)
    without = otherwise("no") if takes_one else worked
    with_masters = worked if takes_one else otherwise("yes")
    if without.route is None or with_masters.route is None:
        return None
    takers = [
        any(_is_masters(step.id, worked.catalogue) for step in side.plan.steps)
        for side in (without, with_masters)
    ]
    return (without, with_masters) if takers == [False, True] else None


def masters_question(
    without: Worked, with_masters: Worked, pay: Mapping[str, PayFigure]
) -> MastersQuestion:
    """Set the plan without a master's and the one with it side by side.

    `pay` has the yearly pay of roles by slug; the student's own figures in the
    background come first. Raises ValueError where one of the plans does not arrive.
    """
    return _Question(without, with_masters, pay).answer()


def _is_masters(step_id: str, catalogue: Catalogue) -> bool:
    degree = catalogue.degrees.get(step_id.removeprefix("degree:"))
    return degree is not None and degree.id == step_id and degree.level == "master"


@dataclass(frozen=True, slots=True)
class _Job:
    """A paid stretch: from the start of a step to that of the next; "": arrival."""

    role: str
    step: str
    until: str


@dataclass(frozen=True, slots=True)
class _Times:
    """Days since week 0, one for each sample."""

    starts: Mapping[str, Numbers]
    finishes: Mapping[str, Numbers]
    arrival: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What the sums are made with; pay and premium in US dollars a year."""

    pay: float
    premium: float
    on_the_way: float = 1.0  # times what the jobs on the way pay
    tuition: float = 1.0  # times what the master's costs
    delay: float = 0.0  # days by which the arrival with a master's moves


class _Money:
    """What one plan earns and costs, for any number of samples at once."""

    def __init__(
        self, worked: Worked, pay: Mapping[str, PayFigure], *, is_with: bool
    ) -> None:
        plan = worked.plan
        if plan.arrival is None or worked.route is None or worked.starts is None:
            raise ValueError("A plan that does not arrive has no balance.")
        self.worked = worked
        self.plan = plan
        self.arrival = plan.arrival
        self.is_with = is_with
        self.jobs = tuple(_jobs(plan))
        self.pay = {job.role: pay[job.role] for job in self.jobs if job.role in pay}
        self.costs = [(step.id, step.cost) for step in plan.steps if step.cost]
        self.planned = self._in_days(_as_planned(worked.route, worked.starts))

    def sampled(self) -> _Times:
        """Return the dates of all samples. Shared steps take the same time in both."""
        return self._in_days(play(self.worked))

    def _in_days(self, played: Played) -> _Times:
        return _Times(
            {name: weeks * 7.0 for name, weeks in played.starts.items()},
            {name: weeks * 7.0 for name, weeks in played.finishes.items()},
            played.starts[self.worked.network.goal] * 7.0,
        )

    def earned(self, times: _Times, days: Numbers, case: _Case) -> Numbers:
        """Return what was earned up to each day: a row for each sample."""
        import numpy as np

        arrival = (times.arrival + (case.delay if self.is_with else 0))[:, None]
        pay = case.pay + (case.premium if self.is_with else 0)
        total = pay / DAYS_A_YEAR * np.maximum(days - arrival, 0)
        for job in self.jobs:
            start = times.starts[job.step][:, None]
            end = times.starts[job.until][:, None] if job.until else arrival
            rate = self.pay[job.role].amount * case.on_the_way / DAYS_A_YEAR
            total = total + rate * np.clip(days - start, 0, np.maximum(end - start, 0))
        return np.asarray(total)

    def spent(self, times: _Times, days: Numbers, case: _Case) -> Numbers:
        """Return what was paid up to each day, evenly while each step lasts."""
        import numpy as np

        total = np.zeros((len(times.arrival), len(days)))
        for name, cost in self.costs:
            is_masters = _is_masters(name, self.worked.catalogue)
            start = times.starts[name][:, None]
            length = np.maximum(times.finishes[name][:, None] - start, 1)
            share = np.clip((days - start) / length, 0, 1)
            total += cost * (case.tuition if is_masters else 1) * share
        return total

    def balance(self, times: _Times, days: Numbers, case: _Case) -> Numbers:
        return self.earned(times, days, case) - self.spent(times, days, case)


def _as_planned(route: Route, starts: Mapping[str, int]) -> Played:
    """Return the plan's own dates, as one sample."""
    import numpy as np

    return Played(
        {name: np.array([starts[name]]) for name in route.ways},
        {name: np.array([route.layout(name, starts).finish]) for name in route.ways},
    )


def _jobs(plan: Plan) -> Iterator[_Job]:
    """Yield the jobs on the way, each held until the next main occupation begins."""
    mains = sorted((s for s in plan.steps if s.is_main), key=lambda s: (s.start, s.id))
    for step in mains:
        if step.kind == "role":
            after = next((s.id for s in mains if s.start >= step.finish), "")
            yield _Job(step.id.removeprefix("role:"), step.id, after)


class _Question:
    def __init__(
        self, without: Worked, with_masters: Worked, pay: Mapping[str, PayFigure]
    ) -> None:
        self.catalogue = without.catalogue
        self.background = without.plan.background
        self.without = _Money(without, pay, is_with=False)
        self.with_masters = _Money(with_masters, pay, is_with=True)
        self.career = self.catalogue.roles[self.background.career]
        self.target = _own(self.background.pay) or pay.get(self.career.slug)
        self.target_with = _own(self.background.pay_with_masters) or self.target
        self.delay = (self.with_masters.arrival - self.without.arrival).days
        later = max(self.without.arrival, self.with_masters.arrival)
        self.years = range(self.background.start.year, later.year + YEARS_AT_WORK + 1)

    def answer(self) -> MastersQuestion:
        question = MastersQuestion(
            without=self._side(self.without, self.target),
            with_masters=self._side(self.with_masters, self.target_with),
            difference_days=self.delay,
            years=tuple(self.years),
            missing=tuple(self._missing()),
            assumptions=ASSUMPTIONS,
        )
        is_known = not any(self._unpaid())
        if is_known and self.target is not None and self.target_with is not None:
            premium = self.target_with.amount - self.target.amount
            case = _Case(pay=self.target.amount, premium=premium)
            question = self._counted(question, case)
        return replace(question, text=" ".join(_sentences(question)))

    def _side(self, money: _Money, target: PayFigure | None) -> Side:
        return Side(
            arrival=money.arrival,
            cost=money.plan.cost,
            unpriced=money.plan.unpriced,
            figures=tuple(self._figures(money, target)),
        )

    def _figures(self, money: _Money, target: PayFigure | None) -> Iterator[Figure]:
        """Yield each figure that is counted on one side, once."""
        roles = {job.role: money.pay.get(job.role) for job in money.jobs}
        for slug, pay in [*roles.items(), (self.career.slug, target)]:
            if pay is not None:
                yield Figure(
                    id=f"role:{slug}",
                    title=self.catalogue.roles[slug].title,
                    amount=pay.amount,
                    is_yearly=True,
                    source=pay.source,
                )
        for step in money.plan.steps:
            if step.cost:
                yield Figure(
                    id=step.id,
                    title=step.title,
                    amount=step.cost,
                    is_yearly=False,
                    source=self._cost_source(step),
                )

    def _cost_source(self, step: Step) -> str:
        if step.kind == "degree" and self.background.tuition_per_year is not None:
            return ""
        slug = step.id.removeprefix(f"{step.kind}:")
        things = {
            "degree": self.catalogue.degrees,
            "milestone": self.catalogue.milestones,
            "skill": self.catalogue.skills,
        }
        modes = things[step.kind][slug].modes
        costs = [m.cost for m in modes if m.name == step.mode and m.cost is not None]
        return costs[0].source

    def _unpaid(self) -> Iterator[str]:
        """Yield the titles of jobs on the way whose pay nobody knows."""
        jobs = {j.role: s for s in (self.without, self.with_masters) for j in s.jobs}
        for slug, side in jobs.items():
            if slug not in side.pay:
                yield self.catalogue.roles[slug].title

    def _missing(self) -> Iterator[str]:
        if self.target is None:
            yield f"What “{self.career.title}” pays: no source says it. Enter your own."
        for title in self._unpaid():
            yield f"What “{title}”, a job on the way, pays: no source says it."
        if self.background.pay_with_masters is None:
            yield (
                "What a master’s adds to the pay: no source says it, so the same pay "
                "is counted with and without it. Enter what you expect."
            )
        for money, other in [
            (self.without, self.with_masters),
            (self.with_masters, self.without),
        ]:
            for step in money.plan.steps:
                alone = set(money.plan.unpriced) - set(other.plan.unpriced)
                if step.id in alone:
                    yield f"What “{step.title}” costs: it is counted as nothing."

    def _counted(self, question: MastersQuestion, case: _Case) -> MastersQuestion:
        """Add everything that follows from the pay."""
        import numpy as np

        without, with_masters = self.without, self.with_masters
        planned = without.planned, with_masters.planned
        later = np.maximum(planned[0].arrival, planned[1].arrival)
        forgone = without.earned(planned[0], later, case) - with_masters.earned(
            planned[1], later, case
        )
        ahead = self._ahead(case)
        years_at_work = (self._days()[-1] - planned[1].arrival[0]) / DAYS_A_YEAR
        return replace(
            question,
            without=self._drawn(question.without, without, case),
            with_masters=self._drawn(question.with_masters, with_masters, case),
            pay_forgone=round(float(forgone[0, 0])),
            premium=(
                None if self.background.pay_with_masters is None else case.premium
            ),
            premium_needed=math.ceil(case.premium - ahead / years_at_work - CENT),
            ahead=round(ahead),
            break_even=self._break_even(case),
            influences=tuple(self._influences(case)),
        )

    def _days(self) -> Numbers:
        """Return the end of each year, in days since week 0."""
        import numpy as np

        first = self.without.worked.calendar.first
        ends = [(date(year + 1, 1, 1) - first).days for year in self.years]
        return np.array(ends, dtype=float)

    def _drawn(self, side: Side, money: _Money, case: _Case) -> Side:
        times, days = money.planned, self._days()
        pay = money.earned(times, days, case)[0]
        spent = money.spent(times, days, case)[0]
        return replace(
            side,
            pay=tuple(round(float(amount)) for amount in pay),
            balance=tuple(round(float(amount)) for amount in pay - spent),
        )

    def _lead(self, without: _Times, with_masters: _Times, case: _Case) -> Numbers:
        """Return by how much one is ahead with the master's at the end of each year."""
        days = self._days()
        return self.with_masters.balance(
            with_masters, days, case
        ) - self.without.balance(without, days, case)

    def _ahead(self, case: _Case) -> float:
        """Return by how much one is ahead at the very end, by the plans' own dates."""
        return float(
            self._lead(self.without.planned, self.with_masters.planned, case)[0, -1]
        )

    def _places(self, lead: Numbers) -> Numbers:
        """Return the place of each sample's first year that is followed by none behind.

        It is the number of years where the last year is behind.
        """
        import numpy as np

        behind = lead < -CENT
        since = np.argmax(behind[:, ::-1], axis=1)
        return np.where(behind.any(axis=1), behind.shape[1] - since, 0)

    def _year(self, place: int) -> int | None:
        return self.years[place] if place < len(self.years) else None

    def _year_planned(self, case: _Case) -> int | None:
        lead = self._lead(self.without.planned, self.with_masters.planned, case)
        return self._year(int(self._places(lead)[0]))

    def _break_even(self, case: _Case) -> BreakEven:
        import numpy as np

        places = self._places(
            self._lead(self.without.sampled(), self.with_masters.sampled(), case)
        )
        early, median, late = np.percentile(places, PERCENTILES, method="inverted_cdf")
        return BreakEven(
            year=self._year_planned(case),
            early=self._year(int(early)),
            median=self._year(int(median)),
            late=self._year(int(late)),
            chance=round(float((places < len(self.years)).mean()), 4),
        )

    # What moves the answer

    def _influences(self, case: _Case) -> list[Influence]:
        """Return what each input alone can do to the answer, the most first."""
        found = [
            self._influence(name, low, high, replace_low, replace_high)
            for name, low, high, replace_low, replace_high in self._varied(case)
        ]
        return sorted(
            (
                influence
                for influence in found
                if influence.ahead[0] != influence.ahead[1]
            ),
            key=lambda i: (-abs(i.ahead[1] - i.ahead[0]), i.name),
        )

    def _varied(self, case: _Case) -> Iterator[tuple[str, float, float, _Case, _Case]]:
        """Yield each input with its low and high value, and the case with each."""
        less, more = 1 - SWING, 1 + SWING
        low, high = sorted((case.premium * less, case.premium * more))
        if self.background.pay_with_masters is None:
            low, high = 0.0, case.pay * PREMIUM_TRIED
        yield (
            "premium",
            low,
            high,
            replace(case, premium=low),
            replace(case, premium=high),
        )
        low, high = case.pay * less, case.pay * more
        yield "pay", low, high, replace(case, pay=low), replace(case, pay=high)
        ways = [
            pay.amount
            for side in (self.without, self.with_masters)
            for pay in side.pay.values()
        ]
        if ways:
            yield (
                "pay-on-the-way",
                min(ways) * less,
                max(ways) * more,
                replace(case, on_the_way=less),
                replace(case, on_the_way=more),
            )
        tuition = sum(
            cost
            for name, cost in self.with_masters.costs
            if _is_masters(name, self.catalogue)
        )
        if tuition:
            yield (
                "tuition",
                tuition * less,
                tuition * more,
                replace(case, tuition=less),
                replace(case, tuition=more),
            )
        if self.delay:
            moved = abs(self.delay) * SWING
            yield (
                "delay",
                (self.delay - moved) / DAYS_A_MONTH,
                (self.delay + moved) / DAYS_A_MONTH,
                replace(case, delay=-moved),
                replace(case, delay=moved),
            )

    def _influence(
        self, name: str, low: float, high: float, less: _Case, more: _Case
    ) -> Influence:
        ahead = (round(self._ahead(less)), round(self._ahead(more)))
        return Influence(
            name=name,
            low=round(low, 2),
            high=round(high, 2),
            ahead=ahead,
            years=(self._year_planned(less), self._year_planned(more)),
            text=f"{_varied_in_words(name, low, high)}, with the master’s you are "
            f"{_ahead_in_words(*ahead)} in the end.",
        )


def _own(amount: float | None) -> PayFigure | None:
    return None if amount is None else PayFigure(amount=amount, source="")


# In words

ASSUMPTIONS = (
    "Pay and costs are as they are today: no raises, no inflation, no interest and no "
    "taxes. Grants and the cost of living are not counted.",
    "A job on the way is kept until the next full-time step, or until you arrive. "
    "From the arrival on you have the job that you aim for.",
    "A job pays what half of all who have it earn at least, beginners or not.",
    "What you earn now, and what internships pay, is not counted.",
    f"The comparison goes on for {YEARS_AT_WORK} years after the later arrival.",
    f"The range of the break-even year is that of {SAMPLES:,} samples of both plans "
    "(10th to 90th percentile): how long things take varies, pay and costs do not. "
    "Steps that both plans have take the same time in both.",
    "Of what moves the answer, each alone is taken "
    f"{SWING * 100:.0f} % lower and higher. "
    "Where nobody knows what a master’s adds to the pay, that is taken as nothing, "
    f"and as {PREMIUM_TRIED * 100:.0f} % of the pay.",
)


def _sentences(question: MastersQuestion) -> Iterator[str]:
    """Yield the answer: the time, the money, and when it has paid for itself."""
    without, with_masters = question.without, question.with_masters
    arrival = f"{with_masters.arrival:%B %Y}"
    yield f"With a master’s you arrive in {arrival}, {_later(question)}."
    dearer = round((with_masters.cost or 0) - (without.cost or 0))
    if dearer:
        more = "higher" if dearer > 0 else "lower"
        yield f"Known costs are ${abs(dearer):,} {more}."
    forgone = question.pay_forgone
    if forgone is None or question.break_even is None:
        yield "Whether it pays cannot be said, because a figure is missing."
        return
    if forgone:
        more = "less" if forgone > 0 else "more"
        by = f"{max(without.arrival, with_masters.arrival):%B %Y}"
        yield f"By {by} you have earned ${abs(forgone):,} {more} than without it."
    yield from _paid_back(question, question.break_even)


def _later(question: MastersQuestion) -> str:
    months = round(abs(question.difference_days) / DAYS_A_MONTH)
    if not question.difference_days:
        return "no later than without"
    if not months:
        return "within two weeks of the plan without"
    count = f"{months} month{'' if months == 1 else 's'}"
    return f"{count} {'later' if question.difference_days > 0 else 'earlier'}"


def _paid_back(question: MastersQuestion, found: BreakEven) -> Iterator[str]:
    if found.year is None and question.premium is None:
        yield (
            "No source says what it adds to the pay. It pays for itself within "
            f"{YEARS_AT_WORK} years of work if it adds ${question.premium_needed:,} "
            "or more to the pay of a year."
        )
    elif found.year is None:
        yield (
            f"It does not pay for itself within {YEARS_AT_WORK} years of work"
            + (
                f", though it does in {found.chance * 100:.0f} % of the samples."
                if found.chance >= 0.1
                else "."
            )
        )
        needed = question.premium_needed
        yield f"It would, if it added ${needed:,} or more to the pay of a year."
    elif found.year == question.years[0]:
        yield "With it you are never behind."
    else:
        text = f"It has paid for itself by the end of {found.year}"
        if found.early == found.late:
            yield f"{text}."
        else:
            late = found.late or "later than is looked at"
            yield f"{text} (likely between {found.early} and {late})."


def _varied_in_words(name: str, low: float, high: float) -> str:
    if name == "delay" and low < 0:
        return f"If you arrive {-low:.1f} to {-high:.1f} months earlier"
    if name == "delay":
        return f"If you arrive {low:.1f} to {high:.1f} months later"
    subject = {
        "premium": "If a master’s adds {} to the pay of a year",
        "pay": "If the job that you aim for pays {} a year",
        "pay-on-the-way": "If the jobs on the way pay {} a year",
        "tuition": "If the master’s costs {}",
    }[name]
    return subject.format(f"{_dollars(low)} to {_dollars(high)}")


def _ahead_in_words(low: int, high: int) -> str:
    words = ["behind" if amount < 0 else "ahead" for amount in (low, high)]
    first, second = f"${abs(low):,}", f"${abs(high):,}"
    if words[0] == words[1]:
        return f"{first} to {second} {words[0]}"
    return f"{first} {words[0]} to {second} {words[1]}"


def _dollars(amount: float) -> str:
    return f"{'−' if amount < 0 else ''}${abs(amount):,.0f}"
