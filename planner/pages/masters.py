"""Is the master's worth it, worded and drawn for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.engine.facts import Catalogue
from planner.engine.worth import Figure, MastersQuestion, Side
from planner.pages.lines import Lines, draw_lines
from planner.pages.steps import SourceLink
from planner.pages.words import money

OWN = SourceLink(title="Your own figure")


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePage:
    """A figure that was counted, and where it comes from."""

    title: str
    amount: str
    source: SourceLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the comparison: what it is, without a master's, and with one."""

    name: str
    without: str
    with_masters: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MastersPage:
    """The two sides, the answer, and what it stands on."""

    title: str
    text: str
    rows: tuple[Row, ...]
    drawing: Lines | None
    alternative: str
    by_year: tuple[Row, ...]
    figures: tuple[FigurePage, ...]
    missing: tuple[str, ...]
    influences: tuple[str, ...]
    assumptions: tuple[str, ...]


def masters_page(
    question: MastersQuestion,
    career: str,
    catalogue: Catalogue,
    sources: Mapping[str, SourceLink],
) -> MastersPage:
    """Word and draw the answer. `sources` has those of the catalogue by slug."""
    without, with_masters = question.without, question.with_masters
    even = question.break_even
    # Never behind from the beginning on is no crossing that could be marked.
    crossing = None if even is None or even.year == question.years[0] else even
    drawing = None
    if without.balance:
        drawing = draw_lines(
            question.years,
            without.balance,
            with_masters.balance,
            even=crossing.year if crossing else None,
            range_of_even=(crossing.early, crossing.late)
            if crossing and crossing.early
            else None,
        )
    return MastersPage(
        title=career,
        text=question.text,
        rows=tuple(_rows(question, catalogue)),
        drawing=drawing,
        alternative=(
            "Two lines over the years: what you have earned less what study cost, "
            "without a master’s and with one. The table below says the same."
        ),
        by_year=tuple(_by_year(without, with_masters, question.years, catalogue)),
        figures=tuple(_figures(question, catalogue, sources)),
        missing=question.missing,
        influences=tuple(influence.text for influence in question.influences),
        assumptions=question.assumptions,
    )


def _rows(question: MastersQuestion, catalogue: Catalogue) -> Iterator[Row]:
    """Yield the comparison; what is not known is said to be so."""
    without, with_masters = question.without, question.with_masters
    yield Row(
        name="Arrival, as planned",
        without=f"{without.arrival:%B %Y}",
        with_masters=f"{with_masters.arrival:%B %Y}",
    )
    yield Row(
        name="Known cost of study",
        without=_cost(without, catalogue),
        with_masters=_cost(with_masters, catalogue),
    )
    if without.balance:
        last = question.years[-1]
        yield Row(
            name=f"Earned less cost, by the end of {last}",
            without=_signed(without.balance[-1], catalogue),
            with_masters=_signed(with_masters.balance[-1], catalogue),
        )


def _by_year(
    without: Side, with_masters: Side, years: tuple[int, ...], catalogue: Catalogue
) -> Iterator[Row]:
    for year, one, other in zip(
        years if without.balance else (),
        without.balance,
        with_masters.balance,
        strict=True,
    ):
        yield Row(
            name=str(year),
            without=_signed(one, catalogue),
            with_masters=_signed(other, catalogue),
        )


def _cost(side: Side, catalogue: Catalogue) -> str:
    if side.cost is None:
        return "not known" if side.unpriced else "none"
    return money(side.cost, catalogue)


def _signed(amount: float, catalogue: Catalogue) -> str:
    """Write a sum to the thousand: it is no more exact than what it is made of."""
    amount = round(amount, -3)
    return f"{'−' if amount < 0 else ''}{money(abs(amount), catalogue)}"


def _figures(
    question: MastersQuestion, catalogue: Catalogue, sources: Mapping[str, SourceLink]
) -> Iterator[FigurePage]:
    """Yield each figure once; with a master's, a pay that is another one is named."""
    seen: set[Figure] = set()
    for side in (question.without, question.with_masters):
        ids = {figure.id for figure in seen}
        for figure in side.figures:
            if figure in seen:
                continue
            title = figure.title
            if figure.id in ids and figure.is_yearly:
                title += ", with a master’s"
            seen.add(figure)
            yield FigurePage(
                title=f"{title}, pay a year" if figure.is_yearly else f"{title}, cost",
                amount=money(figure.amount, catalogue),
                source=sources.get(figure.source, SourceLink(title=figure.source))
                if figure.source
                else OWN,
            )
