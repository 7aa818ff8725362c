"""Roadmaps that people keep: the list of them, one of them, and what is done in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from planner import keeping, queries, talking
from planner.career_pages import source_links
from planner.engine.background import Mark
from planner.engine.plans import Plan
from planner.forms import BackgroundForm
from planner.keeping import Changed, NothingThere, Standing
from planner.models import (
    ApprovedOverride,
    Comment,
    Consent,
    Roadmap,
    RoadmapChange,
    User,
)
from planner.models.roadmaps import LONGEST_NAME
from planner.pages import agenda, headline, roadmap_page, roadmaps_page
from planner.pages.steps import key_of, step_pages
from planner.roadmap_forms import NameForm, SetForm, StepForm
from planner.views.exports import file_links
from planner.views.published import needs_catalogue

KEPT = "kept"  # in the session: what was planned before signing in
MOST_KEPT = 5
MOST_COMPARED = 4

View = Callable[..., HttpResponse]


def own_roadmap(view: View) -> View:
    """Give a view the roadmap of a code, if it is this person's own; else 404.

    Who is not signed in is asked to, whether there is such a roadmap or not.
    """

    @wraps(view)
    @login_required
    @never_cache
    def answer(request: HttpRequest, code: UUID, **captured: Any) -> HttpResponse:
        owner = cast(User, request.user)
        mine = with_what_leads_on(Roadmap.objects.of(owner).as_they_stand())
        return view(request, get_object_or_404(mine, code=code), **captured)

    return answer


def with_what_leads_on(roadmaps: QuerySet[Roadmap]) -> QuerySet[Roadmap]:
    """Tell of each what redoing does, and whether it is shown to advisors.

    In the query that fetches it, since a page has few of them.
    """
    again = RoadmapChange.objects.filter(parent=OuterRef("current_id"))
    consents = Consent.objects.filter(roadmap=OuterRef("pk"), withdrawn_at=None)
    remarks = Comment.objects.filter(roadmap=OuterRef("pk"))
    return roadmaps.annotate(
        again=Subquery(again.order_by("-number").values("what")[:1]),
        is_shown=Exists(consents),
        has_remarks=Exists(remarks),
    )


# The list


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """List what somebody keeps, with what is to do now in each."""
    owner = cast(User, request.user)
    today = timezone.localdate()
    rows: list[dict[str, Any]] = []
    for roadmap in Roadmap.objects.of(owner).as_they_stand():
        standing = keeping.standing_of(roadmap)
        rows.append(
            {
                "roadmap": roadmap,
                "headline": headline(
                    standing.plan, standing.catalogue, today, standing.forecast
                ),
                "agenda": agenda(
                    standing.plan, standing.marks, standing.catalogue, today
                ),
            }
        )
    context = {
        "rows": [row for row in rows if row["roadmap"].archived_at is None],
        "archived": [row for row in rows if row["roadmap"].archived_at is not None],
    }
    return render(request, "planner/roadmaps.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs_catalogue
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the answers of the address as a roadmap, at once or after signing in."""
    published, today = queries.published(), timezone.localdate()
    answers = BackgroundForm(request.GET, published=published, today=today)
    if not answers.is_valid() or answers.background is None:
        return HttpResponseRedirect(answers.address)
    title = published.catalogue.roles[answers.background.career].title
    here = answers.address_at(reverse("planner:keep"))
    form = NameForm(
        request.POST if request.method == "POST" else None,
        initial={"name": title},
        button=_("Keep it"),
        action=here,
    )
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        if not request.user.is_authenticated:
            waiting = request.session.get(KEPT, [])
            waiting.append({"answers": answers.address.partition("?")[2], "name": name})
            request.session[KEPT] = waiting[-MOST_KEPT:]
            query = urlencode({"next": reverse("planner:roadmaps")})
            return HttpResponseRedirect(
                f"{reverse('account_signup')}?{query}", status=303
            )
        kept = keeping.keep(
            request.user,
            published,
            answers.background,
            name=name,
            now=timezone.now(),
        )
        messages.success(request, _("“%(name)s” is kept.") % {"name": name})
        return HttpResponseRedirect(kept.get_absolute_url(), status=303)
    context = {"form": form, "title": title, "back": answers.address}
    status = 422 if form.errors else 200
    return render(request, "planner/keep.html", context, status=status)


