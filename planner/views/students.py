"""A student's roadmap as an advisor sees it, and what an advisor does there.

Each of these is found only while the student's consent is in force, and every look at
the roadmap is written down before it is answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from planner import auditing, keeping, talking
from planner.documents.background import BadInput
from planner.exports import EXPORTS
from planner.filing import advice_of
from planner.forms import SET_KEYS
from planner.keeping import Standing
from planner.models import AuditEntry, Comment, Consent, Membership
from planner.pages.steps import key_of
from planner.talk_forms import (
    AssignForm,
    NoteForm,
    RemarkForm,
    ReviewForm,
    SuggestionForm,
)
from planner.talking import NotNow
from planner.views.changes import CannotBe, proposal_of
from planner.views.exports import file_links, file_response
from planner.views.kept import seen
from planner.views.sharing import kept_of
from planner.views.working import as_advisor, with_student

Review = Consent.Review
MOST_REMARKS = 200  # in the list of those that wait


@require_safe
@with_student
@gzip_page
def student(request: HttpRequest, member: Membership, consent: Consent) -> HttpResponse:
    """Show the roadmap that a student lets the organisation see, and what is said."""
    return _page(request, member, consent)


@require_http_methods(["GET", "HEAD", "POST"])
@with_student
def say(request: HttpRequest, member: Membership, consent: Consent) -> HttpResponse:
    """Write a remark to the roadmap or to a step, with a change or without."""
    standing = _standing(consent)
    step_id = request.GET.get("step", "").replace("-", ":", 1)
    step = standing.step(step_id)
    if step_id and step is None:
        raise Http404
    here = _address("student-say", consent)
    if step is not None:
        here = f"{here}?{urlencode({'step': key_of(step.id)})}"
    posted = request.POST if request.method == "POST" else None
    handles = list(talking.people_of(consent))
    form: Form = (
        RemarkForm(posted, action=here, handles=handles)
        if step is None
        else SuggestionForm(posted, step=step.id, action=here, handles=handles)
    )
    proposal = proposed = ""
    if posted is not None and form.is_valid():
        try:
            proposal, proposed = _suggested(form.cleaned_data, step_id, standing)
        except (CannotBe, BadInput) as wrong:
            form.add_error(None, _in_words(wrong))
    if posted is not None and form.is_valid():
        talking.say(
            consent,
            member.user,
            form.cleaned_data["text"],
            now=timezone.now(),
            step=step_id,
            proposal=proposal,
            proposed=proposed,
        )
        messages.success(request, _("Your remark is kept."))
        anchor = f"#step-{key_of(step_id)}" if step_id else "#said"
        return _back(consent, anchor)
    auditing.note(member, [consent], AuditEntry.Action.VIEWED, timezone.now())
    said = _comments(consent).filter(step=step_id)
    context = {"consent": consent, "form": form, "step": step, "comments": said}
    status = 422 if form.errors else 200
    return render(request, "planner/student_say.html", context, status=status)


@require_POST
@with_student
def resolve(
    request: HttpRequest, member: Membership, consent: Consent, comment: int
) -> HttpResponse:
    """Say that a remark is dealt with, or that it is open again."""
    remark = get_object_or_404(_comments(consent), pk=comment)
    is_open = request.POST.get("open") == "yes"
    talking.resolve(remark, member.user, now=timezone.now(), is_open=is_open)
    return _back(consent, f"#remark-{remark.pk}")


@require_POST
@with_student
def review(request: HttpRequest, member: Membership, consent: Consent) -> HttpResponse:
    """Approve the roadmap as it stands, or ask for changes."""
    if consent.roadmap is None:
        raise Http404
    form = _review_form(consent, request.POST)
    if not form.is_valid():
        return _page(request, member, consent, review=form)
    state = request.POST["review"]
    text = form.cleaned_data["text"].strip()
    try:
        talking.lead_on(consent, member.user, state, text, now=timezone.now())
    except NotNow:
        messages.error(
            request, _("The review stands elsewhere by now. Look at it again.")
        )
    else:
        messages.success(
            request, _("The review: %(state)s.") % {"state": Review(state).label}
        )
    return _back(consent, "#review")


@require_POST
@with_student
def approve(request: HttpRequest, member: Membership, consent: Consent) -> HttpResponse:
    """Agree that something is not needed, for the reason that the page showed."""
    standing = _standing(consent)
    reasons = {one.id: one.because for one in standing.background.not_needed}
    thing, because = request.POST.get("thing", ""), request.POST.get("because", "")
    if thing not in reasons:
        raise Http404
    if reasons[thing] != because:
        messages.error(
            request, _("The reason was changed meanwhile. Read it, then decide.")
        )
        return _back(consent, "#exceptions")
    talking.approve_override(consent, thing, because, member.user, now=timezone.now())
    messages.success(request, _("You agree, and the student sees that."))
    return _back(consent, "#exceptions")


@require_POST
@with_student
def note(request: HttpRequest, member: Membership, consent: Consent) -> HttpResponse:
    """Keep a note for the advisors."""
    form = NoteForm(request.POST, action=_address("student-note", consent))
    if not form.is_valid():
        return _page(request, member, consent, note=form)
    text = form.cleaned_data["text"]
    talking.note(consent, member.user, text, now=timezone.now())
    messages.success(request, _("The note is kept."))
    return _back(consent, "#notes")


@require_POST
@with_student
def assign(request: HttpRequest, member: Membership, consent: Consent) -> HttpResponse:
    """Say which advisor looks after a student."""
    form = _assign_form(consent, request.POST)
    if not form.is_valid():
        return _page(request, member, consent, assign=form)
    Consent.objects.filter(pk=consent.pk).update(advisor=form.person)
    messages.success(request, _("That is who looks after this student now."))
    return _back(consent, "#assigned")


@require_safe
@with_student
def file(
    request: HttpRequest, member: Membership, consent: Consent, format: str
) -> HttpResponse:
    """Give an advisor a file of the roadmap, without the student's notes."""
    made = EXPORTS.get(format)
    if made is None:
        raise Http404
    standing = _standing(consent)
    auditing.note(
        member, [consent], AuditEntry.Action.EXPORTED, timezone.now(), made.title
    )
    kept = replace(kept_of(standing, None), notes={})
    body = made.make(advice_of(standing), standing.catalogue, kept)
    return file_response(made, body, standing.roadmap.name)


