"""From any mix of files to releases: find out what each is, check all, store all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path, PurePosixPath

from django.db import transaction
from django.utils.translation import gettext as _

from planner.importers import cip, crosswalks, onet, projections, wages
from planner.importers.problems import Problems
from planner.importers.releases import Change, Parsed, change_by, store
from planner.importers.tables import Document, Refused, Table, documents_in, opened

OnFile = Callable[[str, int, int], None]


@dataclass(kw_only=True)
class Found:
    """What the files hold: releases, and files that say nothing we keep."""

    releases: list[Parsed] = field(default_factory=list)
    left_alone: list[tuple[str, str]] = field(default_factory=list)  # name, reason


def read_paths(
    paths: Sequence[Path], *, edition: str = "", on_file: OnFile | None = None
) -> Found:
    """Parse and check all in files and folders; raises BadFiles with all its faults."""
    problems, found = Problems(), Found()
    documents = documents_in(paths, problems, found.left_alone)
    return _read(documents, problems, found, edition, on_file)


def read_documents(
    documents: Sequence[Document], *, edition: str = "", on_file: OnFile | None = None
) -> Found:
    """Parse and check documents that were uploaded; raises BadFiles."""
    problems, found = Problems(), Found()
    documents = opened(documents, problems, found.left_alone)
    return _read(documents, problems, found, edition, on_file)


@transaction.atomic
def store_all(releases: Sequence[Parsed]) -> list[Change]:
    """Store all of them or none, and tell what each changed."""
    changes = []
    for parsed in releases:
        changes.append(change_by(parsed))
        store(parsed)
    return changes


def _counted(on_file: OnFile, total: int) -> Callable[[str], None]:
    numbers = count(1)
    return lambda label: on_file(label, next(numbers), total)


# Which table is what


@dataclass(slots=True)
class _Claims:
    """The tables by what they are."""

    onet: dict[str, list[tuple[str, Table]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    read_me: dict[str, list[tuple[str, str, Document]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    wages: list[Table] = field(default_factory=list)
    projections: dict[int, list[tuple[str, Table]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    nem: list[Table] = field(default_factory=list)
    cip_soc: list[Table] = field(default_factory=list)
    cip: list[Table] = field(default_factory=list)

    @property
    def count(self) -> int:
        several = [*self.onet.values(), *self.projections.values()]
        alone = [self.wages, self.nem, self.cip_soc, self.cip]
        return sum(map(len, several)) + sum(map(len, alone))


def _read(
    documents: Sequence[Document],
    problems: Problems,
    found: Found,
    edition: str,
    on_file: OnFile | None,
) -> Found:
    if edition and not _is_edition(edition):
        problems.add(
            _(
                "“%(edition)s” is no edition that files may lack; one reads 30.1 or "
                "May 2025."
            )
            % {"edition": edition}
        )
    claims = _Claims()
    unclaimed: list[Document] = []
    for document in documents:
        try:
            if not _claim(document, claims):
                unclaimed.append(document)
        except Refused as error:
            if document.is_named or _matters(document):
                problems.add(
                    error.message,
                    file=document.label,
                    sheet=error.sheet,
                    line=error.line,
                )
            else:
                found.left_alone.append((document.label, error.message))
    for document in unclaimed:
        if reason := _why_refused(document, claims):
            problems.add(reason, file=document.label)
        else:
            reason = _("It is none of the files that are read.")
            found.left_alone.append((document.label, reason))
    if on_file:
        problems.reading = _counted(on_file, claims.count)
    for label, parsed in _parse_all(claims, problems, edition):
        if parsed is not None:
            _refuse_twice(parsed, found.releases, problems, label)
            found.releases.append(parsed)
    problems.refuse()
    if not found.releases:
        problems.add(_("There is nothing here that can be imported."))
        problems.refuse()
    return found


def _claim(document: Document, claims: _Claims) -> bool:
    """Add the tables of a document to what they are; tell whether any is known."""
    if document.kind == "text" and "read me" in document.stem.replace(
        "readme", "read me"
    ):
        with document.open() as source:
            told = onet.release_in(source.read(10_000).decode("ascii", "replace"))
        if told is not None:
            claims.read_me[document.group].append((*told, document))
            return True
    is_claimed = False
    for table in document.tables:
        if not table.columns:
            continue
        if key := onet.recognise(table):
            claims.onet[document.group].append((key, table))
        elif wages.recognise(table):
            claims.wages.append(table)
        elif crosswalks.recognise_nem(table):
            claims.nem.append(table)
        elif crosswalks.recognise_cip_soc(table):
            claims.cip_soc.append(table)
        elif cip.recognise(table):
            claims.cip.append(table)
        elif key := projections.recognise(table):
            claims.projections[projections.base_year(table) or 0].append((key, table))
        else:
            continue
        is_claimed = True
    return is_claimed


def _is_edition(text: str) -> bool:
    return bool(onet.edition_number(text) or wages.edition_in(text))


def _matters(document: Document) -> bool:
    """Tell whether its name says that it should be readable."""
    return document.name.lower().endswith(".xlsx") or any(
        source.is_named_so(document) for source in (onet, wages, crosswalks, cip)
    )


def _why_refused(document: Document, claims: _Claims) -> str:
    """Return why a file of unknown columns is refused, or "" if it is left alone."""
    if _should_be_known(document, claims):
        words = _(
            "The name is one of a file that is read, but its columns are not: "
            "%(columns)s."
        )
        return words % {"columns": _columns_of(document)}
    if document.is_named:
        return _(
            "It is none of the files that are read: O*NET, wages (OEWS), employment "
            "projections, the crosswalks and CIP titles."
        )
    return ""


def _should_be_known(document: Document, claims: _Claims) -> bool:
    """Tell whether a file is called as one that is read, where such a one belongs."""
    if wages.is_named_so(document) or cip.is_named_so(document):
        return True
    is_among_onet = document.group in claims.onet or document.group in claims.read_me
    return is_among_onet and onet.is_named_so(document)


def _columns_of(document: Document) -> str:
    names = document.tables[0].columns if document.tables else []
    return ", ".join(name[:40] for name in names[:12]) or _("none")


# Reading all of it


def _parse_all(
    claims: _Claims, problems: Problems, edition: str
) -> Iterator[tuple[str, Parsed | None]]:
    """Yield each release with a file that it stands in."""
    for group, tables in sorted(claims.onet.items()):
        yield tables[0][1].label, _parse_onet(group, claims, problems, edition)
    for table in claims.wages:
        may = wages.edition_in(edition)
        yield table.label, wages.parse(table, edition=may, problems=problems)
    for _year, tables in sorted(claims.projections.items()):
        yield tables[0][1].label, projections.parse(tables, problems=problems)
    for table in claims.nem:
        yield table.label, crosswalks.parse_nem(table, problems=problems)
    if claims.cip_soc:
        parsed = crosswalks.parse_cip_soc(claims.cip_soc, problems=problems)
        yield claims.cip_soc[0].label, parsed
    for table in claims.cip:
        yield table.label, cip.parse(table, problems=problems)


def _refuse_twice(
    parsed: Parsed, before: Sequence[Parsed], problems: Problems, label: str
) -> None:
    for other in before:
        if (other.kind, other.edition) == (parsed.kind, parsed.edition):
            problems.add(
                _("%(release)s is given twice: in %(other)s as well.")
                % {"release": parsed, "other": other.files[0]["name"]},
                file=label,
            )


def _own_parts(group: str) -> list[str]:
    """Return the name of a folder, and of the ZIP that it lies in, if it is in one."""
    parts = PurePosixPath(group).parts
    packed = [n for n, part in enumerate(parts) if part.lower().endswith(".zip")]
    return list(parts[packed[0] :] if packed else parts[-1:])


def _parse_onet(
    group: str, claims: _Claims, problems: Problems, edition: str
) -> Parsed | None:
    """Find out the edition of what lies together, and read it."""
    tables = claims.onet[group]
    label = tables[0][1].label
    told = {one: month for one, month, _document in claims.read_me.get(group, [])}
    names = [onet.edition_in(part) for part in _own_parts(group)]
    editions = {*told, *(name for name in names if name)}
    is_onet = onet.edition_number(edition) is not None
    if is_onet:
        editions.add(edition)
    if len(editions) > 1:
        problems.add(
            _(
                "It speaks of the editions %(editions)s at once. Give one edition in a "
                "folder or ZIP of its own, with its “Read Me.txt”."
            )
            % {"editions": ", ".join(sorted(editions))},
            file=label,
        )
        return None
    if not editions:
        problems.add(
            _(
                "It does not tell its edition: that stands in the “Read Me.txt” beside "
                "it. Give that as well, or say the edition, such as 30.1."
            ),
            file=label,
        )
        return None
    (one,) = editions
    return onet.parse(
        tables, edition=one, published=told.get(one, ""), problems=problems
    )
