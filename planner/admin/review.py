"""The pages on which a draft is reviewed, published, and taken back."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planner import reviewing
from planner.admin.links import address_of, addresses, names_of
from planner.documents.differences import (
    HOWS,
    KINDS,
    Change,
    counted,
    grouped,
    in_words,
)
from planner.documents.review import Finding
from planner.effects import step_changes
from planner.loading import CatalogueProblems
from planner.models import CatalogueVersion
from planner.services import NOTE, DraftMoved, Seen, publish_catalogue, revert_catalogue

VIEWING = "planner.view_catalogueversion"
PUBLISHING = "planner.publish_catalogueversion"
REVERTING = "planner.revert_catalogueversion"

REVIEW, EFFECT, PUBLISH, REVERT = (
    f"planner_catalogueversion_{name}"
    for name in ("review", "effect", "publish", "revert")
)

ROWS = 100  # changed rows on a page
MOST_LOST = 50  # edits that are listed before they are lost
REFUSED, CONFLICT = 422, 409

FOLDER = "admin/planner/catalogueversion"


class SeenForm(forms.Form):
    """Carries what the page showed, so that nothing else is published."""

    draft = forms.CharField(widget=forms.HiddenInput, max_length=64)
    published = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    @property
    def seen(self) -> Seen:
        return Seen(
            draft=self.cleaned_data["draft"], published=self.cleaned_data["published"]
        )

    def show(self, seen: Seen) -> None:
        """Carry what the page shows now, and keep what was typed."""
        now = {"draft": seen.draft, "published": seen.published}
        self.initial.update(now)
        if self.is_bound:
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data.update({name: str(value) for name, value in now.items()})
            self.data = data


class PublishForm(SeenForm):
    note = forms.CharField(
        label=gettext_lazy("What changed, and why"),
        max_length=NOTE,
        help_text=gettext_lazy(
            "A sentence for whoever reads the list of versions later."
        ),
        error_messages={"required": gettext_lazy("Say what changed, and why.")},
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class RevertForm(SeenForm):
    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=NOTE - 40,
        help_text=gettext_lazy("It stands behind “Back to version …” in the list."),
        error_messages={"required": gettext_lazy("Say why you go back.")},
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    loses = forms.BooleanField(
        label=gettext_lazy("Lose the edits listed above"),
        error_messages={
            "required": gettext_lazy(
                "These edits would be lost. Tick the box if that is what you want, or "
                "publish them first."
            )
        },
    )

    def __init__(self, *args: Any, loses: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""  # a box and a question read better without a colon
        if not loses:
            del self.fields["loses"]


@dataclass(frozen=True, slots=True)
class Linked:
    """A change or a finding, with the address of the page where it is edited."""

    what: Any
    address: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A link that shows only some of the changes, and how many these are."""

    name: str
    title: str
    count: int
    address: str
    is_chosen: bool


class Changes:
    """Changes as a page shows them: some of them, by thing, with links."""

    def __init__(
        self, changes: Sequence[Change], request: HttpRequest, address: str
    ) -> None:
        self.address = address
        self.total = len(changes)
        self.in_words = in_words(changes)
        how, kind = request.GET.get("how", ""), request.GET.get("kind", "")
        self.how = how if how in HOWS else ""
        self.kind = kind if kind in KINDS else ""
        by_how, _kinds = counted(c for c in changes if self.kind in ("", c.kind))
        _hows, by_kind = counted(c for c in changes if self.how in ("", c.how))
        self.hows = self._filters("how", HOWS, HOWS, by_how)
        self.kinds = self._filters("kind", KINDS, KINDS.values(), by_kind)
        chosen = [
            change
            for change in changes
            if self.how in ("", change.how) and self.kind in ("", change.kind)
        ]
        self.page: Page[Change] = Paginator(chosen, ROWS).get_page(
            request.GET.get("page")
        )
        self.chosen = len(chosen)
        self.groups = _linked_groups(self.page.object_list)
        self.before = self._address(page=self._number(-1)) if self.is_after else ""
        self.next = self._address(page=self._number(1)) if self.is_before else ""

    @property
    def is_after(self) -> bool:
        return self.page.has_previous()

    @property
    def is_before(self) -> bool:
        return self.page.has_next()

    def _number(self, step: int) -> str:
        return str(self.page.number + step)

    def _filters(
        self, name: str, values: Iterable[str], titles: Iterable[str], counts: Any
    ) -> list[Filter]:
        chosen = getattr(self, name)
        everything = Filter(
            name,
            _("all"),
            sum(counts.values()),
            self._address(**{name: ""}),
            not chosen,
        )
        return [everything] + [
            Filter(
                name,
                title,
                counts[value],
                self._address(**{name: value}),
                chosen == value,
            )
            for value, title in zip(values, titles, strict=True)
            if counts[value] or chosen == value
        ]

    def _address(self, **changed: str) -> str:
        query = {"how": self.how, "kind": self.kind} | changed
        words = "&".join(f"{name}={value}" for name, value in query.items() if value)
        return f"{self.address}?{words}#changes"


