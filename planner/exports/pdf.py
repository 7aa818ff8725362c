"""A plan as a PDF that is printed, mailed, and read aloud (PDF/UA-1).

The page is laid out by `roadmap.typ`. What it says comes to it as JSON, so that
nothing that somebody wrote is ever read as markup.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import typst

from planner.engine.advising import Advice
from planner.engine.facts import Catalogue
from planner.engine.plans import OtherPlan, Step
from planner.exports.kept import (
    Kept,
    busy,
    clean,
    last_day,
    moment_of,
    one_line,
    standing,
    status,
    used_sources,
)
from planner.exports.prose import ADVICE
from planner.pages import RoadmapPage, SourceLink, roadmap_page
from planner.pages.steps import StepPage, anchor_of
from planner.pages.words import count, day_words, money, span

TEMPLATE = Path(__file__).with_name("roadmap.typ")
LONGEST_NAME = 200  # on the page; a title that fills it would be none
ADDRESSES = {"url", "address"}
# A word that is longer than a line may be broken, but not before an accent or a joiner.
LONG_WORD = re.compile(r"\S{40}(?=\w)(?![\u0300-\u036f])")
log = logging.getLogger(__name__)

Paper = Literal["a4", "us-letter"]


def to_pdf(
    advice: Advice, catalogue: Catalogue, kept: Kept, *, paper: Paper = "a4"
) -> bytes:
    """Return the plan as a tagged PDF, the same bytes for the same roadmap.

    PDF/UA-1 is enforced. It wants a letter for every character; where the machine has
    no font with one, the same PDF is made without the claim, and the log says so.
    """
    told = told_of(advice, catalogue, kept, paper)
    moment = moment_of(advice.plan, kept)
    inputs = {"told": json.dumps(told, ensure_ascii=False)}
    try:
        return _compile(inputs, moment.timestamp(), is_ua=True)
    except typst.TypstError as error:
        if "PDF/UA-1" not in f"{error}":
            raise
        # Without its message, which quotes what somebody wrote.
        log.warning("A PDF was made without PDF/UA: no font has all of its letters.")
    return _compile(inputs, moment.timestamp(), is_ua=False)


class _Here(threading.local):
    """What each thread has to itself."""

    compiler: typst.Compiler | None = None


_here = _Here()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Find the fonts once: the compiler's own, and for other scripts the machine's."""
    return typst.Fonts()


def _compile(inputs: dict[str, str], at: float, *, is_ua: bool) -> bytes:
    if _here.compiler is None:
        # Two threads must not share one, and to make one takes longer than a PDF.
        _here.compiler = typst.Compiler(root=str(TEMPLATE.parent), font_paths=_fonts())
    made = _here.compiler.compile(
        input=str(TEMPLATE),
        format="pdf",
        sys_inputs=inputs,
        pdf_standards="ua-1" if is_ua else [],
        timestamp=int(at),
    )
    assert isinstance(made, bytes)  # noqa: S101 - it was asked for no file
    return made


# What the page is told


def told_of(
    advice: Advice, catalogue: Catalogue, kept: Kept, paper: Paper = "a4"
) -> dict[str, Any]:
    """Return everything that the page says, as JSON has it."""
    plan = advice.plan
    # A file has no today: the same roadmap gives the same bytes on every day.
    page = roadmap_page(plan, catalogue, date.min, kept.sources, advice.forecast)
    sources = used_sources(page)
    marks = {source: str(number) for number, source in enumerate(sources, start=1)}
    steps = {anchor_of(step.id): step for step in plan.steps}
    told = asdict(page) | {
        "paper": paper,
        "name": _short(kept.name),
        "person": _short(kept.person),
        "changed": "" if kept.changed_at is None else day_words(kept.changed_at.date()),
        "steps": [_step(one, steps[one.anchor], kept, marks) for one in page.steps],
        "done": _done(page, steps, kept),
        "remedies": [remedy.text for remedy in advice.would_help],
        "routes": [_route(route, catalogue) for route in advice.routes],
        "sources": [
            {"mark": marks[source], "title": source.title, "as_of": source.as_of}
            | {"url": _web_address(source.url)}
            for source in sources
        ],
        "address": _web_address(kept.address),
        "advice": ADVICE,
        "version": plan.catalogue_version,
    }
    cleaned: dict[str, Any] = _cleaned(told)
    return cleaned


def _step(
    page: StepPage, step: Step, kept: Kept, marks: Mapping[SourceLink, str]
) -> dict[str, Any]:
    real = busy(step, kept)
    stands = status(step, kept)
    if stands == "finished":
        # How it might have gone is of no use any more.
        page = replace(page, slack="", finish_range="")
    note = kept.notes.get(step.id, "").strip()
    return asdict(page) | {
        "id": step.id,
        "dates": f"{day_words(real.start)} – {day_words(last_day(real))}",
        "from": short_day(real.start),
        "to": short_day(last_day(real)),
        "length": span((real.finish - real.start).days),
        "can_slip": _can_slip(step, stands),
        "status": stands,
        "standing": standing(step, kept),
        "note": [
            {"text": line, "is_rtl": _is_rtl(line)}
            for line in clean(note).split("\n")
            if line.strip()
        ],
        "takes_mark": marks.get(page.takes_source, "") if page.takes_source else "",
        "cost_mark": marks.get(page.cost_source, "") if page.cost_source else "",
        "marks": sorted({marks[source] for source in page.sources}, key=int),
    }


def _can_slip(step: Step, stands: str) -> str:
    if stands == "finished":
        return "done"
    if step.critical or step.slack_days <= 0:
        return "not at all"
    return span(step.slack_days)


def _done(page: RoadmapPage, steps: Mapping[str, Step], kept: Kept) -> str:
    """Say how many of the steps are done and under way; nothing before the first."""
    stand = [status(steps[one.anchor], kept) for one in page.steps]
    done, running = stand.count("finished"), stand.count("started")
    if not done and not running:
        return ""
    words = f"{done} of {count(len(stand), 'step')} done"
    return f"{words}, {running} under way." if running else f"{words}."


def _route(route: OtherPlan, catalogue: Catalogue) -> dict[str, str]:
    plan, days = route.plan, route.difference_days
    when = "at the same time"
    if days:
        when = f"{span(abs(days))} {'later' if days > 0 else 'earlier'}"
    return {
        "title": route.title,
        "arrival": "" if plan.arrival is None else f"{plan.arrival:%B %Y}",
        "difference": "" if days is None else when,
        "cost": "not known" if plan.cost is None else money(plan.cost, catalogue),
    }


def short_day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _short(name: str) -> str:
    name = one_line(name)
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _web_address(url: str) -> str:
    """Return an address of the web, and nothing else: a PDF can link to programs."""
    url = one_line(url)
    return url if url.startswith(("https://", "http://")) else ""


def _is_rtl(text: str) -> bool:
    """Say whether a text is read from the right, as its first letter is."""
    kinds = map(unicodedata.bidirectional, text)
    return next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L") != "L"


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return LONG_WORD.sub("\\g<0>\u200b", clean(value))
    if isinstance(value, dict):
        return {
            key: each if key in ADDRESSES else _cleaned(each)
            for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [_cleaned(each) for each in value]
    return value
