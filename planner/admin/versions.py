"""Published versions, to read; and the page that publishes one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from planner.models import CatalogueVersion
from planner.services import CatalogueProblems, publish_catalogue

PUBLISHING = "planner.add_catalogueversion"


class PublishForm(forms.ModelForm):
    """What changed, in a sentence for whoever reads the list of versions."""

    class Meta:
        model = CatalogueVersion
        fields = ["note"]


@admin.register(CatalogueVersion)
class CatalogueVersionAdmin(admin.ModelAdmin):
    list_display = ["name", "published_at", "note"]
    search_fields = ["note", "digest"]
    ordering = ["-number"]
    fields = ["number", "digest", "published_at", "note"]
    change_list_template = "admin/planner/catalogueversion/change_list.html"

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
        publish = path(
            "publish/",
            self.admin_site.admin_view(
                require_http_methods(["GET", "POST"])(self.publish)
            ),
            name="planner_catalogueversion_publish",
        )
        return [publish, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        may_publish = request.user.has_perm(PUBLISHING)
        return super().changelist_view(
            request, {**(extra_context or {}), "may_publish": may_publish}
        )

    def publish(self, request: HttpRequest) -> HttpResponse:
        """Publish the catalogue, or say what keeps it from being published."""
        if not request.user.has_perm(PUBLISHING):
            raise PermissionDenied
        form = PublishForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            before = CatalogueVersion.objects.current()
            try:
                version = publish_catalogue(note=form.cleaned_data["note"])
            except CatalogueProblems as error:
                for problem in error.problems:
                    messages.error(request, problem)
            else:
                if before is not None and before.pk == version.pk:
                    words = _("Nothing changed since version %(name)s.")
                    messages.info(request, words % {"name": version.name})
                else:
                    words = _("Version %(name)s is published.")
                    messages.success(request, words % {"name": version.name})
                return redirect(reverse("admin:planner_catalogueversion_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Publish the catalogue"),
            "form": form,
            "current": CatalogueVersion.objects.current(),
        }
        template = "admin/planner/catalogueversion/publish.html"
        return TemplateResponse(request, template, context)

    @admin.display(description=gettext_lazy("version"), ordering="number")
    def name(self, version: CatalogueVersion) -> str:
        return version.name
