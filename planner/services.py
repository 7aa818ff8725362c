"""Things people do that change more than one row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import IntegrityError, OperationalError, connection, models
from django.utils.translation import gettext as _

from planner.building import build_document
from planner.documents.catalogue import canonical, digest_of
from planner.documents.review import problems_in
from planner.documents.rows import rows_in
from planner.loading import (
    CatalogueProblems,
    Entry,
    Loaded,
    Model,
    entries_in,
    make_rows,
)
from planner.models import (
    MODELS,
    CatalogueVersion,
    Reading,
    Release,
    SearchIndex,
    Source,
    User,
)
from planner.models.history import editing
from planner.models.locks import at_one_moment, lock
from planner.search import rebuild_search

NOTE = 300  # characters; the length of a version's note

# Publishing


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What somebody looked at: the draft's digest, and what it was held against."""

    draft: str
    published: int  # the number of the version; 0 where there was none


class DraftMoved(Exception):
    """The draft, or what is published, is not what somebody has looked at."""


def publish_catalogue(
    *, note: str = "", by: User | None = None, seen: Seen | None = None
) -> CatalogueVersion:
    """Make the rows as they are now a version that never changes, and return it.

    If nothing changed since the newest version, that one is returned. Raises
    DraftMoved if it would not be what was seen, and CatalogueProblems if there is
    something that a plan could not stand on.
    """
    with _publishing():
        text = canonical(document := build_document())
        digest = digest_of(text)
        newest = CatalogueVersion.objects.current()
        _refuse_if_moved(seen, digest, newest)
        if newest is not None and newest.digest == digest:
            if not SearchIndex.objects.filter(version=newest).exists():
                rebuild_search(newest, document, _listed_titles(document))
            return newest
        if problems := problems_in(document):
            raise CatalogueProblems(problems)
        version = CatalogueVersion.objects.create(
            number=1 if newest is None else newest.number + 1,
            digest=digest,
            document=text,
            note=note,
            published_by=by,
        )
        rebuild_search(version, document, _listed_titles(document))
        return version


def index_titles() -> int:
    """Make the search of the newest version anew; return how many titles it has.

    Publishing a change does it by itself. Raises CatalogueProblems if nothing is
    published.
    """
    with _publishing():
        version = CatalogueVersion.objects.order_by("-number").first()
        if version is None:
            raise CatalogueProblems(
                [_("Nothing is published yet. Run `manage.py load_catalogue` first.")]
            )
        document = json.loads(version.document)
        return rebuild_search(version, document, _listed_titles(document))


