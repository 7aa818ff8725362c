"""What would move: a roadmap planned anew, shown before it is taken.

Whatever moves a plan comes through here: a slip, a date of one's own, something that
is not needed, a milestone of one's own, other answers, a newer catalogue. What is
proposed stands in the address; accepting it is a POST to the same address, and
plans the same again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from planner import keeping, queries, talking
from planner.answers import Answer
from planner.documents.background import (
    MOST_OWN,
    BadInput,
    read_background,
    write_background,
)
from planner.engine.background import Background, OwnMilestone
from planner.engine.owning import OWN, can_be_needed
from planner.forms import (
    SET_FIELD,
    SET_KEYS,
    BackgroundForm,
    answers_of,
    step_id,
)
from planner.keeping import Standing
from planner.models import Roadmap, RoadmapChange, User
from planner.pages import roadmap_page
from planner.pages.replanned import replanned_page
from planner.pages.words import day_words
from planner.queries import Published
from planner.roadmap_forms import OwnForm, SetForm
from planner.views.kept import own_roadmap, saved
from planner.views.roadmaps import common_fields

A_WEEK = timedelta(days=7)
SUGGESTION = "suggestion"  # in the address: the remark of an advisor that led here

Document = dict[str, Any]


class CannotBe(Exception):
    """What is proposed makes no sense; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a roadmap would be planned anew with, and the words for it."""

    as_of: date
    background: Background
    published: Published
    what: str


@require_http_methods(["GET", "HEAD", "POST"])
@own_roadmap
@gzip_page
def change(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """Show what a proposal would move, and take it when its owner says so."""
    standing, today = keeping.standing_of(roadmap), timezone.localdate()
    try:
        proposal = proposal_of(request.GET, standing, today)
        answer = keeping.planned_anew(
            standing,
            proposal.as_of,
            background=proposal.background,
            published=proposal.published,
        )
    except CannotBe as cannot:
        return _refused(request, roadmap, [str(cannot)])
    except BadInput as bad:
        return _refused(request, roadmap, [error.message for error in bad.errors])
    plan = answer.worked.plan
    if request.method == "POST" and plan.arrival is not None:
        return _accept(request, standing, proposal, answer)
    page = replanned_page(
        standing.plan,
        standing.forecast,
        plan,
        answer.forecast,
        standing.catalogue,
        answer.worked.catalogue,
        today,
        done=[name for name, mark in standing.marks.items() if mark.finished],
    )
    query = request.GET.copy()
    query["as_of"] = proposal.as_of.isoformat()
    context = {
        "roadmap": roadmap,
        "what": proposal.what,
        "page": page,
        "here": f"{request.path}?{query.urlencode()}",
        # A reason or a date is kept even where it moves nothing.
        "is_worth_taking": bool(
            page.rows or (page.is_possible and _says_more(request))
        ),
    }
    return render(request, "planner/roadmap_change.html", context)


@require_safe
@own_roadmap
def set_date(request: HttpRequest, roadmap: Roadmap, key: str) -> HttpResponse:
    """Check a date or a reason for a step, and lead on to what it would move."""
    form = SetForm(request.GET, step=key.replace("-", ":", 1), action=request.path)
    if not form.is_valid():
        return _refused(
            request,
            roadmap,
            _messages(form),
            back=reverse("planner:roadmap-step", args=[roadmap.code, key]),
        )
    given = {
        f"{name}-{key}": value.isoformat() if isinstance(value, date) else value
        for name, value in form.cleaned_data.items()
        if value
    }
    # Nothing at all takes away the day that was set before.
    return _lead_on(roadmap, given or {f"nb-{key}": ""})


@require_safe
@own_roadmap
def own(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """Ask for a milestone of one's own, and lead on to what it would move."""
    standing = keeping.standing_of(roadmap)
    slug = request.GET.get("slug", "")
    known = next((o for o in standing.background.own if o.slug == slug), None)
    asked = "own" in request.GET
    here = reverse("planner:roadmap-own", args=[roadmap.code])
    form = OwnForm(
        request.GET if asked else None,
        initial=_initial(known),
        choices=_can_be_needed(standing, known),
        action=here,
    )
    if asked and form.is_valid():
        given = {
            name: value for name, value in request.GET.lists() if name in form.fields
        }
        name = known.slug if known else _next_slug(standing.background)
        return _lead_on(roadmap, {"own": name, **given})
    context = {"roadmap": roadmap, "form": form, "known": known}
    status = 422 if form.errors else 200
    return render(request, "planner/roadmap_own.html", context, status=status)


