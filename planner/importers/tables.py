"""Opens folders, ZIP archives, workbooks and text files, and yields their rows.

Nothing is believed: the type is told by the content, sizes are capped before
anything is unpacked, no entry is ever written under its own name, and a workbook
with a document type is refused before its XML is read. Rows are dicts by the name
of the column, with the number of the line.
"""

from __future__ import annotations

import csv
import hashlib
import re
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Any
from xml.parsers import expat

import openpyxl
from django.utils.translation import gettext as _

from planner.importers.problems import Problems

MEGABYTE = 1024 * 1024
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is read. The largest honest file of 2026 is a tenth of each."""

    files: int = 2_000
    file_bytes: int = 200 * MEGABYTE
    entries: int = 1_000
    unpacked_bytes: int = 1_024 * MEGABYTE  # of a ZIP, and of a workbook
    part_bytes: int = 64 * MEGABYTE  # of a part of a workbook that is not a sheet
    ratio: int = 100
    ratio_from: int = MEGABYTE  # small parts of blanks pack better, and do no harm
    rows: int = 1_100_000
    columns: int = 500
    header_lines: int = 20


LIMITS = Limits()


class Refused(Exception):
    """A file cannot be read; the sentence says why, and may name the line."""

    def __init__(self, message: str, *, sheet: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.sheet = sheet
        self.line = line


@dataclass(frozen=True, kw_only=True)
class Document:
    """One file, wherever it lies: in a folder, in a ZIP, or by itself."""

    name: str  # with the folders that it lies in, such as db_30_1_text/Skills.txt
    label: str  # the same, and the ZIP, for whoever looks for it
    group: str  # what lies together belongs together
    is_named: bool  # given by itself, not found in a folder
    size: int
    open: Callable[[], IO[bytes]]

    @property
    def stem(self) -> str:
        """Return the name without folders and ending, in lower-case words."""
        return words_of(PurePosixPath(self.name).stem)

    @cached_property
    def sha256(self) -> str:
        digest = hashlib.sha256()
        with self.open() as source:
            while chunk := source.read(MEGABYTE):
                digest.update(chunk)
        return digest.hexdigest()

    @cached_property
    def kind(self) -> str:
        """Return workbook, zip or text, told by the content.

        Raises Refused, with a sentence, for anything else.
        """
        with self.open() as source:
            head = source.read(4096)
        if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
            raise Refused(_("The file is empty."))
        if head.startswith(b"PK\x05\x06"):
            raise Refused(_("This ZIP archive has nothing in it."))
        if head.startswith(b"PK\x03\x04"):
            with self._archive() as archive:
                names = set(archive.namelist())
            return "workbook" if "[Content_Types].xml" in names else "zip"
        for magic, what in _NOT_READ.items():
            if head.startswith(magic):
                raise Refused(what())
        if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|head|\?xml|!--)", head, re.I):
            raise Refused(
                _(
                    "This is a web page and not the data: open the address in a "
                    "browser, and save the file itself."
                )
            )
        if b"\0" in head:
            raise Refused(_("This is neither text, nor a workbook, nor a ZIP archive."))
        return "text"

    @contextmanager
    def _archive(self) -> Iterator[zipfile.ZipFile]:
        with self.open() as source:
            try:
                archive = zipfile.ZipFile(source)
            except (zipfile.BadZipFile, OSError, ValueError) as error:
                raise Refused(
                    _(
                        "The file is damaged or cut off: it cannot be unpacked. "
                        "Fetch it again."
                    )
                ) from error
            with archive:
                _refuse_bombs(archive.infolist())
                yield archive

    @cached_property
    def tables(self) -> list[Table]:
        """Return what can be read of it, table by table; raises Refused."""
        if self.kind == "workbook":
            return _sheets_of(self)
        return [Table(document=self, head=_head_of(_lines_of_text(self)))]

    def entries(self) -> list[Document]:
        """Return the files in a ZIP, each to be opened from it; raises Refused."""
        found = []
        with self._archive() as archive:
            for info in archive.infolist():
                parts = PurePosixPath(info.filename.replace("\\", "/"))
                if parts.is_absolute() or ".." in parts.parts:
                    raise Refused(
                        _(
                            "The entry “%(name)s” points out of the archive. An honest "
                            "archive has no such entry; nothing of it is read."
                        )
                        % {"name": info.filename}
                    )
                if info.is_dir():
                    continue
                folder = "" if parts.parent == PurePosixPath() else str(parts.parent)
                found.append(
                    Document(
                        name=str(parts),
                        label=f"{self.label}: {parts}",
                        group=f"{self.label}/{folder}",
                        is_named=False,
                        size=info.file_size,
                        open=_opener(self, info.filename),
                    )
                )
        return found


def _opener(document: Document, name: str) -> Callable[[], IO[bytes]]:
    """Return what unpacks one entry, into memory or an unnamed file if it is large."""

    def unpack() -> IO[bytes]:
        target = tempfile.SpooledTemporaryFile(max_size=16 * MEGABYTE)  # noqa: SIM115
        try:
            with document._archive() as archive, archive.open(name) as source:
                while chunk := source.read(MEGABYTE):
                    target.write(chunk)
        except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError) as error:
            target.close()
            raise Refused(
                _("The entry “%(name)s” is damaged. Fetch the archive again.")
                % {"name": name}
            ) from error
        target.seek(0)
        return target

    return unpack


_NOT_READ: dict[bytes, Callable[[], str]] = {
    b"\xd0\xcf\x11\xe0": lambda: _(
        "This is an old Excel file (.xls), or one with a password. Save it as .xlsx, "
        "without a password."
    ),
    b"%PDF": lambda: _("This is a PDF, and not a table."),
    b"\x1f\x8b": lambda: _("This is packed with gzip. Unpack it first."),
    b"\xff\xfe": lambda: _("This text is in UTF-16. Save it as UTF-8."),
    b"\xfe\xff": lambda: _("This text is in UTF-16. Save it as UTF-8."),
}


def _refuse_bombs(entries: Sequence[zipfile.ZipInfo]) -> None:
    """Look at the table of contents alone; Python unpacks no more than it says."""
    if len(entries) > LIMITS.entries:
        raise Refused(
            _("It has %(count)d entries; %(most)d are read at most.")
            % {"count": len(entries), "most": LIMITS.entries}
        )
    unpacked = 0
    for info in entries:
        unpacked += info.file_size
        if info.flag_bits & 0x1:
            raise Refused(_("It is protected with a password. Take that away first."))
        if info.file_size > LIMITS.ratio_from and info.file_size > LIMITS.ratio * max(
            1, info.compress_size
        ):
            raise Refused(
                _(
                    "The entry “%(name)s” would unpack to more than %(ratio)d times "
                    "its size. No honest file does; nothing of it is read."
                )
                % {"name": info.filename, "ratio": LIMITS.ratio}
            )
    if unpacked > LIMITS.unpacked_bytes:
        raise Refused(
            _("Unpacked, it would be %(size)d MB; %(most)d MB are read at most.")
            % {
                "size": unpacked // MEGABYTE,
                "most": LIMITS.unpacked_bytes // MEGABYTE,
            }
        )
    names = [info.filename for info in entries]
    if len(set(names)) < len(names):
        raise Refused(_("Two entries have the same name, so either may be meant."))


# What is given


def documents_in(
    paths: Sequence[Path], problems: Problems, left_alone: list[tuple[str, str]]
) -> list[Document]:
    """Return every file in files, folders and ZIP archives, in a fixed order."""
    found: list[Document] = []
    for path in paths:
        if path.is_dir():
            files = [
                one
                for one in sorted(path.rglob("*"))
                if one.is_file()
                and not any(_is_hidden(p) for p in one.relative_to(path).parts)
            ]
            found += [
                _document(one, one.relative_to(path), str(one.parent)) for one in files
            ]
        elif path.is_file():
            found.append(
                _document(path, Path(path.name), str(path.parent), is_named=True)
            )
        else:
            problems.add(_("There is no such file or folder."), file=str(path))
    return opened(found, problems, left_alone)


def opened(
    documents: Sequence[Document],
    problems: Problems,
    left_alone: list[tuple[str, str]],
) -> list[Document]:
    """Return the documents, with the entries of ZIP archives in place of those.

    What cannot be read is a problem if it was named, or if its name says that it
    should be readable; other files of a folder are none of our business.
    """
    if len(documents) > LIMITS.files:
        problems.add(
            _("There are %(count)d files; %(most)d are read at most.")
            % {"count": len(documents), "most": LIMITS.files}
        )
        return []
    found: list[Document] = []
    for document in documents:
        try:
            found += _with_entries(document, problems, left_alone)
        except Refused as error:
            if document.is_named or document.name.lower().endswith((".xlsx", ".zip")):
                problems.add(error.message, file=document.label)
            else:
                left_alone.append((document.label, error.message))
    return found


def _with_entries(
    document: Document, problems: Problems, left_alone: list[tuple[str, str]]
) -> list[Document]:
    if document.size > LIMITS.file_bytes:
        raise Refused(
            _("It is %(size)d MB; %(most)d MB are read at most.")
            % {
                "size": document.size // MEGABYTE,
                "most": LIMITS.file_bytes // MEGABYTE,
            }
        )
    if document.kind != "zip":
        return [document]
    found = []
    for entry in document.entries():
        if any(_is_hidden(part) for part in PurePosixPath(entry.name).parts):
            continue
        try:
            if entry.size > LIMITS.file_bytes:
                raise Refused(_("It is too large to be read."))
            if entry.kind == "zip":
                raise Refused(
                    _("An archive inside an archive is not read. Unpack it first.")
                )
        except Refused as error:
            if entry.name.lower().endswith((".xlsx", ".zip", ".txt", ".csv")):
                problems.add(error.message, file=entry.label)
            else:
                left_alone.append((entry.label, error.message))
        else:
            found.append(entry)
    return found


def _document(
    path: Path, name: Path, group: str, *, is_named: bool = False
) -> Document:
    return Document(
        name=name.as_posix(),
        label=name.as_posix(),
        group=group,
        is_named=is_named,
        size=path.stat().st_size,
        open=lambda: path.open("rb"),
    )


def _is_hidden(name: str) -> bool:
    """Tell what systems and spreadsheets leave lying about."""
    return name.startswith((".", "~$")) or name == "__MACOSX"


# Tables


@dataclass(kw_only=True, eq=False)
class Table:
    """A text file, or a sheet of a workbook: a caption, a header, and rows."""

    document: Document
    sheet: str = ""
    head: Sequence[tuple[int, Sequence[Any]]] = field(repr=False)  # the first lines
    count: int = field(default=0, init=False)  # of the rows read last

    @property
    def label(self) -> str:
        return self.document.label

    @cached_property
    def _top(self) -> _Top:
        """Find the header: the first line with more than one cell that is filled."""
        caption: list[str] = []
        for place, (number, cells) in enumerate(self.head):
            filled = [cell for cell in cells if cell not in (None, "")]
            if len(filled) > 1:
                header = [_plain(cell) for cell in cells[: LIMITS.columns]]
                while not header[-1]:
                    header.pop()
                following = [cells for _number, cells in self.head[place + 1 :]]
                return _Top(
                    caption=" ".join(caption),
                    shown=[_without_mark(name) for name in header],
                    columns=[_same_dashes(_without_mark(name)) for name in header],
                    line=number,
                    first=list(following[0]) if following else [],
                )
            caption += [_plain(filled[0])] if filled else []
        return _Top(caption=" ".join(caption), shown=[], columns=[], line=0, first=[])

    @property
    def caption(self) -> str:
        return self._top.caption

    @property
    def columns(self) -> list[str]:
        """Return the names of the columns, without marks of footnotes."""
        return self._top.columns

    @property
    def header_line(self) -> int:
        return self._top.line

    def shown(self, column: str) -> str:
        """Return the name of a column with the dashes that it is published with."""
        return self._top.shown[self.columns.index(column)]

    @property
    def first(self) -> Row:
        """Return the first row, to tell tables of the same columns apart."""
        return dict(zip(self.columns, self._top.first, strict=False))

    def rows(self, problems: Problems) -> Iterator[tuple[int, Row]]:
        """Yield each row that is not empty, with its line.

        A line with more or fewer cells than the header is a problem, and not yielded:
        what stands in it would be read in the wrong columns.
        """
        problems.reading(self.label)
        columns = self.columns
        width = len(columns)
        self.count = 0
        lines = self.lines()
        try:
            for number, cells in lines:
                if number <= self.header_line:
                    continue
                if len(cells) != width:
                    if not any(cell not in (None, "") for cell in cells):
                        continue
                    if self.sheet:  # a sheet has no end of the line but its last cell
                        cells = [*cells, *[None] * (width - len(cells))][:width]
                    elif len(cells) > width and not any(cells[width:]):
                        cells = cells[:width]
                    else:
                        problems.add(
                            _("The line has %(found)d cells, and the header %(width)d.")
                            % {"found": len(cells), "width": width},
                            file=self.label,
                            line=number,
                        )
                        continue
                elif not any(cell not in (None, "") for cell in cells):
                    continue
                self.count += 1
                if self.count > LIMITS.rows:
                    raise Refused(
                        _("It has more than %(most)d rows.") % {"most": LIMITS.rows},
                        sheet=self.sheet,
                    )
                yield number, dict(zip(columns, cells, strict=True))
        except Refused as error:
            problems.add(
                error.message, file=self.label, sheet=error.sheet, line=error.line
            )
        finally:
            _close(lines)

    def lines(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """Yield the cells of every line, caption and header too; raises Refused."""
        if self.sheet:
            return _lines_of_sheet(self.document, self.sheet)
        return _lines_of_text(self.document)


def _close(lines: Iterator[Any]) -> None:
    """End a generator now, so that its file is closed now."""
    if isinstance(lines, Generator):
        lines.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Top:
    caption: str
    shown: list[str]
    columns: list[str]
    line: int
    first: list[Any]


def _plain(cell: Any) -> str:
    """Return a cell as text on one line, without blanks around it."""
    return " ".join(str("" if cell is None else cell).split())


def _without_mark(name: str) -> str:
    """Take the mark of a footnote away, such as [1] or (1)."""
    return re.sub(r"\s*[\[(]\d+[\])]$", "", name)


def _same_dashes(name: str) -> str:
    return name.replace("–", "-").replace("—", "-")


def words_of(name: str) -> str:
    """Return a name in lower case, its words parted by single blanks."""
    return " ".join(re.findall(r"[a-z0-9]+", name.lower()))


# Text


def _lines_of_text(document: Document) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the cells of each line: tabs without quoting, or commas with it."""
    with document.open() as source:
        lines = _decoded(source)
        first = next(lines, "")
        if "\t" in first:
            yield 1, first.rstrip("\r\n").split("\t")
            for number, line in enumerate(lines, start=2):
                yield number, line.rstrip("\r\n").split("\t")
            return
        # Not strict: NCES leaves quotation marks inside quoted cells as they are. A row
        # that comes apart there has too many or too few cells, and is a problem.
        reader = csv.reader(_again(first, lines))
        began = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise Refused(
                    _("The quotation marks or commas cannot be made out (%(error)s).")
                    % {"error": error},
                    line=reader.line_num,
                ) from error
            yield began, [_as_text(cell) for cell in cells]
            began = reader.line_num + 1