def _listed_titles(document: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Return what public data call the occupations of the catalogue, by their codes.

    That is O*NET's titles and technologies in demand, by the code of an occupation,
    and fields of study that lead there, by the code of its group.
    """
    codes = {
        code
        for role in document["roles"]
        for code in [*role["codes"], *(each["code"] for each in role["occupations"])]
    }
    kinds = (Release.Kind.ONET, Release.Kind.CIP_SOC)
    releases = [one for one in Release.objects.in_force() if one.kind in kinds]
    readings = Reading.objects.filter(release__in=releases).order_by(
        "release__rank", "pk"
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for code, titles, technologies, fields in readings.values_list(
        "code", "facts__titles", "facts__technologies", "facts__fields"
    ):
        if code not in codes:
            continue
        names = [(title, kind) for title, kind in titles or ()]
        names += [
            (technology["name"], "technology")
            for technology in technologies or ()
            if technology["in_demand"]
        ]
        names += [
            (document["fields"][field], "field")
            for field in fields or ()
            if field in document["fields"]
        ]
        if names:
            found[code] = names
    return found


def _refuse_if_moved(
    seen: Seen | None, digest: str, newest: CatalogueVersion | None
) -> None:
    now = Seen(draft=digest, published=0 if newest is None else newest.number)
    if seen is not None and seen != now:
        raise DraftMoved


@contextmanager
def _publishing() -> Iterator[None]:
    """Be the only one who publishes or loads, and see all rows at one moment."""
    with at_one_moment():
        # The lock must come before the first query, so that who waited for another
        # sees what the other published.
        if connection.vendor == "postgresql":
            lock(CatalogueVersion)
        yield


# Loading what is shipped


def has_rows() -> bool:
    """Say whether anything is in the catalogue that editors curate.

    A source that only releases of public data name is no work of theirs.
    """
    if Source.objects.filter(releases__isnull=True).exists():
        return True
    return any(model._default_manager.exists() for model in MODELS if model != Source)


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """Load and publish as one: both happen, or neither does."""
    with _publishing():
        yield


def load_rows(paths: Sequence[Path], *, why: str = "The shipped catalogue.") -> Loaded:
    """Make the catalogue what the files say, in one transaction.

    The files are Django fixtures by natural key, in any order. A row that says the
    same already is left alone; a row that no file has is removed. Raises
    CatalogueProblems, with the file and the number of each row that cannot be
    stored. In the history of each row that it changes stands why.
    """
    with _publishing(), editing(why=why):
        return make_rows(entries_in(paths))


# Going back

PATIENCE = "300ms"  # shorter than PostgreSQL waits before it looks for a deadlock


def revert_catalogue(
    version: CatalogueVersion,
    *,
    why: str,
    by: User | None = None,
    seen: Seen | None = None,
) -> CatalogueVersion:
    """Make the rows what a version says, and publish them as a new version.

    Both happen, or neither does. What editors changed since is gone from the rows,
    but for sources that public data stands on; no version is ever removed. Raises
    DraftMoved if the draft is not what was seen, or if somebody is saving just now,
    and CatalogueProblems if the version cannot be gone back to.
    """
    document = json.loads(version.document)
    try:
        with _publishing():
            _keep_editors_waiting()
            if seen is not None:
                digest = digest_of(canonical(build_document()))
                _refuse_if_moved(seen, digest, CatalogueVersion.objects.current())
            note = _("Back to version %(number)s: %(why)s")
            words = (note % {"number": version.number, "why": why})[:NOTE]
            with editing(user=by, why=words):
                restore_rows(document)
            return publish_catalogue(note=words, by=by)
    except models.ProtectedError as error:
        names = ", ".join(sorted(str(row) for row in error.protected_objects)[:5])
        words = _("The version has no row for what these name: %(names)s.")
        raise CatalogueProblems([words % {"names": names}]) from error
    except (IntegrityError, OperationalError) as error:
        # An editor saved the same row meanwhile, or is about to: theirs stays.
        raise DraftMoved from error


def restore_rows(document: Mapping[str, Any]) -> Loaded:
    """Make the rows those that a document was built from, all or none.

    Sources that public data stands on stay, whatever the document says. Raises
    CatalogueProblems if rows cannot be made from it.
    """
    with _publishing():
        loaded = make_rows(_entries_of(document))
        _use_releases(document["releases"])
        return loaded


def _use_releases(pinned: Sequence[Mapping[str, Any]]) -> None:
    """Set aside what was imported after the releases that a version stands on."""
    digests = {release["digest"] for release in pinned}
    ranks: dict[str, str] = {}
    for release in Release.objects.filter(digest__in=digests):
        ranks[release.kind] = max(ranks.get(release.kind, ""), release.rank)
    for release in Release.objects.all():
        is_used = release.digest in digests or release.rank < ranks.get(
            release.kind, ""
        )
        if release.is_used != is_used:
            release.is_used = is_used
            release.save(update_fields=["is_used"])


def _keep_editors_waiting() -> None:
    """Let nobody else save until the transaction ends; who is saving now goes first.

    An editor's page looks up its rows once more when this is over, so that it is
    refused as by any other edit, with what was typed still in it.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        for model in MODELS:
            lock(model, "EXCLUSIVE")


def _entries_of(document: Mapping[str, Any]) -> dict[Model, list[Entry]]:
    labels: dict[str, Model] = {model._meta.label_lower: model for model in MODELS}
    found: dict[Model, list[Entry]] = {model: [] for model in MODELS}
    try:
        for row in rows_in(document):
            model, fields = labels[row["model"]], row["fields"]
            name = fields.get("key") or fields.get("slug") or fields.get("code")
            where = f"{model._meta.verbose_name} {name or fields['title']}"
            found[model].append(Entry(where, fields))
    except ValueError as error:
        raise CatalogueProblems([str(error)]) from error
    return found