def claim(request: HttpRequest, user: User, **signal: Any) -> None:
    """Keep for somebody who signs in what they planned before. For `user_logged_in`."""
    waiting = request.session.pop(KEPT, [])
    if not waiting:
        return
    try:
        published = queries.published()
    except queries.NothingPublished:
        request.session[KEPT] = waiting
        return
    for one in waiting:
        answers = BackgroundForm(
            QueryDict(one["answers"]),
            published=published,
            today=timezone.localdate(),
        )
        if answers.is_valid() and answers.background is not None:
            now, name = timezone.now(), one["name"]
            keeping.keep(user, published, answers.background, name=name, now=now)
            messages.success(request, _("“%(name)s” is kept.") % {"name": name})


@require_safe
@login_required
@never_cache
@gzip_page
def compare(request: HttpRequest) -> HttpResponse:
    """Show two to four roadmaps beside each other."""
    codes = list(dict.fromkeys(request.GET.getlist("r")))
    mine = Roadmap.objects.of(cast(User, request.user)).as_they_stand()
    known = {str(roadmap.code): roadmap for roadmap in mine}
    chosen = [known[code] for code in codes if code in known]
    if not 2 <= len(chosen) <= MOST_COMPARED:
        messages.error(
            request, _("Choose two to four roadmaps to compare, by their boxes.")
        )
        return redirect("planner:roadmaps")
    standings = [keeping.standing_of(roadmap) for roadmap in chosen]
    page = roadmaps_page(
        [(one.roadmap.name, one.plan, one.catalogue) for one in standings],
        timezone.localdate(),
    )
    context = {"page": page, "roadmaps": chosen}
    return render(request, "planner/roadmaps_compared.html", context)


# One roadmap


