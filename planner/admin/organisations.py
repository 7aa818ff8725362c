"""Organisations and who works in them, at the desk. Nothing of students is here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from planner.consenting import clear_up_after
from planner.models import Membership, Organisation


class MembershipInline(admin.TabularInline):
    """Who works there. What has ended stays, as what happened then stays written."""

    model = Membership
    extra = 0
    autocomplete_fields = ["user"]
    fields = ["user", "role", "joined_at", "left_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("user")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ["name", "leads", "advisors", "created_at"]
    search_fields = ["name"]
    fields = ["name", "about"]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        here = Q(memberships__left_at=None, memberships__user__is_active=True)
        rows: QuerySet[Organisation] = super().get_queryset(request)
        return rows.annotate(
            leads_here=Count(
                "memberships", here & Q(memberships__role=Membership.Role.LEAD)
            ),
            advisors_here=Count(
                "memberships", here & Q(memberships__role=Membership.Role.ADVISOR)
            ),
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: students could no longer read who looked at their roadmaps."""
        return False

    def save_formset(
        self, request: HttpRequest, form: Any, formset: Any, change: Any
    ) -> None:
        """Take back what hangs on memberships that are ended here."""
        super().save_formset(request, form, formset, change)
        for one in formset.forms:
            if "left_at" in one.changed_data and one.instance.left_at is not None:
                clear_up_after(one.instance, timezone.now())

    @admin.display(description=_("leads"), ordering="leads_here")
    def leads(self, organisation: Any) -> int:
        return int(organisation.leads_here)

    @admin.display(description=_("advisors"), ordering="advisors_here")
    def advisors(self, organisation: Any) -> int:
        return int(organisation.advisors_here)
