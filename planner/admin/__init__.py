"""The desk at which editors curate the catalogue and publish it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from planner.admin import (
    organisations,
    pages,
    people,
    releases,
    reports,
    requirements,
    sources,
    tables,
    things,
    versions,
)

__all__ = [
    "organisations",
    "pages",
    "people",
    "releases",
    "reports",
    "requirements",
    "sources",
    "tables",
    "things",
    "versions",
]

admin.site.site_header = _("careerpath desk")
admin.site.site_title = _("careerpath desk")
admin.site.index_title = _("What would you like to edit?")
