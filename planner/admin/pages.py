"""What only a career's page shows: codes, titles, points, figures and claims."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from planner.admin.editing import DeskAdmin, DeskInline
from planner.models import AlternateTitle, Claim, Figure, Occupation, Point


class OccupationInline(DeskInline, admin.TabularInline):
    model = Occupation
    classes = ["collapse"]
    verbose_name_plural = _("O*NET-SOC codes")
    autocomplete_fields = ["source"]
    fields = ["code", "title", "source", "note"]


class AlternateTitleInline(DeskInline, admin.TabularInline):
    model = AlternateTitle
    classes = ["collapse"]
    verbose_name_plural = _("other titles that people search by")
    autocomplete_fields = ["source"]
    fields = ["title", "source"]


class PointInline(DeskInline, admin.TabularInline):
    model = Point
    classes = ["collapse"]
    verbose_name_plural = _("duties, qualifications, pros and cons")
    autocomplete_fields = ["source"]
    fields = ["nature", "text", "source", "position", "key"]


class FigureInline(DeskInline, admin.StackedInline):
    model = Figure
    classes = ["collapse"]
    verbose_name_plural = _("figures")
    autocomplete_fields = ["source"]
    fields = [
        ("measure", "value", "text", "unit"),
        ("as_of", "soc_code"),
        "source",
        "cell",
        "note",
        ("position", "key"),
    ]


class ClaimInline(DeskInline, admin.StackedInline):
    model = Claim
    classes = ["collapse"]
    verbose_name_plural = _("claims of articles, beside what their source says")
    autocomplete_fields = ["article", "figure", "today"]
    fields = [
        "states",
        "article",
        ("verdict", "finding"),
        "figure",
        "today",
        ("position", "key"),
    ]


@admin.register(Figure)
class FigureAdmin(DeskAdmin):
    list_display = ["measure", "role", "value", "text", "unit", "as_of", "source"]
    list_filter = ["measure", "as_of", "source__publisher"]
    list_select_related = ["role", "source"]
    search_fields = ["key", "measure", "role__title", "soc_code", "as_of"]
    autocomplete_fields = ["role", "source"]
    ordering = ["position", "key"]
    fieldsets = [
        (None, {"fields": ["role", "measure", "value", "text", "unit"]}),
        (
            _("Where it was read"),
            {"fields": ["soc_code", "as_of", "source", "cell", "note"]},
        ),
        (_("Name and order"), {"fields": ["key", "position"]}),
    ]


@admin.register(Claim)
class ClaimAdmin(DeskAdmin):
    list_display = ["states", "role", "verdict", "article", "finding"]
    list_filter = ["verdict"]
    list_select_related = ["role", "article"]
    search_fields = ["states", "finding", "key", "role__title"]
    autocomplete_fields = ["role", "article", "figure", "today"]
    ordering = ["position", "key"]
    fieldsets = [
        (None, {"fields": ["role", "states", "article"]}),
        (
            _("What the source says"),
            {"fields": ["verdict", "finding", "figure", "today"]},
        ),
        (_("Name and order"), {"fields": ["key", "position"]}),
    ]