# It changes nothing and only leads on, as the form of the first page does.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@own_roadmap
@gzip_page
def answers(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """Show the form with the answers that a roadmap was made from, to change them."""
    standing, today = keeping.standing_of(roadmap), timezone.localdate()
    given = request.POST if request.method == "POST" else request.GET
    form = BackgroundForm(
        given if given else answers_of(standing.background),
        published=standing.published,
        today=today,
        page=reverse("planner:roadmap-answers", args=[roadmap.code]),
        kept=standing.background,
    )
    change_page = reverse("planner:roadmap-change", args=[roadmap.code])
    page = None
    is_valid = form.is_valid() and form.background is not None
    if request.method == "POST" and is_valid:
        leads_on = "see" in request.POST
        there = (
            f"{form.address_at(change_page)}&answers=yes" if leads_on else form.address
        )
        return HttpResponseRedirect(there, status=303)
    if form.background is not None and is_valid:
        answer = keeping.planned_anew(standing, today, background=form.background)
        page = roadmap_page(
            answer.worked.plan, answer.worked.catalogue, today, {}, answer.forecast
        )
    context = {
        "form": form,
        "page": page,
        "roadmap": roadmap,
        "fields": common_fields(standing.published.catalogue),
    }
    status = 422 if form.errors and request.method == "POST" else 200
    return render(request, "planner/roadmap_answers.html", context, status=status)


def _says_more(request: HttpRequest) -> bool:
    return bool(set(request.GET) - {"as_of"})


# What is proposed


def proposal_of(given: QueryDict, standing: Standing, today: date) -> Proposal:
    """Read what is proposed. Raises CannotBe, or BadInput where an answer is wrong."""
    document = write_background(standing.background)
    document.pop("progress", None)
    as_of, published = today, standing.published
    said: list[str] = []
    if typed := given.get("as_of"):
        as_of = _as_of(typed, today)
    if "answers" in given:
        answered = _answered(given, standing, today)
        said.append(_answers_changed(document, answered))
        document = answered
    else:
        said.extend(_set(given, standing, document))
    if slug := given.get("own"):
        said.append(_put_own(given, slug, standing, document))
    if slug := given.get("drop"):
        said.append(_drop_own(slug, document))
    if given.get("version"):
        published = queries.published()
        words = {"number": queries.number_in(published.version)}
        said.append(_("Took over version %(number)s of the catalogue.") % words)
    if not said:
        said.append(_("Planned anew as of %(day)s.") % {"day": day_words(as_of)})
    return Proposal(
        as_of=as_of,
        background=read_background(document, published.catalogue),
        published=published,
        what=" ".join(said),
    )


def _as_of(typed: str, today: date) -> date:
    """Return the day of the page that is accepted: what it showed is what is taken."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return today
    return day if today - A_WEEK <= day <= today else today


def _answered(given: QueryDict, standing: Standing, today: date) -> dict[str, Any]:
    form = BackgroundForm(
        given, published=standing.published, today=today, kept=standing.background
    )
    if not form.is_valid() or form.background is None:
        raise CannotBe(" ".join(message for _anchor, message in form.problems))
    return write_background(form.background)


def _answers_changed(before: Document, after: Document) -> str:
    names = [
        str(words)
        for name, words in ANSWERS.items()
        if before.get(name) != after.get(name)
    ]
    if not names:
        return _("Changed no answer.")
    return _("Changed answers: %(names)s.") % {"names": ", ".join(names)}


def _set(given: QueryDict, standing: Standing, document: Document) -> Iterator[str]:
    """Put each date or reason for a step into the document, and say so."""
    for name in given:
        if not SET_FIELD.match(name):
            continue
        # No text for people has a NUL, and PostgreSQL keeps none that does.
        kind, value = name.partition("-")[0], str(given[name]).replace("\0", "").strip()
        thing = step_id(name)
        step = standing.step(thing)
        words = {"step": step.title if step else standing.catalogue.title_of(thing)}
        part = "not_needed" if kind == "no" else "pins"
        others = [one for one in document.get(part, []) if one["id"] != thing]
        had_one = len(others) < len(document.get(part, []))
        if value:
            others.append({"id": thing, SET_KEYS[kind]: value})
        document[part] = others
        if value:
            words |= {"value": value if kind == "no" else _in_words(value)}
            yield SET_WORDS[kind] % words
        elif had_one and kind == "no":
            yield _("“%(step)s” is needed after all.") % words
        elif had_one:
            yield _("“%(step)s” has no date of its own any more.") % words


def _put_own(
    given: QueryDict, slug: str, standing: Standing, document: Document
) -> str:
    """Put a milestone of one's own into the document, new or changed, and say so."""
    known = next((o for o in standing.background.own if o.slug == slug), None)
    form = OwnForm(given, choices=_can_be_needed(standing, known), action="")
    if not form.is_valid():
        raise CannotBe(" ".join(_messages(form)))
    made = form.milestone(slug)
    added = write_background(replace(standing.background, own=(made,)))["own"]
    before = document.get("own", [])
    if known is None:
        document["own"] = [*before, *added]
        return _("Added “%(title)s”.") % {"title": made.title}
    document["own"] = [added[0] if one["slug"] == slug else one for one in before]
    return _("Changed “%(title)s”.") % {"title": made.title}


def _drop_own(slug: str, document: Document) -> str:
    """Take a milestone of one's own out of the document, and say so."""
    dropped = [one for one in document.get("own", []) if one["slug"] == slug]
    if not dropped:
        raise CannotBe(_("It is not in this roadmap any more."))
    name = f"milestone:{slug}"
    document["own"] = [
        one | {"needs": [need for need in one.get("needs", []) if need != name]}
        for one in document["own"]
        if one["slug"] != slug
    ]
    for part in ("pins", "not_needed"):
        document[part] = [one for one in document.get(part, []) if one["id"] != name]
    return _("Removed “%(title)s”.") % {"title": dropped[0]["title"]}


def _can_be_needed(
    standing: Standing, known: OwnMilestone | None
) -> list[tuple[str, str]]:
    """Return what a milestone of one's own can wait for: steps, and others of them."""
    catalogue = standing.published.catalogue
    career = catalogue.roles[standing.background.career]
    steps = [
        (step.id, step.title)
        for step in standing.plan.steps
        if can_be_needed(catalogue, career, step.id)
    ]
    others = [
        (own.id, own.title)
        for own in standing.background.own
        if known is None or own.slug != known.slug
    ]
    return [*steps, *others]


def _next_slug(background: Background) -> str:
    taken = {own.slug for own in background.own}
    if len(taken) >= MOST_OWN:
        return f"{OWN}{MOST_OWN + 1}"  # the reader says that these are too many
    return next(
        slug for n in range(1, MOST_OWN + 1) if (slug := f"{OWN}{n}") not in taken
    )


def _initial(known: OwnMilestone | None) -> dict[str, Any]:
    if known is None:
        return {}
    unit = "hours" if known.weeks is None else "weeks"
    takes = known.hours if known.weeks is None else known.weeks
    return {
        "title": known.title,
        "takes": f"{takes:g}",
        "unit": unit,
        "needs": list(known.needs),
    }


def _in_words(value: str) -> str:
    try:
        return day_words(date.fromisoformat(value))
    except ValueError:
        return value  # the reader says what is wrong with it


# What is answered


def _accept(
    request: HttpRequest, standing: Standing, proposal: Proposal, answer: Answer
) -> HttpResponse:
    def save(base: int) -> RoadmapChange:
        return keeping.accept(
            standing,
            proposal.published,
            answer,
            proposal.what,
            by=cast(User, request.user),
            base=base,
            now=timezone.now(),
        )

    answered = saved(request, standing, save, standing.roadmap.get_absolute_url())
    if answered.status_code == 303:
        _take_suggestion(request, standing)
    return answered


def _take_suggestion(request: HttpRequest, standing: Standing) -> None:
    """Say that a suggestion was taken, if it was one that led here."""
    number = request.GET.get(SUGGESTION, "")
    if not (number.isdecimal() and len(number) < 19):
        return
    comment = standing.roadmap.comments.filter(pk=int(number)).first()
    if comment is not None and comment.is_open:
        talking.take(comment, now=timezone.now())


def _lead_on(roadmap: Roadmap, given: Mapping[str, object]) -> HttpResponse:
    query = urlencode(given, doseq=True)
    page = reverse("planner:roadmap-change", args=[roadmap.code])
    return HttpResponseRedirect(f"{page}?{query}")


def _refused(
    request: HttpRequest, roadmap: Roadmap, problems: list[str], back: str = ""
) -> HttpResponse:
    context = {
        "roadmap": roadmap,
        "problems": problems,
        "back": back or roadmap.get_absolute_url(),
    }
    return render(request, "planner/roadmap_refused.html", context, status=422)


def _messages(form: Form) -> list[str]:
    return [str(message) for found in form.errors.values() for message in found]


SET_WORDS = {
    "nb": _lazy("“%(step)s” not before %(value)s."),
    "ex": _lazy("“%(step)s” exactly in the week of %(value)s."),
    "no": _lazy("“%(step)s” is not needed: %(value)s"),
}
ANSWERS = {
    "career": _lazy("the career"),
    "start": _lazy("the start"),
    "hours_per_week": _lazy("free hours"),
    "full_time_study": _lazy("full-time study"),
    "masters": _lazy("the master’s"),
    "education": _lazy("education"),
    "skills": _lazy("skills"),
    "experience": _lazy("work"),
    "done": _lazy("what is done"),
    "target_date": _lazy("the date in mind"),
    "budget": _lazy("the budget"),
    "tuition_per_year": _lazy("what a year of study costs"),
    "pay": _lazy("the pay"),
    "pay_with_masters": _lazy("the pay with a master’s"),
    "objective": _lazy("what counts most"),
    "masters_mode": _lazy("how a master’s is studied"),
    "bootcamp": _lazy("the bootcamp"),
    "pins": _lazy("dates of your own"),
    "not_needed": _lazy("what is not needed"),
}