@require_safe
@own_roadmap
@gzip_page
def detail(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """Show a roadmap as it stands, with what is to do now."""
    return _show(request, roadmap)


@require_http_methods(["GET", "HEAD", "POST"])
@own_roadmap
def step(request: HttpRequest, roadmap: Roadmap, key: str) -> HttpResponse:
    """Show a step with what became of it, and save that."""
    standing, today = keeping.standing_of(roadmap), timezone.localdate()
    step_id = key.replace("-", ":", 1)
    planned = standing.step(step_id)
    if planned is None:
        raise Http404
    here = reverse("planner:roadmap-step", args=[roadmap.code, key])
    mark = standing.marks.get(step_id, Mark())
    form = StepForm(
        request.POST if request.method == "POST" else None,
        initial={
            "revision": roadmap.revision,
            "started": mark.started,
            "finished": mark.finished,
            "expected": mark.expected,
            "note": standing.notes.get(step_id, ""),
        },
        today=today,
        action=here,
    )
    if request.method == "POST" and form.is_valid():
        return _save_step(request, standing, step_id, form)
    pin = next((p for p in standing.background.pins if p.id == step_id), None)
    links = source_links(standing.published.document)
    pages = step_pages(standing.plan, standing.catalogue, links, standing.forecast)
    context = {
        "roadmap": roadmap,
        "form": form,
        "step": next(page for page in pages if page.key == key),
        "own": next((o for o in standing.background.own if o.id == step_id), None),
        "set_form": SetForm(
            initial={
                "nb": pin.not_before if pin else None,
                "ex": pin.exactly if pin else None,
            },
            step=step_id,
            action=reverse("planner:roadmap-set", args=[roadmap.code, key]),
        ),
        "can_be_set": planned.because.kind != "in-progress" and not mark.has_begun,
    }
    status = 422 if form.errors else 200
    return render(request, "planner/roadmap_step.html", context, status=status)


@require_POST
@own_roadmap
def quick(request: HttpRequest, roadmap: Roadmap, key: str) -> HttpResponse:
    """Mark a step as started or done today, by one button."""
    standing, today = keeping.standing_of(roadmap), timezone.localdate()
    step_id = key.replace("-", ":", 1)
    if standing.step(step_id) is None:
        raise Http404
    mark = standing.marks.get(step_id, Mark())
    if request.POST.get("mark") == "started":
        mark = Mark(started=today)
    elif request.POST.get("mark") == "finished":
        mark = Mark(started=mark.started, finished=today)
    else:
        raise Http404
    return saved(
        request,
        standing,
        lambda base: keeping.mark(
            standing,
            step_id,
            mark,
            by=cast(User, request.user),
            base=base,
            now=timezone.now(),
        ),
        f"{roadmap.get_absolute_url()}#step-{key}",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@own_roadmap
def rename(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """Call a roadmap something else."""
    form = NameForm(
        request.POST if request.method == "POST" else None,
        initial={"revision": roadmap.revision, "name": roadmap.name},
        button=_("Rename it"),
        action=reverse("planner:roadmap-rename", args=[roadmap.code]),
    )
    if request.method == "POST" and form.is_valid():
        standing, name = keeping.standing_of(roadmap), form.cleaned_data["name"]
        return saved(
            request,
            standing,
            lambda base: keeping.rename(
                standing,
                name,
                by=cast(User, request.user),
                base=base,
                now=timezone.now(),
            ),
            roadmap.get_absolute_url(),
        )
    status = 422 if form.errors else 200
    context = {"roadmap": roadmap, "form": form}
    return render(request, "planner/roadmap_rename.html", context, status=status)


@require_POST
@own_roadmap
def duplicate(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """Give its owner a copy, to try something else with."""
    name = _("%(name)s (copy)") % {"name": roadmap.name}
    copy = keeping.copy_roadmap(
        keeping.standing_of(roadmap), name=name[:LONGEST_NAME], now=timezone.now()
    )
    words = {"name": roadmap.name}
    messages.success(request, _("This is a copy of “%(name)s”.") % words)
    return HttpResponseRedirect(copy.get_absolute_url(), status=303)


@require_POST
@own_roadmap
def archive(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """Put a roadmap away; it can be fetched back."""
    Roadmap.objects.filter(pk=roadmap.pk).update(archived_at=timezone.now())
    messages.success(request, _("“%(name)s” is archived.") % {"name": roadmap.name})
    return HttpResponseRedirect(reverse("planner:roadmaps"), status=303)


@require_POST
@own_roadmap
def restore(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """Fetch a roadmap back that was archived."""
    Roadmap.objects.filter(pk=roadmap.pk).update(archived_at=None)
    messages.success(request, _("“%(name)s” is back.") % {"name": roadmap.name})
    return HttpResponseRedirect(reverse("planner:roadmaps"), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@own_roadmap
def delete(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """Ask, then delete a roadmap with its whole history."""
    if request.method == "POST":
        roadmap.delete()
        messages.success(request, _("“%(name)s” is deleted.") % {"name": roadmap.name})
        return HttpResponseRedirect(reverse("planner:roadmaps"), status=303)
    changes = roadmap.changes.count()
    context = {"roadmap": roadmap, "changes": changes}
    return render(request, "planner/roadmap_delete.html", context)


# Its history


@require_safe
@own_roadmap
def history(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """List every change, those that were undone among them."""
    holding = keeping.in_force(roadmap)
    changes = roadmap.changes.select_related("made_by")
    context = {
        "roadmap": roadmap,
        "changes": [(change, change.pk in holding) for change in changes],
        "can_undo": roadmap.current is not None and roadmap.current.parent_id,
        "to_redo": keeping.to_redo(roadmap),
    }
    return render(request, "planner/roadmap_history.html", context)


@require_POST
@own_roadmap
def undo(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """Take the last change back."""
    return _moved(request, roadmap, keeping.undo, _("Undone: %(what)s"))


@require_POST
@own_roadmap
def redo(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """Make the change again that was undone last."""
    return _moved(request, roadmap, keeping.redo, _("Done again: %(what)s"))


@require_POST
@own_roadmap
def go_to(request: HttpRequest, roadmap: Roadmap, number: int) -> HttpResponse:
    """Go to how the roadmap stood after one of its changes."""
    change = get_object_or_404(roadmap.changes, number=number)

    def go(roadmap: Roadmap, **when: Any) -> RoadmapChange:
        return keeping.go_to(roadmap, change, **when)

    return _moved(request, roadmap, go, _("As it was after: %(what)s"))


# What they share


def saved(
    request: HttpRequest,
    standing: Standing,
    save: Callable[[int], RoadmapChange],
    then: str,
) -> HttpResponse:
    """Save a change and say what it was; or show both, if there is another by now."""
    try:
        made = save(base_of(request, standing.roadmap))
    except Changed:
        return conflict(request, standing.roadmap)
    messages.success(request, made.what)
    return HttpResponseRedirect(then, status=303)


def base_of(request: HttpRequest, roadmap: Roadmap) -> int:
    """Return the revision that a page was made on, as it says itself."""
    given = request.POST.get("revision", "")
    return int(given) if given.isdecimal() and len(given) < 10 else -1


def conflict(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """Show what was changed meanwhile beside what was typed, which is kept."""
    fresh = Roadmap.objects.as_they_stand().get(pk=roadmap.pk)
    base = base_of(request, roadmap)
    hidden = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "revision")
    ]
    context = {
        "roadmap": fresh,
        "since": fresh.changes.filter(number__gt=base),
        "hidden": hidden,
        "typed": [(_label(name), value) for name, value in hidden if value],
        "here": request.get_full_path(),
    }
    return render(request, "planner/roadmap_conflict.html", context, status=409)


def _label(name: str) -> str:
    labels = {
        "started": _("Started on"),
        "finished": _("Done on"),
        "expected": _("Will be done by"),
        "note": _("Note"),
        "name": _("Name"),
        "mark": _("Mark as"),
        "as_of": _("As of"),
    }
    return labels.get(name, name)


def _save_step(
    request: HttpRequest, standing: Standing, step_id: str, form: StepForm
) -> HttpResponse:
    note = form.cleaned_data["note"].strip()

    def save(base: int) -> RoadmapChange:
        return keeping.say(
            standing,
            step_id,
            form.mark,
            note,
            by=cast(User, request.user),
            base=base,
            now=timezone.now(),
        )

    then = f"{standing.roadmap.get_absolute_url()}#step-{key_of(step_id)}"
    if form.mark == standing.marks.get(step_id, Mark()) and note == standing.notes.get(
        step_id, ""
    ):
        messages.info(request, _("Nothing was changed."))
        return HttpResponseRedirect(then, status=303)
    return saved(request, standing, save, then)


def _moved(
    request: HttpRequest,
    roadmap: Roadmap,
    move: Callable[..., RoadmapChange],
    words: str,
) -> HttpResponse:
    try:
        change = move(roadmap, base=base_of(request, roadmap), now=timezone.now())
    except Changed:
        return conflict(request, roadmap)
    except NothingThere:
        messages.info(request, _("There is nothing more to undo or to do again."))
    else:
        messages.success(request, words % {"what": change.what})
    return HttpResponseRedirect(roadmap.get_absolute_url(), status=303)


def seen(standing: Standing, plan: Plan, today: date) -> dict[str, Any]:
    """Return what a roadmap's pages show of its plan, and how it stands on a day.

    `steps` has each step with what became of it. `plan` is that of the standing, or
    what may be shown of it.
    """
    todo = agenda(standing.plan, standing.marks, standing.catalogue, today)
    done = {name for name, state in todo.states.items() if state.kind == "done"}
    links = source_links(standing.published.document)
    page = roadmap_page(plan, standing.catalogue, today, links, standing.forecast, done)
    states = {key_of(name): state for name, state in todo.states.items()}
    steps = [(step, states[step.key]) for step in page.steps]
    return {"page": page, "agenda": todo, "steps": steps}


def _show(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    standing, today = keeping.standing_of(roadmap), timezone.localdate()
    shown = seen(standing, standing.plan, today)
    notes = {key_of(name): note for name, note in standing.notes.items()}
    change_page = reverse("planner:roadmap-change", args=[roadmap.code])
    said, agreed = _said(roadmap), _agreed(standing)
    context = {
        **shown,
        "roadmap": roadmap,
        "steps": [
            (s, state, notes.get(s.key, ""), said.get(s.key, []))
            for s, state in shown["steps"]
        ],
        "open": [one for found in said.values() for one in found if one.is_open],
        "newer": _newer(standing),
        "overrides": [
            (
                standing.catalogue.title_of(one.id),
                one.because,
                f"{change_page}?{urlencode({f'no-{key_of(one.id)}': ''})}",
                agreed.get(one.id),
            )
            for one in standing.background.not_needed
        ],
        "files": file_links(
            lambda kind: reverse("planner:roadmap-export", args=[roadmap.code, kind])
        ),
    }
    return render(request, "planner/roadmap.html", context)


def _said(roadmap: Roadmap) -> dict[str, list[Comment]]:
    """Return what advisors and the student said, by the key of the step."""
    if not getattr(roadmap, "has_remarks", False):
        return {}
    remarks = roadmap.comments.filter(resolved_at=None).select_related("author")
    found: dict[str, list[Comment]] = {}
    for remark in remarks:
        found.setdefault(remark.key, []).append(remark)
    return found


def _agreed(standing: Standing) -> dict[str, ApprovedOverride]:
    """Return by what is not needed that an advisor agrees with the reason."""
    reasons = {one.id: one.because for one in standing.background.not_needed}
    if not reasons or not getattr(standing.roadmap, "is_shown", False):
        return {}
    approved = ApprovedOverride.objects.filter(
        roadmap=standing.roadmap, consent__withdrawn_at=None
    ).select_related("approved_by")
    return talking.approvals_of(approved, reasons)


def _newer(standing: Standing) -> str:
    """Return the name of the current version if this plan is other with it."""
    try:
        newest = queries.published()
    except queries.NothingPublished:
        return ""
    return newest.version if keeping.would_change(standing, newest) else ""
