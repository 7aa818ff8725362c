"""Releases of public data, to read; and the page that imports them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, TimestampSigner
from django.db import IntegrityError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from planner.drafts import NothingToDraftFrom, make_drafts
from planner.importers.everything import Found, read_documents, store_all
from planner.importers.problems import BadFiles
from planner.importers.releases import Change, change_by
from planner.importers.tables import MEGABYTE, Document
from planner.loading import CatalogueProblems
from planner.models import Release, Upload

IMPORTING = "planner.add_release"
MOST = 64 * MEGABYTE  # in one go; what is larger is for the command
KEPT = timedelta(hours=1)
LINE_END = mark_safe("<br>")
SIGNER = TimestampSigner(salt="planner.admin.releases")


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, of which each must have something in it."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data or [None]  # none chosen: let the field say what it says then
        return [super(FilesField, self).clean(file, initial) for file in files]


class ImportForm(forms.Form):
    """The files, and what they may not tell of themselves."""

    uploads = FilesField(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy(
            "As they are published: ZIP, XLSX, CSV or TXT, 64 MB at most. Give what "
            "belongs together at once, such as O*NET’s tables with their “Read Me.txt”."
        ),
    )
    edition = forms.CharField(
        label=gettext_lazy("Edition"),
        required=False,
        max_length=20,
        help_text=gettext_lazy(
            "Only for files that do not tell it, such as 30.1 or May 2025."
        ),
    )


@admin.register(Release)
class ReleaseAdmin(admin.ModelAdmin):
    list_display = ["__str__", "codes", "is_used", "imported_at"]
    list_filter = ["kind", "is_used"]
    actions = ["set_aside", "use_again"]
    list_select_related = ["source"]
    search_fields = ["edition", "digest"]
    ordering = ["kind", "-rank", "-pk"]
    fields = [
        *("kind", "edition", "source", "files_read", "digest", "is_used"),
        "imported_at",
    ]
    readonly_fields = ["files_read"]
    change_list_template = "admin/planner/release/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        """Leave what is said of all codes in the database, and count those."""
        rows: QuerySet[Release] = super().get_queryset(request)
        return rows.defer("facts").annotate(code_count=Count("readings"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # there is a page of its own for it

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_use_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(IMPORTING)

    @admin.action(
        description=gettext_lazy("Set aside: show the edition before it"),
        permissions=["use"],
    )
    def set_aside(self, request: HttpRequest, releases: QuerySet[Release]) -> None:
        self._use(request, releases, is_used=False)

    @admin.action(description=gettext_lazy("Use again"), permissions=["use"])
    def use_again(self, request: HttpRequest, releases: QuerySet[Release]) -> None:
        self._use(request, releases, is_used=True)

    def _use(
        self, request: HttpRequest, releases: QuerySet[Release], *, is_used: bool
    ) -> None:
        changed = Release.objects.filter(pk__in=releases.values("pk")).exclude(
            is_used=is_used
        )
        count = changed.update(is_used=is_used)
        words = ngettext(
            "%(count)s release was changed. Publish the draft to show it.",
            "%(count)s releases were changed. Publish the draft to show it.",
            count,
        )
        messages.success(request, words % {"count": count})

    def draft_page(self, request: HttpRequest) -> HttpResponse:
        """Make the draft routes anew, and say what became of them."""
        if not request.user.has_perm(IMPORTING):
            raise PermissionDenied
        if request.method != "POST":
            return redirect("admin:planner_release_changelist")
        try:
            stored = make_drafts(by=request.user)  # type: ignore[arg-type]
        except (NothingToDraftFrom, CatalogueProblems) as error:
            messages.error(request, str(error))
        else:
            words = _(
                "%(careers)s careers have a route: %(added)s rows were added, "
                "%(changed)s changed and %(removed)s removed. %(kept)s things that "
                "editors reviewed or changed were left alone, and %(refused)s "
                "occupations have no route. Review the draft next."
            )
            messages.success(
                request,
                words
                % {
                    "careers": len(stored.drafted.careers),
                    "added": stored.added,
                    "changed": stored.changed,
                    "removed": stored.removed,
                    "kept": len(stored.reviewed) + len(stored.edited),
                    "refused": len(stored.drafted.refused),
                },
            )
        return redirect("admin:planner_release_changelist")

    @admin.display(description=gettext_lazy("codes"), ordering="code_count")
    def codes(self, release: Any) -> int:
        count: int = release.code_count
        return count

    @admin.display(description=gettext_lazy("files"))
    def files_read(self, release: Release) -> SafeString:
        """List the files with their rows."""
        rows = [
            (
                file["name"],
                ngettext("%(count)s row", "%(count)s rows", file["rows"])
                % {"count": f"{file['rows']:,}"},
            )
            for file in release.files
        ]
        return format_html_join(LINE_END, "{}: {}", rows)

    def get_urls(self) -> list[Any]:
        view = csrf_exempt(require_http_methods(["GET", "POST"])(self.import_page))
        page = path(
            "import/",
            self.admin_site.admin_view(view),
            name="planner_release_import",
        )
        drafting = path(
            "draft/",
            self.admin_site.admin_view(self.draft_page),
            name="planner_release_draft",
        )
        return [page, drafting, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        may_import = request.user.has_perm(IMPORTING)
        return super().changelist_view(
            request, {**(extra_context or {}), "may_import": may_import}
        )

    # Importing: choose files, look at what would change, import.

    def import_page(self, request: HttpRequest) -> HttpResponse:
        """Refuse who may not, and what is too large, before the files are read.

        Django checks the token of a form by reading all that was sent; so the check
        waits here until the size is known, and is made right after it.
        """
        if not request.user.has_perm(IMPORTING):
            raise PermissionDenied
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST + MEGABYTE:
            return self._page(
                request,
                ImportForm(),
                problems=[
                    _(
                        "The files have more than 64 MB. Import them on the server: "
                        "manage.py import_public_data."
                    )
                ],
                status=413,
            )
        protected: Any = csrf_protect(self._import)
        response: HttpResponse = protected(request)
        return response

    def _import(self, request: HttpRequest) -> HttpResponse:
        if token := request.POST.get("token"):
            return self._store(request, token)
        if request.method != "POST":
            return self._page(request, ImportForm())
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, form, status=422)
        edition = form.cleaned_data["edition"].strip()
        batch = _keep(form.cleaned_data["uploads"])
        try:
            found = _read(batch, edition)
        except BadFiles as error:
            Upload.objects.filter(batch=batch).delete()
            return self._page(request, form, problems=error.problems, status=422)
        return self._preview(request, found, batch, edition)

    def _page(
        self,
        request: HttpRequest,
        form: ImportForm,
        *,
        problems: Sequence[str] = (),
        status: int = 200,
    ) -> HttpResponse:
        failed = bool(problems or form.errors)
        title = _("Import public data")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"{_('Error:')} {title}" if failed else title,
            "form": form,
            "problems": problems,
        }
        template = "admin/planner/release/import.html"
        return TemplateResponse(request, template, context, status=status)

    def _preview(
        self, request: HttpRequest, found: Found, batch: UUID, edition: str
    ) -> HttpResponse:
        """Show what the files are and what importing them would change."""
        changes = [change_by(parsed) for parsed in found.releases]
        is_new = not all(change.is_stored for change in changes)
        if not is_new:
            Upload.objects.filter(batch=batch).delete()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("What would be imported"),
            "changes": [_shown(change) for change in changes],
            "left_alone": found.left_alone,
            "token": _sign(request, batch, edition, changes) if is_new else "",
        }
        template = "admin/planner/release/preview.html"
        return TemplateResponse(request, template, context)

    def _store(self, request: HttpRequest, token: str) -> HttpResponse:
        """Import what was shown, if it is still there and still the same."""
        again = redirect(reverse("admin:planner_release_import"))
        try:
            user, batch, digests, edition = SIGNER.unsign_object(token, max_age=KEPT)
        except BadSignature:
            user = None
        if user != request.user.pk or not Upload.objects.filter(batch=batch).exists():
            messages.error(
                request,
                _("The files are no longer here. Choose them again to import them."),
            )
            return again
        try:
            found = _read(UUID(batch), edition)
            if [parsed.digest for parsed in found.releases] != digests:
                raise BadFiles([_("The files are read otherwise than before.")])
            changes = store_all(found.releases)
        except BadFiles as error:
            return self._page(
                request, ImportForm(), problems=error.problems, status=422
            )
        except IntegrityError:
            messages.error(
                request,
                _(
                    "Somebody else imported the same at this moment, so nothing was "
                    "imported here. Choose the files again to see what is stored."
                ),
            )
            return again
        Upload.objects.filter(batch=batch).delete()
        self._tell(request, changes)
        return redirect(reverse("admin:planner_release_changelist"))

    def _tell(self, request: HttpRequest, changes: Sequence[Change]) -> None:
        for change in changes:
            parsed = change.parsed
            if change.is_stored:
                words = _("%(release)s was stored already; nothing changed.")
                messages.info(request, words % {"release": parsed})
                continue
            release = Release.objects.get(
                kind=parsed.kind, edition=parsed.edition, digest=parsed.digest
            )
            self.log_addition(request, release, [{"added": {}}])
            words = ngettext(
                "%(release)s is imported: %(count)d code.",
                "%(release)s is imported: %(count)d codes.",
                len(parsed.readings),
            )
            messages.success(
                request, words % {"release": parsed, "count": len(parsed.readings)}
            )


def _keep(files: Sequence[Any]) -> UUID:
    """Keep uploaded files for an hour, and drop those that were kept longer."""
    Upload.objects.filter(uploaded_at__lt=timezone.now() - KEPT).delete()
    batch = uuid4()
    for file in files:
        name = str(file.name)[:200]
        Upload.objects.create(batch=batch, name=name, content=file.read())
    return batch


def _read(batch: UUID, edition: str) -> Found:
    uploads = list(Upload.objects.filter(batch=batch))
    documents = [
        Document(
            name=upload.name,
            label=upload.name,
            group="upload",
            is_named=len(uploads) == 1,
            size=len(upload.content),
            open=partial(io.BytesIO, bytes(upload.content)),
        )
        for upload in uploads
    ]
    return read_documents(documents, edition=edition)


def _sign(
    request: HttpRequest, batch: UUID, edition: str, changes: Sequence[Change]
) -> str:
    digests = [change.parsed.digest for change in changes]
    return SIGNER.sign_object([request.user.pk, str(batch), digests, edition])


def _shown(change: Change) -> dict[str, Any]:
    parsed = change.parsed
    return {
        "title": str(parsed),
        "source": f"{parsed.source['title']}, {parsed.source['as_of']}",
        "publisher": parsed.source["publisher"],
        "is_stored": change.is_stored,
        "beside": change.beside,
        "codes": len(parsed.readings),
        "tables": [
            {"file": file["name"], "sheet": table["sheet"], "rows": table["rows"]}
            for file in parsed.files
            for table in file["tables"]
        ],
        "counts": [
            (_("new"), change.added, change.examples["added"]),
            (_("changed"), change.changed, change.examples["changed"]),
            (_("gone"), change.gone, change.examples["gone"]),
        ],
    }