@require_safe
@as_advisor
def remarks(request: HttpRequest, member: Membership) -> HttpResponse:
    """List what waits for an answer: remarks that name this advisor, and of theirs."""
    open_ones = (
        Comment.objects.filter(
            consent__organisation=member.organisation,
            consent__withdrawn_at=None,
            consent__student__is_active=True,
            resolved_at=None,
        )
        .exclude(author=member.user)
        .select_related("author", "roadmap", "consent__student")
    )
    named = open_ones.filter(mentioned=member.user).order_by("-made_at")
    mine = open_ones.filter(consent__advisor=member.user).order_by("-made_at")
    lists = [
        (_("They name you"), list(named[:MOST_REMARKS])),
        (_("From your students and colleagues"), list(mine[:MOST_REMARKS])),
    ]
    shown = {one.consent for _words, found in lists for one in found}
    auditing.note(member, shown, AuditEntry.Action.LISTED, timezone.now(), _("Remarks"))
    context = {
        "organisation": member.organisation,
        "member": member,
        "lists": lists,
    }
    return render(request, "planner/remarks.html", context)


# The page


def _page(
    request: HttpRequest, member: Membership, consent: Consent, **forms: Form
) -> HttpResponse:
    auditing.note(member, [consent], AuditEntry.Action.VIEWED, timezone.now())
    context: dict[str, Any] = {
        "organisation": consent.organisation,
        "consent": consent,
        "student_name": auditing.person_name(consent.student),
        "notes": consent.notes.select_related("author"),
        "note_form": forms.get(
            "note", NoteForm(action=_address("student-note", consent))
        ),
        "assign_form": forms.get("assign", _assign_form(consent, None)),
        # What the base page puts “Error:” before its title for.
        "form": next(iter(forms.values()), None),
    }
    if consent.roadmap is not None:
        context |= _roadmap(consent, forms)
    status = 422 if forms else 200
    return render(request, "planner/student.html", context, status=status)


