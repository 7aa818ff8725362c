"""Reports of wrong figures: what came in, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from planner.models import FigureReport


@admin.register(FigureReport)
class FigureReportAdmin(admin.ModelAdmin):
    list_display = ["reported_at", "about_what", "wrong", "state", "handled_by"]
    list_filter = ["state", "reported_at", ("figure", admin.EmptyFieldListFilter)]
    list_select_related = ["handled_by"]
    list_per_page = 50
    search_fields = ["about", "page", "wrong", "right", "says_so", "note"]
    date_hierarchy = "reported_at"
    readonly_fields = [
        "about_what",
        "on_the_site",
        "at_the_desk",
        "catalogue_version",
        "wrong",
        "right",
        "says_so",
        "email",
        "reported_at",
        "handled_by",
        "handled_at",
    ]
    fieldsets = [
        (
            _("What was reported"),
            {
                "fields": [
                    "about_what",
                    "on_the_site",
                    "at_the_desk",
                    "wrong",
                    "right",
                    "says_so",
                    "email",
                    "reported_at",
                    "catalogue_version",
                ]
            },
        ),
        (
            _("What became of it"),
            {"fields": ["state", "note", "handled_by", "handled_at"]},
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("role", "figure")

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: Any
    ) -> None:
        if "state" in form.changed_data:
            obj.handled_by = request.user
            obj.handled_at = timezone.now()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("about"), ordering="about")
    def about_what(self, report: FigureReport) -> str:
        return report.about or report.page

    @admin.display(description=_("on the site"))
    def on_the_site(self, report: FigureReport) -> str:
        return format_html('<a href="{}">{}</a>', report.page, report.page)

    @admin.display(description=_("at the desk"))
    def at_the_desk(self, report: FigureReport) -> str:
        rows = [row for row in (report.role, report.figure) if row is not None]
        return format_html_join(
            " · ",
            '<a href="{}">{}</a>',
            [
                (
                    reverse(f"admin:planner_{r._meta.model_name}_change", args=[r.pk]),
                    r,
                )
                for r in rows
            ],
        )