def review_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Show what publishing would change, and what is wrong with it."""
    _must_be_allowed(request, VIEWING)
    return _review(site, request, PublishForm())


def publish(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Publish what was reviewed, or say what keeps it from being published."""
    _must_be_allowed(request, PUBLISHING)
    if request.method != "POST":
        return redirect(f"admin:{REVIEW}")
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _review(site, request, form, status=REFUSED)
    before = CatalogueVersion.objects.current()
    try:
        version = publish_catalogue(
            note=form.cleaned_data["note"], by=_person(request), seen=form.seen
        )
    except DraftMoved:
        moved = _(
            "The draft changed since you looked at it, so nothing was published. Below "
            "is how it stands now: look at it, and publish again."
        )
        return _review(site, request, form, moved, status=CONFLICT)
    except CatalogueProblems:
        kept = _("Nothing was published: something has to be mended first.")
        return _review(site, request, form, kept, status=REFUSED)
    _say_what_was_published(request, before, version)
    return redirect("admin:planner_catalogueversion_changelist")


def effect_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Show what publishing would do to plans."""
    _must_be_allowed(request, VIEWING)
    begun = time.monotonic()
    context: dict[str, Any] = {"title": _("The effect on plans"), "effect": None}
    try:
        effect = reviewing.effect(
            timezone.localdate(),
            is_enough=lambda: time.monotonic() - begun > reviewing.MOST_SECONDS,
        )
    except reviewing.NothingToCompare:
        context["problem"] = _("Nothing is published yet, so no plan can be moved.")
    except ValueError as error:
        context["problem"] = str(error)
    else:
        context["effect"] = effect
        if effect.worst is not None:
            context["worst_career"], context["worst"] = effect.worst
            context["steps"] = step_changes(context["worst"])
    return _page(site, request, "effect.html", context)


def revert(site: AdminSite, request: HttpRequest, number: int) -> HttpResponse:
    """Show what going back to a version would change; then do it and publish it."""
    _must_be_allowed(request, REVERTING)
    version = CatalogueVersion.objects.filter(number=number).first()
    if version is None:
        raise Http404
    way = reviewing.way_back(version)
    is_post = request.method == "POST"
    form = RevertForm(request.POST if is_post else None, loses=bool(way.lost))
    message, status = "", REFUSED if is_post else 200
    if form.is_valid():
        before = CatalogueVersion.objects.current()
        try:
            made = revert_catalogue(
                version,
                why=form.cleaned_data["why"],
                by=_person(request),
                seen=form.seen,
            )
        except DraftMoved:
            way = reviewing.way_back(version)
            message, status = (
                _(
                    "The draft changed since you looked at it, or somebody is saving "
                    "just now, so nothing was changed. Below is how it stands now: "
                    "look at it, and go back again."
                ),
                CONFLICT,
            )
        except CatalogueProblems as error:
            first = _("Nothing was changed: the version cannot be gone back to.")
            message = " ".join([first, *error.problems[:5]])
        else:
            _say_what_was_published(request, before, made)
            return redirect("admin:planner_catalogueversion_changelist")
    form.show(way.seen)
    lost = way.lost[:MOST_LOST]
    context = {
        "title": _("Go back to version %(name)s") % {"name": version.name},
        "version": version,
        "form": form,
        "message": message,
        "changes": Changes(way.changes, request, address_of_revert(version)),
        "lost": _linked_groups(lost),
        "lost_in_words": in_words(way.lost),
        "more_lost": len(way.lost) - len(lost),
    }
    return _page(site, request, "revert.html", context, status)


def _review(
    site: AdminSite,
    request: HttpRequest,
    form: PublishForm,
    message: str = "",
    status: int = 200,
) -> HttpResponse:
    review = reviewing.review(timezone.localdate())
    form.show(review.seen)
    findings = [*review.problems]
    for concern in review.concerns:
        findings += concern.findings
    found = addresses(finding.about for finding in findings)
    context = {
        "title": _("Review the draft"),
        "review": review,
        "form": form,
        "message": message,
        "changes": Changes(review.changes, request, reverse(f"admin:{REVIEW}")),
        "problems": _linked_findings(review.problems, found),
        "concerns": [
            (concern, _linked_findings(concern.findings, found))
            for concern in review.concerns
        ],
        "may_publish": request.user.has_perm(PUBLISHING),
    }
    return _page(site, request, "review.html", context, status)


def _page(
    site: AdminSite,
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    shared = {**site.each_context(request), "opts": CatalogueVersion._meta}
    return TemplateResponse(
        request, f"{FOLDER}/{template}", {**shared, **context}, status=status
    )


def _must_be_allowed(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _person(request: HttpRequest) -> Any:
    return request.user


def _say_what_was_published(
    request: HttpRequest, before: CatalogueVersion | None, version: CatalogueVersion
) -> None:
    if before is not None and before.pk == version.pk:
        words = _(
            "The draft is what version %(name)s says; there is nothing to publish."
        )
        messages.info(request, words % {"name": version.name})
    else:
        words = _("Version %(name)s is published.")
        messages.success(request, words % {"name": version.name})


def _linked_findings(
    findings: Iterable[Finding], found: dict[str, str]
) -> list[Linked]:
    return [Linked(finding, found.get(finding.about, "")) for finding in findings]


def _linked_groups(changes: Iterable[Change]) -> list[tuple[Any, list[Linked], str]]:
    """Return each thing with its changes, and the page on which it is edited."""
    changes = list(changes)
    found = addresses(name for change in changes for name in names_of(change))
    return [
        (
            group,
            [Linked(change, address_of(change, found)) for change in group.changes],
            found.get(group.changes[0].owner, ""),
        )
        for group in grouped(changes)
    ]


def address_of_revert(version: CatalogueVersion) -> str:
    """Return where one goes back to a version."""
    return reverse(f"admin:{REVERT}", args=[version.number])
