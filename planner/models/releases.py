"""Public data as it was published: editions of files, and what each says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from planner.documents.public import Said
from planner.models.catalogue import Source


class ReleaseQuerySet(models.QuerySet["Release"]):
    def in_force(self) -> list[Release]:
        """Return what a version published now stands on, by kind and rank.

        The newest of each kind; of O*NET also the newest that has a table which the
        newer ones lack: an edition may be had in part only.
        """
        used = self.filter(is_used=True).select_related("source")
        kept: list[Release] = []
        held: dict[str, set[str]] = {}
        for release in used.order_by("kind", "-rank", "-pk"):
            tables = set(release.facts.get("tables", ()))
            if release.kind not in held or not tables <= held[release.kind]:
                kept.append(release)
            held.setdefault(release.kind, set()).update(tables)
        return kept


class Release(models.Model):
    """One edition of a public data set, as it was read; it never changes.

    An edition that is read again with other content is a second row. Published
    versions of the catalogue name the digest, so what they show stays what it was.
    """

    class Kind(models.TextChoices):
        ONET = "onet", _("O*NET database")
        OEWS = "oews", _("wages (OEWS, national)")
        PROJECTIONS = "projections", _("employment projections")
        NEM = "nem", _("O*NET-SOC to matrix crosswalk")
        CIP_SOC = "cip-soc", _("CIP to SOC crosswalk")
        CIP = "cip", _("CIP titles")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    edition = models.CharField(
        _("edition"), max_length=40, help_text=_("Such as 30.1, May 2025 or 2024-34.")
    )
    rank = models.CharField(
        _("rank"),
        max_length=40,
        help_text=_("Sorts editions of a kind, the oldest first."),
    )
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="releases", verbose_name=_("source")
    )
    digest = models.CharField(_("SHA-256 of what was read"), max_length=64)
    # [{"name": "Skills.xlsx", "rows": 61530, "sha256": "…"}], sorted by name
    files = models.JSONField(_("files"), default=list)
    # What is true of the whole release, such as the categories of a scale.
    facts = models.JSONField(_("facts"), default=dict)
    is_used = models.BooleanField(
        _("in use"),
        default=True,
        help_text=_("Take this away, and the edition before it is shown again."),
    )
    imported_at = models.DateTimeField(_("imported at"), auto_now_add=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-rank", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "edition", "digest"], name="release_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.edition}"

    def said(self, code: str, facts: Mapping[str, Any]) -> Said:
        """Return what the release says of a code, as pages read it."""
        return Said(
            kind=self.kind,
            edition=self.edition,
            source=self.source.slug,
            files=self.files,
            release_facts=self.facts,
            code=code,
            facts=facts,
        )


class Upload(models.Model):
    """A file that somebody looks at before importing it; gone after an hour.

    It is kept in the database and not on a disk: the next request may be answered by
    another machine. Whose it is stands in the signed token, and nowhere here.
    """

    batch = models.UUIDField(_("batch"), db_index=True)
    name = models.CharField(_("name"), max_length=200)
    content = models.BinaryField(_("content"))
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Reading(models.Model):
    """What a release says of one code: of an occupation, or a field of study."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="readings")
    code = models.CharField(_("code"), max_length=10)
    facts = models.JSONField(_("facts"))

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "code"], name="reading_once_a_release"
            )
        ]

    def __str__(self) -> str:
        return self.code
