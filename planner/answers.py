"""Plans and what is said of them, kept for a while by the process that made them.

The page, the parts that it fetches later, and the API ask for the same plan within
seconds. What was made is kept by the catalogue's version and the written background.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from planner.documents.background import write_background
from planner.engine.advising import Advice
from planner.engine.alternatives import other_routes
from planner.engine.background import Background
from planner.engine.facts import Catalogue
from planner.engine.forecasting import forecast
from planner.engine.frontier import Frontier, frontier
from planner.engine.planning import Worked, work_out
from planner.engine.plans import Forecast, OtherPlan, Remedy
from planner.engine.remedies import would_help
from planner.engine.worth import MastersQuestion, PayFigure, is_masters_worth_it
from planner.queries import Published

KEPT = 128  # of each kind


@dataclass(frozen=True)
class Answer:
    """A plan with how sure it is, where it arrives."""

    worked: Worked
    forecast: Forecast | None


@dataclass(frozen=True)
class Others:
    """What other answers lead to, and what would help."""

    routes: tuple[OtherPlan, ...]
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True)
class _Question:
    """What a plan depends on, compared by version and by the written background."""

    version: str
    written: str
    catalogue: Catalogue = field(compare=False)
    pay: Mapping[str, PayFigure] = field(compare=False)
    background: Background = field(compare=False)


def answer_for(published: Published, background: Background) -> Answer:
    """Make the plan, or take it from those that this process made lately."""
    return _answer(_question(published, background))


def others_for(published: Published, background: Background) -> Others:
    """Find the other routes and what would help."""
    return _others(_question(published, background))


def masters_for(published: Published, background: Background) -> MastersQuestion | None:
    """Answer whether a master's is worth it; None where it has no two sides."""
    return _masters(_question(published, background))


def frontier_for(published: Published, background: Background) -> Frontier:
    """Find what a later arrival saves."""
    return _frontier(_question(published, background))


def advice_for(published: Published, background: Background) -> Advice:
    """Give the whole answer, as the engine's `advise` does."""
    answer = answer_for(published, background)
    others = others_for(published, background)
    return Advice(
        plan=answer.worked.plan,
        forecast=answer.forecast,
        routes=others.routes,
        would_help=others.remedies,
        masters=masters_for(published, background),
    )


def forget() -> None:
    """Forget what was made, so that it is made anew: for measurements."""
    for kept in (_answer, _others, _masters, _frontier):
        kept.cache_clear()


def _question(published: Published, background: Background) -> _Question:
    written = json.dumps(write_background(background), sort_keys=True)
    return _Question(
        published.version, written, published.catalogue, published.pay, background
    )


@lru_cache(maxsize=KEPT)
def _answer(question: _Question) -> Answer:
    worked = work_out(question.catalogue, question.background)
    return Answer(worked, None if worked.route is None else forecast(worked))


@lru_cache(maxsize=KEPT)
def _others(question: _Question) -> Others:
    worked = _answer(question).worked
    return Others(routes=other_routes(worked), remedies=would_help(worked))


@lru_cache(maxsize=KEPT)
def _masters(question: _Question) -> MastersQuestion | None:
    return is_masters_worth_it(_answer(question).worked, question.pay)


@lru_cache(maxsize=KEPT)
def _frontier(question: _Question) -> Frontier:
    return frontier(_answer(question).worked)
