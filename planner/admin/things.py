"""Degrees, roles, skills and milestones, each with what hangs below it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from planner.admin.editing import DeskAdmin, DeskInline, PageForm
from planner.admin.pages import (
    AlternateTitleInline,
    ClaimInline,
    FigureInline,
    OccupationInline,
    PointInline,
)
from planner.admin.requirements import RequirementInline, RoleRequirementInline
from planner.admin.trying import try_page
from planner.models import Degree, Milestone, Mode, Role, Skill, Teaching
from planner.models.history import current_edit
from planner.needs import read_needs, refuse_circle, refuse_circles

STARTING: Any = (
    _("When it may start"),
    {"fields": ["starts", "window_from", "window_to"]},
)


class ModeInline(DeskInline, admin.StackedInline):
    model = Mode
    verbose_name_plural = _("modes: the ways to do it, and how long each takes")
    autocomplete_fields = ["source", "cost_source"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name", "position", "key"),
                    ("low", "likely", "high", "unit"),
                    ("hours_per_week", "is_main", "is_academic"),
                    "source",
                    ("cost", "cost_per", "cost_source"),
                ]
            },
        )
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        [(title, options)] = super().get_fieldsets(request, obj)
        if not self.has_change_permission(request, obj):
            return [(title, options)]
        fields = [*options["fields"], "version_seen"]
        return [(title, {**options, "fields": fields})]


class TeachingInline(DeskInline, admin.TabularInline):
    model = Teaching
    verbose_name_plural = _("teaches")
    autocomplete_fields = ["skill", "source"]
    fields = ["skill", "is_full", "source", "key"]


class TaughtByInline(DeskInline, admin.TabularInline):
    """Who teaches a skill, to read; it is edited on the teacher's page."""

    model = Teaching
    fk_name = "skill"
    verbose_name_plural = _("taught by (edited on the page of who teaches it)")
    fields = ["owner", "is_full", "source"]
    readonly_fields = ["owner"]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related("degree", "role", "milestone", "source")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("who teaches it"))
    def owner(self, teaching: Teaching) -> str:
        return str(teaching.owner)


class ThingAdmin(DeskAdmin):
    """What the four kinds have in common."""

    search_fields = ["title", "slug"]
    prepopulated_fields = {"slug": ["title"]}
    ordering = ["position", "slug"]
    actions = ["mark_reviewed"]

    def get_list_filter(self, request: HttpRequest) -> Any:
        return ["is_generated", *super().get_list_filter(request)]

    @admin.action(
        description=_("Reviewed: take “made from public data” away"),
        permissions=["change"],
    )
    def mark_reviewed(self, request: HttpRequest, things: QuerySet[Any]) -> None:
        """Take the mark away, as saving each page without it would."""
        total = 0
        if (edit := current_edit()) is not None:
            edit.why = gettext("Reviewed")
        try:
            with transaction.atomic():
                chosen = self.model._default_manager.filter(
                    pk__in=things.order_by().values("pk"), is_generated=True
                )
                for thing in chosen.select_for_update(of=("self",)):
                    thing.is_generated = False
                    thing.version += 1
                    thing.save()
                    total += 1
                # "Any bachelor's degree" may mean more of them now.
                refuse_circles(read_needs())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return
        words = ngettext(
            "%(total)s is marked as reviewed.",
            "%(total)s are marked as reviewed.",
            total,
        )
        messages.success(request, words % {"total": total})

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super()
            .get_queryset(request)
            .annotate(requirement_count=Count("requirements", distinct=True))
        )

    @admin.display(description=_("requirements"), ordering="requirement_count")
    def requirement_total(self, thing: Any) -> int:
        total: int = thing.requirement_count
        return total


class TimedAdmin(ThingAdmin):
    """A thing that says itself how long it takes."""

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super()
            .get_queryset(request)
            .annotate(mode_count=Count("modes", distinct=True))
        )

    @admin.display(description=_("modes"), ordering="mode_count")
    def mode_total(self, thing: Any) -> int:
        total: int = thing.mode_count
        return total