def _again(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines


def _as_text(cell: str) -> str:
    """Read ="11.0701" as 11.0701: so that spreadsheets do not make a number of it."""
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1]
    return cell


def _decoded(source: IO[bytes]) -> Iterator[str]:
    """Yield lines of UTF-8, with or without its mark; name the byte that is none."""
    number = 0
    while raw := source.readline(4 * MEGABYTE):
        number += 1
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if b"\0" in raw:
            raise Refused(
                _("There is a zero byte in the line; the file is damaged."), line=number
            )
        try:
            yield raw.decode()
        except UnicodeDecodeError as error:
            raise Refused(
                _(
                    "Byte %(place)d of the line (0x%(byte)02X) is not UTF-8. Save the "
                    "file as UTF-8."
                )
                % {"place": error.start + 1, "byte": raw[error.start]},
                line=number,
            ) from error


# Workbooks


def _sheets_of(document: Document) -> list[Table]:
    with document._archive() as archive:
        for info in archive.infolist():
            name = info.filename.lower()
            if name.endswith((".xml", ".rels", ".vml")):
                _refuse_document_types(archive, info)
            if not name.startswith("xl/worksheets/") and (
                info.file_size > LIMITS.part_bytes
            ):
                raise Refused(
                    _("Its part “%(name)s” is too large to be read.")
                    % {"name": info.filename}
                )
    with _workbook(document) as book:
        return [
            Table(
                document=document,
                sheet=sheet.title,
                head=_head_of(_lines_of(sheet)),
            )
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
        ]


