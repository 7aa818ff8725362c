"""The history of a row at the desk: who, when, why, what; and how to put it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from planner import history

EDITS_A_PAGE = 25


class PutBackForm(forms.Form):
    """Asks why, and carries the version that was there when the page was opened."""

    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("A sentence for the history; it may stay empty."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class HistoryAdmin(admin.ModelAdmin):
    """Pages for what happened to a row, and for rows that are not there any more."""

    def get_urls(self) -> list[Any]:
        name = f"planner_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("deleted/", view(self.deleted_view), name=f"{name}_deleted"),
            path(
                "<path:object_id>/history/<slug:kind>/<int:record_id>/",
                view(self.put_back_view),
                name=f"{name}_put_back",
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        deleted = reverse(f"admin:planner_{self.opts.model_name}_deleted")
        extra_context = {"deleted_url": deleted, **(extra_context or {})}
        return super().changelist_view(request, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Tell what happened to a row and to what is edited on its page."""
        row, pk = self._row_or_its_id(request, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        edits = history.timeline_of(self.model, pk)
        if row is None and not edits:
            raise Http404
        page = Paginator(edits, EDITS_A_PAGE).get_page(request.GET.get("p"))
        context = {
            **self._context(request, row, pk),
            "title": _("History: %(row)s") % {"row": row or _last_name(edits)},
            "page": page,
            "put_back_name": f"admin:planner_{self.opts.model_name}_put_back",
            "may_put_back": self._may_put_back(request, row),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/planner/history.html", context)

    def put_back_view(
        self, request: HttpRequest, object_id: str, kind: str, record_id: int
    ) -> HttpResponse:
        """Show what putting a row back would change, and put it back when told to."""
        row, pk = self._row_or_its_id(request, object_id)
        if not self._may_put_back(request, row):
            raise PermissionDenied
        record = history.record_of(self.model, pk, kind, record_id)
        if record is None:
            raise Http404
        form = PutBackForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                total = history.put_back(
                    record,
                    seen=form.cleaned_data["seen"],
                    user=request.user,  # type: ignore[arg-type]
                    why=form.cleaned_data["why"]
                    or _("Put back to how it was on %(date)s.")
                    % {"date": f"{record.history_date:%Y-%m-%d %H:%M}"},
                )
            except ValidationError as error:
                for message in error.messages:
                    form.add_error(None, message)
            else:
                words = ngettext(
                    "The row is put back.", "%(total)s rows are put back.", total
                )
                messages.success(request, words % {"total": total})
                return redirect(
                    reverse(f"admin:planner_{self.opts.model_name}_history", args=[pk])
                )
        context = {
            **self._context(request, row, pk),
            "title": _("Put back: %(row)s") % {"row": record.instance},
            "form": form,
            "seen": history.version_now(record),
            "record": record,
            "kind": record.instance_type._meta.verbose_name,
            "changes": history.changes_if_put_back(record),
        }
        return TemplateResponse(request, "admin/planner/put_back.html", context)

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        """List what was deleted and can be put back."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        context = {
            **self._context(request, None, 0),
            "title": _("Deleted: %(kind)s") % {"kind": self.opts.verbose_name_plural},
            "rows": history.deleted_rows(self.model),
            "history_name": f"admin:planner_{self.opts.model_name}_history",
        }
        return TemplateResponse(request, "admin/planner/deleted.html", context)

    def _row_or_its_id(self, request: HttpRequest, object_id: str) -> tuple[Any, int]:
        row = self.get_object(request, unquote(object_id))
        if row is not None:
            return row, row.pk
        try:
            return None, int(unquote(object_id))
        except ValueError as error:
            raise Http404 from error

    def _may_put_back(self, request: HttpRequest, row: Any) -> bool:
        if row is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, row)

    def _context(self, request: HttpRequest, row: Any, pk: int) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": row,
            "object_id": pk,
        }


def _last_name(edits: list[history.EditTold]) -> str:
    """Return what a deleted row was called when it was last told of."""
    return edits[0].rows[0].name