class DegreeForm(PageForm):
    """Checks what the new level and the further fields would mean."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.instance.chosen_counts_as = cleaned.get("counts_as")
        is_meant = cleaned.get("level") and not cleaned.get("is_generated")
        if self.instance.pk is not None and is_meant:
            # "Any bachelor's degree" begins to mean this one, if it becomes one.
            node = ("degree", self.instance.pk)
            needs = read_needs()
            needs.levels[node] = cleaned["level"]
            refuse_circle(needs, node)
        return cleaned


@admin.register(Degree)
class DegreeAdmin(TimedAdmin):
    form = DegreeForm
    list_display = [
        "title",
        "level",
        "field",
        "starts",
        "mode_total",
        "requirement_total",
        "position",
    ]
    list_filter = ["level", "starts", ("modes", admin.EmptyFieldListFilter)]
    list_select_related = ["field"]
    search_fields = ["title", "slug", "field__code", "field__title"]
    autocomplete_fields = ["field", "counts_as"]
    inlines = [ModeInline, RequirementInline, TeachingInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "position", "is_generated"]}),
        (_("What it is"), {"fields": ["level", "field", "counts_as"]}),
        STARTING,
    ]


class RoleForm(PageForm):
    """Refuses a job search that would need the role itself."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        search = cleaned.get("search")
        if self.instance.pk is not None and search is not None:
            node = ("role", self.instance.pk)
            needs = read_needs()
            needs.searches[node] = ("milestone", search.pk)
            refuse_circle(needs, node)
        return cleaned


@admin.register(Role)
class RoleAdmin(ThingAdmin):
    form = RoleForm
    list_display = [
        "title",
        "is_career",
        "is_entry",
        "search",
        "requirement_total",
        "position",
    ]
    list_filter = [
        "is_career",
        "is_entry",
        ("requirements", admin.EmptyFieldListFilter),
        ("figures", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["search"]
    search_fields = ["title", "slug", "alternate_titles__title", "occupations__code"]
    autocomplete_fields = ["search", "related"]
    inlines = [
        RoleRequirementInline,
        TeachingInline,
        OccupationInline,
        AlternateTitleInline,
        PointInline,
        FigureInline,
        ClaimInline,
    ]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "position", "is_generated"]}),
        (_("What it is"), {"fields": ["is_career", "is_entry", "related"]}),
        (_("Getting hired"), {"fields": ["search", "search_share"]}),
    ]
    change_form_template = "admin/planner/role/change_form.html"

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(require_safe(self.try_it))
        return [path("try/", page, name="planner_role_try"), *super().get_urls()]

    def try_it(self, request: HttpRequest) -> HttpResponse:
        """Show the plans for a career, with the draft and with what is published."""
        return try_page(self.admin_site, request)


@admin.register(Skill)
class SkillAdmin(TimedAdmin):
    list_display = ["title", "nature", "mode_total", "requirement_total", "position"]
    list_filter = [
        "nature",
        ("modes", admin.EmptyFieldListFilter),
        ("taught_by", admin.EmptyFieldListFilter),
    ]
    inlines = [ModeInline, RequirementInline, TaughtByInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "title",
                    "slug",
                    "summary",
                    "nature",
                    "position",
                    "is_generated",
                ]
            },
        ),
    ]


@admin.register(Milestone)
class MilestoneAdmin(TimedAdmin):
    list_display = [
        "title",
        "nature",
        "is_closed",
        "starts",
        "mode_total",
        "requirement_total",
        "position",
    ]
    list_filter = [
        "nature",
        "is_closed",
        "starts",
        ("modes", admin.EmptyFieldListFilter),
    ]
    inlines = [ModeInline, RequirementInline, TeachingInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "position", "is_generated"]}),
        (_("What it is"), {"fields": ["nature", "status_note", "is_closed"]}),
        STARTING,
    ]
