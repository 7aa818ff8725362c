"""Who may do what at the desk: three groups, made after every migration."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission

from planner.models import MODELS, CatalogueVersion, FigureReport, Release

VIEWER, EDITOR, PUBLISHER = "viewer", "editor", "publisher"

# People are seen by those who make their accounts, and what somebody reported, with an
# address to answer to, by those who answer.
_NOT_VIEWED = {"figurereport", "membership", "organisation", "upload", "user"}


def make_roles(**signal: Any) -> None:
    """Make the groups, and give each at least what it is described by.

    Runs once permissions are there. Somebody who wants another mix makes a group of
    their own: what is taken away from these comes back with the next migration.
    """
    using = signal.get("using", "default")
    may_view = [
        f"view_{model._meta.model_name}"
        for model in apps.get_app_config("planner").get_models()
        if model._meta.model_name not in _NOT_VIEWED
    ]
    may_edit = [
        f"{verb}_{model._meta.model_name}"
        for model in MODELS
        for verb in ("add", "change", "delete")
    ]
    report = FigureReport._meta.model_name
    may_edit += [f"{verb}_{report}" for verb in ("view", "change", "delete")]
    may_import = [f"add_{Release._meta.model_name}"]
    name = CatalogueVersion._meta.model_name
    may_publish = [f"publish_{name}", f"revert_{name}"]
    granted = {
        VIEWER: may_view,
        EDITOR: [*may_view, *may_edit, *may_import],
        PUBLISHER: [*may_view, *may_edit, *may_import, *may_publish],
    }
    for group, codenames in granted.items():
        row, _created = Group.objects.using(using).get_or_create(name=group)
        row.permissions.add(
            *Permission.objects.using(using).filter(
                content_type__app_label="planner", codename__in=codenames
            )
        )
