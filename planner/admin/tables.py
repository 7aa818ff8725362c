"""Rows that are edited on their owner's page, as lists to search and take away."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from planner.admin.exchange import SpreadsheetAdmin
from planner.admin.histories import HistoryAdmin
from planner.models import (
    OWNERS,
    AlternateTitle,
    Alternative,
    Mode,
    Occupation,
    Point,
    Teaching,
)


class TableAdmin(SpreadsheetAdmin, HistoryAdmin):
    """A list to read; what is in it is edited on its owner's page, or by a file."""

    list_per_page = 100
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _may_put_back(self, request: HttpRequest, row: Any) -> bool:
        name = "add" if row is None else "change"
        return request.user.has_perm(f"planner.{name}_{self.opts.model_name}")


@admin.register(Mode)
class ModeAdmin(TableAdmin):
    list_display = ["key", "owner", "name", "low", "likely", "high", "unit", "source"]
    list_filter = ["unit", "is_main", "source__is_judgement"]
    list_select_related = ["degree", "skill", "milestone", "source"]
    search_fields = ["key", "name"]


@admin.register(Alternative)
class AlternativeAdmin(TableAdmin):
    list_display = ["key", "requirement", "in_words"]
    list_filter = ["level"]
    list_select_related = ["requirement", *OWNERS]
    search_fields = ["key", "requirement__text"]


@admin.register(Teaching)
class TeachingAdmin(TableAdmin):
    list_display = ["key", "owner", "skill", "is_full", "source"]
    list_filter = ["is_full", "source__is_judgement"]
    list_select_related = ["degree", "role", "milestone", "skill", "source"]
    search_fields = ["key", "skill__title"]


@admin.register(Occupation)
class OccupationAdmin(TableAdmin):
    list_display = ["code", "title", "role", "source"]
    list_select_related = ["role", "source"]
    search_fields = ["code", "title", "role__title"]


@admin.register(AlternateTitle)
class AlternateTitleAdmin(TableAdmin):
    list_display = ["title", "role", "source"]
    list_select_related = ["role", "source"]
    search_fields = ["title", "role__title"]


@admin.register(Point)
class PointAdmin(TableAdmin):
    list_display = ["text", "nature", "role", "source"]
    list_filter = ["nature", "source__is_judgement"]
    list_select_related = ["role", "source"]
    search_fields = ["text", "key", "role__title"]