def _roadmap(consent: Consent, forms: Mapping[str, Form]) -> dict[str, Any]:
    standing, today = _standing(consent), timezone.localdate()
    shown = seen(standing, standing.plan, today)
    said = by_step(_comments(consent))
    reasons = {one.id: one.because for one in standing.background.not_needed}
    approved = talking.approvals_of(
        consent.approved_overrides.filter(roadmap=consent.roadmap).select_related(
            "approved_by"
        ),
        reasons,
    )
    return {
        **shown,
        "roadmap": consent.roadmap,
        "steps": [
            (step, state, said.get(step.key, [])) for step, state in shown["steps"]
        ],
        "said": said.get("", []),
        "elsewhere": elsewhere(said, standing),
        "overrides": [
            (thing, standing.catalogue.title_of(thing), because, approved.get(thing))
            for thing, because in reasons.items()
        ],
        "review_form": forms.get("review", _review_form(consent, None)),
        "files": file_links(
            lambda kind: reverse(
                "planner:student-file",
                args=[consent.organisation.code, consent.code, kind],
            )
        ),
    }


def by_step(comments: Iterable[Comment]) -> dict[str, list[Comment]]:
    """Return remarks by the key of their step; under nothing those to the whole."""
    found: dict[str, list[Comment]] = {}
    for comment in comments:
        found.setdefault(comment.key, []).append(comment)
    return found


def elsewhere(said: Mapping[str, list[Comment]], standing: Standing) -> list[Comment]:
    """Return the remarks to steps that the plan has no more."""
    known = {"", *(key_of(step.id) for step in standing.plan.steps)}
    return [one for key, found in said.items() if key not in known for one in found]


def _review_form(consent: Consent, posted: QueryDict | None) -> ReviewForm:
    words = {
        Review.APPROVED: _("Approve it as it stands"),
        Review.CHANGES: _("Ask for changes"),
    }
    ways = talking.BY_ADVISOR[Review(consent.review)]
    return ReviewForm(
        posted,
        action=_address("student-review", consent),
        ways=[(way.value, words[way]) for way in ways],
    )


def _assign_form(consent: Consent, posted: QueryDict | None) -> AssignForm:
    members = (
        Membership.objects.in_force()
        .advisors()
        .filter(organisation=consent.organisation)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "user__email")
    )
    return AssignForm(
        posted,
        initial={"advisor": str(consent.advisor_id or "")},
        advisors=[one.user for one in members],
        action=_address("student-assign", consent),
    )


def _suggested(
    given: Mapping[str, Any], step_id: str, standing: Standing
) -> tuple[str, str]:
    """Return a suggested change as the query of the page that shows it, and in words.

    Raises CannotBe or BadInput where the plan cannot be asked for it.
    """
    key = key_of(step_id)
    asked = {
        f"{name}-{key}": value if name == "no" else value.isoformat()
        for name in SET_KEYS
        if (value := given.get(name))
    }
    if not asked:
        return "", ""
    query = urlencode(asked)
    today = timezone.localdate()
    return query, proposal_of(QueryDict(query), standing, today).what


def _in_words(wrong: CannotBe | BadInput) -> str:
    if isinstance(wrong, BadInput):
        return " ".join(error.message for error in wrong.errors)
    return str(wrong)


def _standing(consent: Consent) -> Standing:
    if consent.roadmap is None:
        raise Http404
    return keeping.standing_of(consent.roadmap)


def _comments(consent: Consent) -> QuerySet[Comment]:
    return Comment.objects.filter(
        consent=consent, roadmap=consent.roadmap
    ).select_related("author", "resolved_by")


def _address(view: str, consent: Consent) -> str:
    return reverse(f"planner:{view}", args=[consent.organisation.code, consent.code])


def _back(consent: Consent, anchor: str) -> HttpResponse:
    return HttpResponseRedirect(f"{_address('student', consent)}{anchor}", status=303)
