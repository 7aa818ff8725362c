"""Requirements, and the alternatives that meet them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from planner.admin.editing import DeskAdmin, DeskFormSet, DeskInline
from planner.models import OWNERS, Alternative, Requirement
from planner.models.catalogue import node_of
from planner.needs import read_needs, refuse_circle

WAYS = Prefetch("alternatives", Alternative.objects.select_related(*OWNERS))


class AlternativeFormSet(DeskFormSet):
    """The alternatives of one requirement, refused where they would make a circle."""

    def clean(self) -> None:
        super().clean()
        owner = node_of(self.instance)
        if owner is None or any(self.errors):
            return
        needs = read_needs()
        ways = [node_of(row) or row.level for row in self.rows_to_be()]
        # No requirement has the id 0: it stands for one that is being added.
        needs.ways[self.instance.pk or 0] = (owner, ways)
        refuse_circle(needs, owner)


class AlternativeInline(DeskInline, admin.StackedInline):
    model = Alternative
    formset = AlternativeFormSet
    verbose_name = _("alternative")
    verbose_name_plural = _("met by any one of")
    autocomplete_fields = [*OWNERS]
    # Stacked: in one line the twelve fields are three screens wide.
    fields = [
        ("degree", "role"),
        ("skill", "milestone"),
        ("level", "share"),
        ("months_low", "months_likely", "months_high"),
        ("position", "key"),
    ]


@admin.register(Requirement)
class RequirementAdmin(DeskAdmin):
    list_display = ["text", "owner", "in_words", "strength", "scope"]
    list_filter = [
        "strength",
        "scope",
        ("alternatives", admin.EmptyFieldListFilter),
        "source__is_judgement",
    ]
    list_select_related = [*OWNERS]
    search_fields = ["text", "key", *(f"{name}__title" for name in OWNERS)]
    autocomplete_fields = [*OWNERS, "source"]
    readonly_fields = ["in_words"]
    inlines = [AlternativeInline]
    fieldsets = [
        (
            None,
            {
                "fields": ["text", "in_words", "strength", "scope", "source"],
                "description": _(
                    "A requirement is met by any one of the alternatives below; a "
                    "thing needs all of its requirements."
                ),
            },
        ),
        (
            _("Who needs it"),
            {"fields": [*OWNERS], "description": _("Name exactly one.")},
        ),
        (_("Name and order"), {"fields": ["key", "position"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related(WAYS)

    @admin.display(description=_("who needs it"))
    def owner(self, requirement: Requirement) -> str:
        return str(requirement.owner)

    @admin.display(description=_("what meets it"))
    def in_words(self, requirement: Requirement) -> str:
        return "" if requirement._state.adding else requirement.in_words()


class RequirementInline(DeskInline, admin.TabularInline):
    """The requirements of a thing; each leads to its own page, for alternatives."""

    model = Requirement
    verbose_name_plural = _("requires (open one to edit what meets it)")
    show_change_link = True
    autocomplete_fields = ["source"]
    fields = ["text", "in_words", "strength", "source", "position", "key"]
    readonly_fields = ["in_words"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related(WAYS)

    @admin.display(description=_("what meets it"))
    def in_words(self, requirement: Requirement) -> str:
        if requirement._state.adding:
            return str(_("Save first; then open it and say what meets it."))
        return requirement.in_words()


class RoleRequirementInline(RequirementInline):
    """Only a role tells what it needs as the target from what it needs on the way."""

    fields = ["text", "in_words", "strength", "scope", "source", "position", "key"]