def _head_of(
    lines: Iterator[tuple[int, Sequence[Any]]],
) -> list[tuple[int, Sequence[Any]]]:
    """Return the first lines, and close the file."""
    head = list(islice(lines, LIMITS.header_lines))
    _close(lines)
    return head


def _refuse_document_types(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Refuse a part that declares a document type: only there can entities be made.

    The parser is asked, and not the bytes, because XML may be in any encoding. It is
    stopped at the first element: nothing can be declared after that.
    """
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_rest: found.append("type")
    parser.StartElementHandler = lambda *_rest: found.append("element")
    try:
        with archive.open(info) as source:
            while not found and (chunk := source.read(4096)):
                parser.Parse(chunk)
    except (
        expat.ExpatError,
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        if not found:
            raise Refused(
                _("Its part “%(name)s” is damaged. Fetch the file again.")
                % {"name": info.filename}
            ) from error
    if found[:1] == ["type"]:
        raise Refused(
            _(
                "Its part “%(name)s” declares a document type (<!DOCTYPE>), which "
                "spreadsheets never do; nothing of it is read."
            )
            % {"name": info.filename}
        )


@contextmanager
def _workbook(document: Document) -> Iterator[Any]:
    with document.open() as source, _quietly():
        try:
            book = openpyxl.load_workbook(
                source, read_only=True, data_only=True, keep_links=False
            )
        except Exception as error:  # openpyxl raises what its libraries raise
            raise Refused(
                _(
                    "This is not a workbook that can be read. Open it in a "
                    "spreadsheet, and save it as .xlsx."
                )
            ) from error
        try:
            yield book
        finally:
            book.close()


@contextmanager
def _quietly() -> Iterator[None]:
    """Leave openpyxl's remarks on styles and dates aside; we read neither."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _lines_of_sheet(
    document: Document, name: str
) -> Iterator[tuple[int, Sequence[Any]]]:
    with _workbook(document) as book:
        yield from _lines_of(book[name])


def _lines_of(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    sheet.reset_dimensions()  # what it says of its own size may be anything
    rows = enumerate(sheet.iter_rows(values_only=True), start=1)
    last, size = 0, LIMITS.header_lines  # few at first: often only the head is read
    while True:
        try:
            with _quietly():
                batch = list(islice(rows, size))
        except Exception as error:
            raise Refused(
                _("The sheet is damaged after line %(line)d. Fetch the file again.")
                % {"line": last},
                sheet=sheet.title,
            ) from error
        if not batch:
            return
        last, size = batch[-1][0], 500
        yield from batch
