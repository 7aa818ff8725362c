"""Import and export at the desk: a file in, each change shown, then stored or not."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planner.admin import resources
from planner.spreadsheets import (
    CONTENT_TYPES,
    LARGEST_FILE,
    Refused,
    read_sheet,
    write_sheet,
)

SALT = "planner.admin.exchange"
LONGEST_KEPT = 2_000_000  # characters; Django refuses forms of more than 2.5 MB
A_DAY = 24 * 60 * 60  # seconds


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File (CSV or XLSX)"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy(
            "Its first line names the columns, as in an export. Columns that are left "
            "out stay as they are, and so do rows that the file does not have."
        ),
    )
    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("A sentence for the history; it may stay empty."),
    )


class SpreadsheetAdmin(admin.ModelAdmin):
    """A list that can be taken away as a file, and edited by bringing one back."""

    def get_urls(self) -> list[Any]:
        name = f"planner_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.import_view), name=f"{name}_import"),
            path(
                "export/<slug:format>/", view(self.export_view), name=f"{name}_export"
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        name = f"admin:planner_{self.opts.model_name}"
        links = {
            "import_url": reverse(f"{name}_import")
            if self._may_import(request)
            else "",
            "export_urls": {
                format.upper(): reverse(f"{name}_export", args=[format])
                for format in CONTENT_TYPES
            },
        }
        return super().changelist_view(request, {**links, **(extra_context or {})})

    def export_view(self, request: HttpRequest, format: str) -> HttpResponse:
        """Answer with what the list shows as it is filtered now, all pages of it."""
        if format not in CONTENT_TYPES:
            raise Http404
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        shown = self.get_changelist_instance(request).queryset
        rows = self.model._default_manager.filter(pk__in=shown.order_by().values("pk"))
        columns, cells = resources.export_rows(self.model, rows)
        response = HttpResponse(
            write_sheet(format, columns, cells), content_type=CONTENT_TYPES[format]
        )
        kind = str(self.opts.verbose_name_plural).replace(" ", "-")
        name = f"careerpath-{kind}-{timezone.localdate():%Y-%m-%d}.{format}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file, show what it would change, and store that when told to."""
        if not self._may_import(request):
            raise PermissionDenied
        if "kept" in request.POST:
            return self._store(request)
        form = FileForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            file, why = form.cleaned_data["file"], form.cleaned_data["why"]
            try:
                if file.size > LARGEST_FILE:
                    raise Refused(
                        _("The file is larger than %(most)s MB. Split it.")
                        % {"most": LARGEST_FILE // 1_000_000}
                    )
                sheet = read_sheet(file.read())
                return self._preview(request, sheet, file.name[:100], why)
            except Refused as error:
                form.add_error("file", str(error))
        context = {**self._import_context(), "form": form}
        return self._answer(request, "import.html", context)

    def _preview(
        self,
        request: HttpRequest,
        sheet: Any,
        name: str,
        why: str,
        problems: tuple[str, ...] = (),
    ) -> HttpResponse:
        outcome = resources.preview(self.model, sheet)
        kept = signing.dumps(
            {
                "model": self.opts.label_lower,
                "name": name,
                "why": why,
                "sheet": resources.as_text(sheet),
                "versions": outcome.versions,
            },
            salt=SALT,
            compress=True,
        )
        if len(kept) > LONGEST_KEPT:
            raise Refused(_("The file holds too much for one import. Split it."))
        context = {
            **self._import_context(),
            "name": name,
            "outcome": outcome,
            "problems": problems or outcome.problems,
            "kept": "" if outcome.problems or not outcome.rows else kept,
        }
        return self._answer(request, "import_preview.html", context)

    def _store(self, request: HttpRequest) -> HttpResponse:
        try:
            kept = signing.loads(request.POST["kept"], salt=SALT, max_age=A_DAY)
        except signing.BadSignature:
            kept = {}
        if kept.get("model") != self.opts.label_lower:
            messages.error(
                request, _("The preview has expired. Choose the file again.")
            )
            return redirect(request.path)
        sheet = resources.from_text(kept["sheet"])
        why = _("Imported from %s.") % kept["name"]
        outcome = resources.store(
            self.model,
            sheet,
            seen=kept["versions"],
            user=request.user,  # type: ignore[arg-type]
            why=f"{why} {kept['why']}".strip(),
        )
        if outcome.problems:
            return self._preview(
                request, sheet, kept["name"], kept["why"], outcome.problems
            )
        words = _(
            "The file is imported. Added: %(added)s; changed: %(changed)s; left as "
            "they were: %(same)s."
        )
        messages.success(
            request,
            words
            % {
                "added": outcome.added,
                "changed": outcome.changed,
                "same": outcome.unchanged,
            },
        )
        return redirect(reverse(f"admin:planner_{self.opts.model_name}_changelist"))

    def _may_import(self, request: HttpRequest) -> bool:
        name = self.opts.model_name
        return request.user.has_perms([f"planner.add_{name}", f"planner.change_{name}"])

    def _import_context(self) -> dict[str, Any]:
        return {
            "title": _("Import %(kind)s") % {"kind": self.opts.verbose_name_plural},
            "columns": resources.columns_of(self.model),
            "opts": self.opts,
        }

    def _answer(
        self, request: HttpRequest, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/planner/{template}",
            {**self.admin_site.each_context(request), **context},
        )
