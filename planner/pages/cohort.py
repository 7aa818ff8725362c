"""How many students stand where, in words and as bars; nothing about small groups.

A group of fewer than five people is never told. Where it could be worked out from a
total, a larger one is left out with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import mean, median
from urllib.parse import urlencode

from planner.pages.terms import SEASONS, Term
from planner.pages.words import capital, count, join_words, number

FEWEST = 5
TERMS_BACK = 3
TERMS_TO_ARRIVE = 15
TERMS_AHEAD = 9
MOST_NAMED = 12
MOST_STEPS = 10
SMALL_SLIP = 0.5  # weeks; less than that is none

STATUSES = {
    "late": "late",
    "on-time": "on time",
    "waiting": "waiting for the next step",
    "done": "done",
    "none": "without a roadmap",
}
STAGES = {
    "study": "Studying",
    "work": "A job or an internship",
    "skills": "Skills and projects",
    "hired": "Looking for a job",
}
STARTS = {
    "internship": ("Internships ahead", "need an internship", "needs an internship"),
    "job": ("Jobs on the way", "start a job on the way", "starts a job on the way"),
    "degree": ("Degrees ahead", "start a degree", "starts a degree"),
}
HIDDEN = "not shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slips:
    """By how many days people were later with a step than first planned."""

    step: str
    title: str
    days: Mapping[int, int]  # how many people, by the days; fewer than 0 is earlier

    @property
    def people(self) -> int:
        return sum(self.days.values())

    @property
    def weeks(self) -> list[float]:
        return [days / 7 for days, people in self.days.items() for _ in range(people)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was counted of a group of students."""

    students: int
    statuses: Mapping[str, int]
    careers: Mapping[str, tuple[str, int]]  # title and people, by slug
    arrivals: Mapping[Term, int]
    stages: Mapping[str, int]
    starts: Mapping[tuple[str, Term], int]  # by what is started, and when
    slips: Sequence[Slips]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its name, what it says, and its length in hundredths of the longest."""

    name: str
    says: str
    length: str  # the text of an SVG attribute; empty where nothing is told
    asks: str = ""  # the query of the roster that finds these students
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Bars that belong together, what they say in words, and their table's head."""

    key: str
    title: str
    sentence: str
    head: tuple[str, str]
    bars: tuple[Bar, ...] = ()
    note: str = ""
    is_wide: bool = False  # names and what they say are long


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortPage:
    """All plots of a group; or none, and the reason."""

    headline: str
    plots: tuple[Plot, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    name: str
    people: int
    asks: str = ""


def cohort_page(figures: Figures, today: date) -> CohortPage:
    """Word and draw what was counted."""
    if figures.students < FEWEST:
        return CohortPage(
            headline=(
                f"These are fewer than {FEWEST} students. Plots of so few would tell "
                "about each of them, so there are none."
                if figures.students
                else "There are no students here."
            ),
            plots=(),
        )
    return CohortPage(
        headline=f"{count(figures.students, 'student')} together. "
        f"Groups of fewer than {FEWEST} are not shown.",
        plots=(
            _statuses(figures),
            *_starts(figures, today),
            _slips(figures.slips),
            _arrivals(figures, today),
            _stages(figures),
            _careers(figures),
        ),
    )


def hidden(counts: Sequence[int]) -> frozenset[int]:
    """Return the indexes of the counts that are not told.

    These are all from 1 to 4; and the next larger ones, until those that are left out
    cannot be worked out from the sum of all.
    """
    found = {index for index, people in enumerate(counts) if 0 < people < FEWEST}
    others = sorted(
        (people, index) for index, people in enumerate(counts) if people >= FEWEST
    )
    for _people, index in others:
        if not found or (
            len(found) > 1 and sum(counts[one] for one in found) >= FEWEST
        ):
            break
        found.add(index)
    return frozenset(found)


# The plots


def _statuses(figures: Figures) -> Plot:
    groups = [
        _Group(capital(words), figures.statuses.get(name, 0), f"status={name}")
        for name, words in STATUSES.items()
    ]
    told = [
        f"{bar.says} {'is' if bar.says == '1' else 'are'} {words}"
        for bar, words in zip(_bars(groups), STATUSES.values(), strict=True)
        if not bar.is_hidden and bar.says != "0"
    ]
    return _plot(
        "standing",
        "How they stand",
        f"Of {count(figures.students, 'student')}, {join_words(told)}."
        if told
        else "The groups are too small to be told apart.",
        ("How they stand", "Students"),
        groups,
    )


def _starts(figures: Figures, today: date) -> Iterable[Plot]:
    ahead = _terms_from(Term.of(today), TERMS_AHEAD)
    for kind, (title, *words) in STARTS.items():
        groups = [
            _Group(
                capital(term.title),
                figures.starts.get((kind, term), 0),
                urlencode({"step": kind, "term": str(term)}),
            )
            for term in ahead
            if (kind, term) in figures.starts
        ]
        yield _plot(kind, title, _needs(groups, *words), ("Term", "Students"), groups)


def _needs(groups: Sequence[_Group], many: str, one: str) -> str:
    told = [
        (group, bar)
        for group, bar in zip(groups, _bars(groups), strict=True)
        if group.people and not bar.is_hidden
    ]
    if not told:
        return f"Too few of them {many} in the next three years to say when."
    (first, bar), *later = told[:3]
    rest = [f"{bar.says} {_in(group.name)}" for group, bar in later]
    verb = many if first.people > 1 else one
    head = f"{bar.says} {'students' if first.people > 1 else 'student'} {verb}"
    return f"{join_words([f'{head} {_in(first.name)}', *rest])}."


def _slips(slips: Sequence[Slips]) -> Plot:
    """Show the steps that end later than first planned; of five people or more."""
    late = sorted(
        (
            (mean(one.weeks), median(one.weeks), one)
            for one in slips
            if one.people >= FEWEST
        ),
        key=lambda found: (-found[0], found[2].step),
    )
    shown = [found for found in late if found[0] >= SMALL_SLIP][:MOST_STEPS]
    bars = tuple(
        Bar(
            name=one.title,
            says=f"{_weeks(average)}, half of them {_weeks(middle)} or more; "
            f"{count(one.people, 'student')}",
            length=f"{100 * average / shown[0][0]:.1f}",
            asks=urlencode({"step": one.step}),
        )
        for average, middle, one in shown
    )
    sentence = (
        f"“{shown[0][2].title}” slips most: {_weeks(shown[0][0])} on average, over "
        f"{count(shown[0][2].people, 'student')} who did it or should have."
        if shown
        else f"No step that {FEWEST} or more students did, or should have done, slips."
    )
    return Plot(
        key="slips",
        title="Steps that slip most",
        sentence=sentence,
        head=("Step", "Later than first planned, on average"),
        bars=bars,
        is_wide=True,
    )


def _arrivals(figures: Figures, today: date) -> Plot:
    """Show the terms around today; what is before and after them in one bar each."""
    first, terms = Term.of(today), []
    for _back in range(TERMS_BACK):
        first = first.before
    terms = _terms_from(first, TERMS_BACK + 1 + TERMS_TO_ARRIVE)
    told = [(term, figures.arrivals.get(term, 0)) for term in terms]
    early = sum(n for term, n in figures.arrivals.items() if term < terms[0])
    late = sum(n for term, n in figures.arrivals.items() if term > terms[-1])
    # Few at an end are told together with those beside them.
    while told and early < FEWEST and (early or not told[0][1]):
        early += told.pop(0)[1]
    while told and late < FEWEST and (late or not told[-1][1]):
        late += told.pop()[1]
    groups = [_Group(capital(term.title), people) for term, people in told]
    if early:
        name = f"Before {told[0][0].title}" if told else "Earlier"
        groups.insert(0, _Group(name, early))
    if late:
        groups.append(_Group(f"After {told[-1][0].title}" if told else "Later", late))
    return _plot(
        "arrivals",
        "Arrivals",
        _most(groups, "Most of them arrive {name}: {people}.", "arrive"),
        ("When", "Students who arrive"),
        groups,
    )


def _stages(figures: Figures) -> Plot:
    groups = [
        _Group(title, figures.stages.get(stage, 0)) for stage, title in STAGES.items()
    ]
    return _plot(
        "stages",
        "What is next for them",
        _most(groups, "Most often it is: {name} ({people}).", "have a next step"),
        ("Next step, or the one under way", "Students"),
        groups,
    )


def _careers(figures: Figures) -> Plot:
    ordered = sorted(
        figures.careers.items(), key=lambda one: (-one[1][1], one[1][0], one[0])
    )
    named = [one for one in ordered if one[1][1] >= FEWEST][:MOST_NAMED]
    groups = [
        _Group(title, people, urlencode({"career": slug}))
        for slug, (title, people) in named
    ]
    others = sum(people for _slug, (_title, people) in ordered[len(named) :])
    if others:
        groups.append(_Group("Other careers", others))
    return _plot(
        "careers",
        "Where they are going",
        _most(groups, "Most often: {name} ({people}).", "have a roadmap"),
        ("Career", "Students"),
        groups,
    )


# How bars are made


def _plot(
    key: str,
    title: str,
    sentence: str,
    head: tuple[str, str],
    groups: Sequence[_Group],
) -> Plot:
    total = sum(group.people for group in groups)
    bars = _bars(groups)
    if total < FEWEST or not any(bar.length for bar in bars):
        return Plot(key=key, title=title, sentence=sentence, head=head)
    note = (
        f"“{capital(HIDDEN)}” stands for groups of fewer than {FEWEST}, and for a "
        "larger one where they could be worked out without it."
    )
    return Plot(
        key=key,
        title=title,
        sentence=sentence,
        head=head,
        bars=bars,
        note=note if any(bar.is_hidden for bar in bars) else "",
    )


def _bars(groups: Sequence[_Group]) -> tuple[Bar, ...]:
    secret = hidden([group.people for group in groups])
    most = max(
        (g.people for index, g in enumerate(groups) if index not in secret), default=0
    )
    return tuple(
        Bar(name=group.name, says=HIDDEN, length="", is_hidden=True)
        if index in secret
        else Bar(
            name=group.name,
            says=f"{group.people:,}",
            length=f"{100 * group.people / most:.1f}" if group.people else "",
            asks=group.asks if group.people else "",
        )
        for index, group in enumerate(groups)
    )


def _most(groups: Sequence[_Group], words: str, verb: str) -> str:
    """Name the largest group, or say that they are too few."""
    told = [
        (group.people, group.name, bar.says)
        for group, bar in zip(groups, _bars(groups), strict=True)
        if group.people and not bar.is_hidden
    ]
    if sum(group.people for group in groups) < FEWEST:
        return f"Too few of them {verb} to say more."
    if not told:
        return "The groups are too small to be told apart."
    _people, name, says = max(told, key=lambda one: one[0])
    return words.format(name=_in(name), people=says)


def _in(name: str) -> str:
    """Write the name of a bar as it stands in a sentence."""
    first = name.partition(" ")[0].lower()
    if first in SEASONS:
        return f"in {name.lower()}"
    return name.lower() if first in ("before", "after") else name


def _weeks(weeks: float) -> str:
    rounded = round(weeks, 1)
    if rounded < 0:
        return f"{number(-rounded)} {'week' if rounded == -1 else 'weeks'} earlier"
    return f"{number(rounded)} {'week' if rounded == 1 else 'weeks'}"


def _terms_from(first: Term, number: int) -> list[Term]:
    terms = [first]
    while len(terms) < number:
        terms.append(terms[-1].next)
    return terms
