"""Where figures come from, and the fields of study that degrees are in."""

from django.contrib import admin
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.db import models
from django.utils.translation import gettext_lazy as _

from planner.admin.editing import DeskAdmin
from planner.models import FieldOfStudy, Source


@admin.register(Source)
class SourceAdmin(DeskAdmin):
    list_display = ["title", "publisher", "as_of", "licence", "confidence", "slug"]
    list_filter = ["is_judgement", "confidence", "publisher"]
    search_fields = ["title", "publisher", "slug", "as_of"]
    prepopulated_fields = {"slug": ["title"]}
    ordering = ["title", "slug"]
    formfield_overrides = {
        models.URLField: {"widget": AdminURLFieldWidget, "assume_scheme": "https"}
    }
    fieldsets = [
        (None, {"fields": ["title", "slug", "publisher", "url", "as_of"]}),
        (_("What we may do with it"), {"fields": ["licence", "attribution"]}),
        (_("How sure it is"), {"fields": ["is_judgement", "confidence"]}),
    ]


@admin.register(FieldOfStudy)
class FieldOfStudyAdmin(DeskAdmin):
    list_display = ["code", "title"]
    search_fields = ["code", "title"]
    ordering = ["code"]
