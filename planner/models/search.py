"""What careers are called, ready to be searched; made anew with each version."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from planner.models.versions import CatalogueVersion


class SearchIndex(models.Model):
    """The words by which the careers of one published version are found."""

    # A number might come again, after a backup is restored; processes keep the words.
    id = models.UUIDField(_("id"), primary_key=True, default=uuid4, editable=False)
    version = models.OneToOneField(
        CatalogueVersion,
        models.CASCADE,
        related_name="search_index",
        verbose_name=_("version"),
    )
    # {"nurse": 312, …}: each word, and in how many titles it is
    words = models.JSONField(_("words"), default=dict)

    def __str__(self) -> str:
        return str(self.version)


class SearchTitle(models.Model):
    """One name of one career. Editors do not change these; publishing makes them.

    The database looks words up in `words` by an index of its own kind, which the
    migration makes: FTS5 on SQLite, a GIN index of a tsvector on PostgreSQL.
    """

    place = models.IntegerField(
        _("place"), primary_key=True, help_text=_("The order in which it is looked at.")
    )
    index = models.ForeignKey(
        SearchIndex,
        models.CASCADE,
        db_index=False,  # there is only one
        related_name="titles",
        verbose_name=_("index"),
    )
    title = models.TextField(_("title"))
    role = models.CharField(_("career"), max_length=80)
    kind = models.PositiveSmallIntegerField(_("kind"))
    words = models.TextField(_("words"))

    class Meta:
        ordering = ["place"]

    def __str__(self) -> str:
        return self.title
