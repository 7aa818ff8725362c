"""What a release says, parsed; what storing it would change; and storing it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import transaction

from planner.importers.tables import Document, Table
from planner.models import Reading, Release, Source

BATCH = 200


@dataclass(kw_only=True)
class Parsed:
    """One edition of one kind, as its files say it; `facts` are true of all of it."""

    kind: str
    edition: str
    rank: str
    source: Mapping[str, str]  # the fields of the row, should there be none yet
    files: list[dict[str, Any]]
    facts: dict[str, Any]
    readings: dict[str, dict[str, Any]] = field(repr=False)  # by code

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of what is said, however the files write it.

        The text and the Excel build, a ZIP and a folder, CRLF and LF say the same.
        """
        digest = hashlib.sha256(
            _canonical([self.kind, self.edition, self.facts]).encode()
        )
        for code in sorted(self.readings):
            digest.update(_canonical([code, self.readings[code]]).encode())
        return digest.hexdigest()

    def __str__(self) -> str:
        return f"{Release.Kind(self.kind).label} {self.edition}"


def _canonical(value: Any) -> str:
    return json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def files_of(
    tables: Iterable[tuple[str, Table, Mapping[str, str]]],
) -> list[dict[str, Any]]:
    """Describe the files that were read, sorted by name.

    Of each table goes with it: what it is, its sheet, its rows, and how it calls the
    columns that were read, so that a figure can name its cell.
    """
    found: dict[str, tuple[Document, list[dict[str, Any]]]] = {}
    for name, table, columns in tables:
        document = table.document
        _document, described = found.setdefault(document.label, (document, []))
        described.append(
            {
                "table": name,
                "sheet": table.sheet,
                "rows": table.count,
                "columns": dict(columns),
            }
        )
    return [
        {
            "name": document.name,
            "rows": sum(one["rows"] for one in described),
            "sha256": document.sha256,
            "tables": described,
        }
        for _label, (document, described) in sorted(found.items())
    ]


# What would change


@dataclass(frozen=True, kw_only=True)
class Change:
    """What storing a release does, beside the newest of its kind that is stored."""

    parsed: Parsed
    is_stored: bool  # exactly this is there already
    beside: Release | None
    added: int
    changed: int
    gone: int
    examples: Mapping[str, Sequence[str]]  # some codes of each


def change_by(parsed: Parsed) -> Change:
    """Compare a release with the newest of its kind that is stored."""
    alike = Release.objects.filter(kind=parsed.kind)
    stored = alike.filter(edition=parsed.edition, digest=parsed.digest).first()
    beside = stored or alike.order_by("rank", "pk").last()
    added = dict.fromkeys(parsed.readings)
    changed: list[str] = []
    gone: list[str] = []
    if beside is not None:
        rows = beside.readings.order_by("code").values_list("code", "facts")
        for code, facts in rows.iterator(chunk_size=BATCH):
            if code not in parsed.readings:
                gone.append(code)
                continue
            del added[code]
            if stored is None and facts != parsed.readings[code]:
                changed.append(code)
    return Change(
        parsed=parsed,
        is_stored=stored is not None,
        beside=beside,
        added=len(added),
        changed=len(changed),
        gone=len(gone),
        examples={
            "added": sorted(added)[:10],
            "changed": changed[:10],
            "gone": gone[:10],
        },
    )


# Storing


@transaction.atomic
def store(parsed: Parsed) -> Release | None:
    """Store a release and its readings; the same again is None, and changes nothing."""
    already = Release.objects.filter(
        kind=parsed.kind, edition=parsed.edition, digest=parsed.digest
    )
    if already.exists():
        return None
    source, _created = Source.objects.get_or_create(
        slug=parsed.source["slug"], defaults=dict(parsed.source)
    )
    release = Release.objects.create(
        kind=parsed.kind,
        edition=parsed.edition,
        rank=parsed.rank,
        source=source,
        digest=parsed.digest,
        files=parsed.files,
        facts=parsed.facts,
    )
    Reading.objects.bulk_create(
        (
            Reading(release=release, code=code, facts=parsed.readings[code])
            for code in sorted(parsed.readings)
        ),
        batch_size=BATCH,
    )
    return release
