"""Published versions, to read and to go back to; and the addresses of the review."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from planner.admin import review
from planner.admin.review import EFFECT, PUBLISH, REVERT, REVERTING, REVIEW
from planner.models import CatalogueVersion


@admin.register(CatalogueVersion)
class CatalogueVersionAdmin(admin.ModelAdmin):
    search_fields = ["note", "digest"]
    ordering = ["-number"]
    fields = ["number", "digest", "published_at", "published_by", "note"]
    list_select_related = ["published_by"]
    change_list_template = "admin/planner/catalogueversion/change_list.html"

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = ["name", "published_at", "published_by", "note"]
        return [*columns, "way_back"] if request.user.has_perm(REVERTING) else columns

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave the documents in the database: each may be megabytes long."""
        return super().get_queryset(request).defer("document")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        either = require_http_methods(["GET", "HEAD", "POST"])
        return [
            path("review/", self._page(require_safe, review.review_page), name=REVIEW),
            path("effect/", self._page(require_safe, review.effect_page), name=EFFECT),
            path("publish/", self._page(either, review.publish), name=PUBLISH),
            path("<int:number>/back/", self._page(either, review.revert), name=REVERT),
            *super().get_urls(),
        ]

    def _page(self, methods: Callable[..., Any], view: Callable[..., Any]) -> Any:
        def page(request: HttpRequest, **captured: Any) -> HttpResponse:
            answer: HttpResponse = view(self.admin_site, request, **captured)
            return answer

        return self.admin_site.admin_view(methods(page))

    @admin.display(description=_("version"), ordering="number")
    def name(self, version: CatalogueVersion) -> str:
        return version.name

    @admin.display(description=_("go back"))
    def way_back(self, version: CatalogueVersion) -> str:
        words = _("Go back to version %(number)s") % {"number": version.number}
        return format_html(
            '<a href="{}">{}</a>', review.address_of_revert(version), words
        )
