"""Each format, read by another reader: what it says, and that nothing in it runs."""

from __future__ import annotations

import csv
import io
import json
import logging
import threading
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

import icalendar
import openpyxl
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.documents.background import read_background
from planner.documents.catalogue import read_catalogue
from planner.engine.advising import Advice, advise
from planner.engine.background import Mark
from planner.engine.facts import Catalogue
from planner.exports import EXPORTS, Kept
from planner.exports.kept import clean
from planner.exports.pdf import to_pdf
from planner.exports.rows import COLUMNS
from planner.pages import SourceLink
from tests.ics_reader import Part, read_ics
from tests.pdf_reader import text_of
from tests.web.world import small_catalogue

LEAVER = {"career": "machine-learning-engineer", "start": "2027-08-15"}
STUCK = LEAVER | {"hours_per_week": 0, "full_time_study": False}
KEPT = Kept(
    name="Şule’s plan; part 1, revised",
    person="Şule Yılmaz",
    code="0d1f6b1c",
    changed_at=datetime(2027, 9, 1, 12, 30, tzinfo=UTC),
    sequence=3,
    sources={"judgement": SourceLink(title="Estimate", url="https://example.org/e")},
    address="https://example.org/roadmaps/0d1f6b1c/",
)
NASTY = [
    "=1+1",
    " =cmd|' /C calc'!A0",
    "\t@SUM(A1)",
    "'-2+3",
    "＝1+1",
    '#let x = read("/etc/passwd") $ x $ <b> [a](javascript:x) `y` *z*',
    "a\r\nEND:VEVENT\r\nBEGIN:VALARM",
    "\x00\x01\x0b\x1b\x7f\x85\u2028\u2029\ufeff\ufffe",
    "\ud800",  # half of a pair
    "علي محمد ‏",
    "田中さくら",
    "नमस्ते क्षि",
    "e\u0301\u0323\u200b\u200d👩‍👩‍👧 🇩🇪",
    "\u202egnp.exe",
    "a \u200db \u180e \u2060\ufe0f \U000e0041",
    "x" * 500,
    "word " * 2_000,
]


@lru_cache
def facts() -> Catalogue:
    return read_catalogue(small_catalogue(), "1-abc")


@lru_cache
def advice(kind: str = "leaver") -> Advice:
    answers = {
        "leaver": LEAVER | {"target_date": "2033-06-01", "budget": 20_000},
        "stuck": STUCK,
    }[kind]
    return advise(facts(), read_background(answers, facts()), {})


def made(format: str, kept: Kept = KEPT, kind: str = "leaver") -> bytes:
    return EXPORTS[format].make(advice(kind), facts(), kept)


def step(start: str) -> Any:
    return next(one for one in advice().plan.steps if one.id.startswith(start))


def under_way() -> Kept:
    """Return a roadmap whose degree began late, and whose first skill is known."""
    degree, skill = step("degree:"), step("skill:")
    return replace(
        KEPT,
        marks={
            degree.id: Mark(started=degree.start + timedelta(days=7)),
            skill.id: Mark(started=date(2027, 9, 7), finished=date(2027, 10, 6)),
        },
        notes={skill.id: "Ask Prof. Ünal; then, book a room.\nSecond line"},
    )


# All of them


@pytest.mark.parametrize("format", EXPORTS)
@pytest.mark.parametrize("kind", ["leaver", "stuck"])
def test_the_same_roadmap_gives_the_same_bytes(format, kind):
    one = made(format, KEPT, kind)
    assert one
    assert one == made(format, KEPT, kind)
    assert made(format, Kept(), kind) == made(format, Kept(), kind)


@pytest.mark.parametrize("format", [name for name in EXPORTS if name != "json"])
@pytest.mark.parametrize("nasty", NASTY, ids=lambda text: ascii(text)[:16])
def test_whatever_people_write_no_format_breaks(format, nasty):
    notes = {one.id: nasty for one in advice().plan.steps}
    check(format, made(format, replace(KEPT, name=nasty, person=nasty, notes=notes)))


texts = st.text(st.characters(codec=None), max_size=60)


@pytest.mark.parametrize("format", [name for name in EXPORTS if name != "json"])
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=texts, person=texts, note=texts)
def test_names_and_notes_in_any_script_are_only_text(format, name, person, note):
    kept = replace(KEPT, name=name, person=person, notes={step("skill:").id: note})
    check(format, made(format, kept))


def check(format: str, content: bytes) -> None:
    """Read a file with another reader, and look for what must not be in it."""
    if format == "pdf":
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert "not a promise of a job" in text_of(pdf)
    elif format == "ics":
        assert len(read_ics(content).parts) == len(events())
    elif format == "xlsx":
        kinds = {cell.data_type for cell in cells_of(content)}
        assert kinds <= {"s", "n", "d"}
    elif format == "csv":
        for row in rows_of(content):
            for cell in row:
                assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝"))
    else:
        content.decode("utf-8")


# PDF


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def elements(pdf: pikepdf.Pdf) -> list[tuple[str, Any]]:
    """Return what is tagged, in reading order: of each its role and itself."""
    found: list[tuple[str, Any]] = []

    def visit(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for each in node:
                visit(each)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append((str(node["/S"]), node))
            if "/K" in node:
                visit(node["/K"])

    visit(pdf.Root.StructTreeRoot.K)
    return found


def test_the_pdf_says_of_itself_that_it_is_accessible():
    pdf = opened(made("pdf"))
    assert bool(pdf.Root.MarkInfo.Marked)
    assert str(pdf.Root.Lang).startswith("en")
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    with pdf.open_metadata() as about:
        assert str(about["pdfuaid:part"]) == "1"
        assert "engineer by" in about["dc:title"]
        assert "2027-09-01" in about["xmp:ModifyDate"]


def test_each_drawing_has_words_and_each_table_its_heads():
    pdf = opened(made("pdf"))
    tagged = elements(pdf)
    drawings = [node for role, node in tagged if role == "/Figure"]
    assert len(drawings) == 2
    assert all(str(node["/Alt"]).strip() for node in drawings)
    heads = [node for role, node in tagged if role == "/TH"]
    assert heads
    for node in heads:
        attributes = node["/A"]
        listed = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
        assert any("/Scope" in each for each in listed)


def test_headings_go_down_one_level_at_a_time():
    pdf = opened(made("pdf"))
    roles = [role for role, _node in elements(pdf)]
    levels = [int(role[2]) for role in roles if role[:2] == "/H" and role[2:].isdigit()]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_the_pdf_tells_what_is_done_and_what_was_noted():
    pdf = opened(made("pdf", under_way()))
    text = text_of(pdf)
    assert "Done on 6 October 2027." in text
    assert "Ask Prof. Ünal; then, book a room." in text
    assert f"So far: 1 of {len(advice().plan.steps)} steps done, 1 under way." in text
    assert f"{KEPT.name} · {KEPT.person}" in text
    assert "https://example.org/e" in text


def test_what_looks_like_markup_is_set_as_it_was_typed():
    note = '#let x = read("/etc/passwd") $ x $ <a> @b *c* _d_ `e` = f \\ //g'
    pdf = opened(made("pdf", replace(KEPT, notes={step("skill:").id: note})))
    assert note in text_of(pdf)


def test_the_pdf_says_where_it_is_from_and_what_it_is_not():
    pdf = opened(made("pdf"))
    text = text_of(pdf)
    assert "This is planning, not a promise of a job." in text
    assert "O*NET" in text
    assert f"Page 1 of {len(pdf.pages)}" in text
    for one in advice().plan.steps:
        assert one.because.text in text
    for route in advice().routes:
        assert route.title in text
    not_reviewed = replace(advice().plan, is_reviewed=False)
    content = to_pdf(replace(advice(), plan=not_reviewed), facts(), KEPT)
    again = opened(content)
    assert "Made from public data, not yet reviewed" in text_of(again)
    assert "Made from public data" not in text


def test_american_paper_will_do():
    pdf = opened(to_pdf(advice(), facts(), KEPT, paper="us-letter"))
    assert [float(side) for side in pdf.pages[0].MediaBox] == [0, 0, 612, 792]


def test_a_pdf_links_to_the_web_and_to_nothing_else():
    sources = {"judgement": SourceLink(title="Odd", url="javascript:alert(1)")}
    kept = replace(KEPT, sources=sources, address="file:///etc/passwd")
    content = made("pdf", kept)
    pdf = opened(content)
    targets = [
        str(note.A.URI)
        for page in pdf.pages
        for note in page.get("/Annots", ())
        if "/A" in note and "/URI" in note.A
    ]
    assert targets
    assert all(target.startswith("https://") for target in targets)


def test_a_letter_that_no_font_has_costs_the_claim_and_not_the_file(caplog):
    unknown = replace(KEPT, name="secret \u0378")
    with caplog.at_level(logging.WARNING):
        pdf = opened(made("pdf", unknown))
    assert "PDF/UA" in caplog.text
    assert "secret" not in caplog.text
    with pdf.open_metadata() as about:
        assert "pdfuaid:part" not in about
    assert "/StructTreeRoot" in pdf.Root


def test_a_roadmap_without_a_way_is_a_pdf_too():
    pdf = opened(made("pdf", KEPT, "stuck"))
    with pdf.open_metadata() as about:
        assert "no way there yet" in about["dc:title"]
        assert str(about["pdfuaid:part"]) == "1"


def test_threads_make_the_same_pdfs():
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(made("pdf"))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [made("pdf")] * 4


# Calendar


def events(kept: Kept = KEPT, kind: str = "leaver") -> dict[str, Part]:
    """Return the events by the first part of their UIDs."""
    calendar = read_ics(made("ics", kept, kind))
    assert {part.kind for part in calendar.parts} == {"VEVENT"}
    found = {part["UID"].partition("@")[0]: part for part in calendar.parts}
    assert len(found) == len(calendar.parts)
    return found


def day(part: Part, name: str) -> date:
    [(parameters, value)] = part.lines[name]
    assert parameters == ";VALUE=DATE"
    return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007 - a day


def test_a_degree_begins_and_is_done_and_a_skill_lasts():
    found = events()
    degree, skill = step("degree:"), step("skill:")
    key = degree.id.replace(":", "-")
    begins, done = found[f"{key}-begins"], found[f"{key}-done"]
    assert day(begins, "DTSTART") == degree.start
    assert day(begins, "DTEND") == degree.start + timedelta(days=1)
    assert day(done, "DTSTART") == degree.finish
    lasts = found[skill.id.replace(":", "-")]
    assert (day(lasts, "DTSTART"), day(lasts, "DTEND")) == (skill.start, skill.finish)
    assert f"Why now: {skill.because.text}" in lasts["DESCRIPTION"]
    assert day(found["arrival"], "DTSTART") == advice().plan.arrival


def test_every_event_has_what_a_calendar_needs_to_take_it_again():
    for part in events().values():
        assert part["UID"].endswith("@0d1f6b1c.careerpath")
        assert part["SEQUENCE"] == "3"
        assert part["DTSTAMP"] == part["LAST-MODIFIED"] == "20270901T123000Z"
        assert part["TRANSP"] == "TRANSPARENT"
        assert part["STATUS"] == "TENTATIVE"
        assert part["CATEGORIES"]
        assert KEPT.address in part["DESCRIPTION"]


def test_the_calendar_names_itself_and_says_how_often_to_look():
    calendar = read_ics(made("ics"))
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == KEPT.name
    assert calendar.lines["REFRESH-INTERVAL"] == [(";VALUE=DURATION", "P1D")]


def test_what_is_over_keeps_its_real_days_and_every_uid_stays():
    kept = under_way()
    before, after = events(), events(kept)
    assert set(before) == set(after)
    skill = after[step("skill:").id.replace(":", "-")]
    assert day(skill, "DTSTART") == date(2027, 9, 7)
    assert day(skill, "DTEND") == date(2027, 10, 6)
    assert skill["STATUS"] == "CONFIRMED"
    assert "Done on 6 October 2027." in skill["DESCRIPTION"]
    assert "Ask Prof. Ünal; then, book a room.\nSecond line" in skill["DESCRIPTION"]
    degree = step("degree:")
    begins = after[f"{degree.id.replace(':', '-')}-begins"]
    assert day(begins, "DTSTART") == degree.start + timedelta(days=7)


def test_another_reader_finds_the_same_events():
    read = icalendar.Calendar.from_ical(made("ics"))
    assert len(list(read.walk("VEVENT"))) == len(events())


def test_a_calendar_without_a_way_says_why():
    [part] = events(KEPT, "stuck").values()
    assert "no way there yet" in part["SUMMARY"]
    assert "Would help:" in part["DESCRIPTION"]


def test_other_answers_without_a_code_are_another_calendar():
    one, other = (read_ics(made("ics", Kept(), kind)) for kind in ("leaver", "stuck"))
    assert one["UID"] != other["UID"]


# Sheets


def cells_of(content: bytes) -> list[Any]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [
        cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_the_workbook_has_days_and_numbers_to_reckon_with():
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx", under_way())))
    assert book.sheetnames == [
        "Summary",
        "Steps",
        "What you have",
        "Left out",
        "Sources",
    ]
    steps = book["Steps"]
    assert steps.freeze_panes == "C2"
    assert steps.auto_filter.ref
    head = [cell.value for cell in steps[1]]
    first = dict(zip(head, (cell.value for cell in steps[2]), strict=True))
    assert isinstance(first["Starts"], datetime)
    assert isinstance(first["Hours a week"], int | float)
    assert steps.max_row == len(advice().plan.steps) + 1


def test_text_that_looks_like_a_formula_stays_text_when_it_is_edited():
    note = "=HYPERLINK(1)"
    content = made("xlsx", replace(KEPT, notes={step("skill:").id: note}))
    [cell] = [cell for cell in cells_of(content) if cell.value == note]
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_a_note_that_no_cell_holds_is_cut_with_a_notice():
    note = "x" * 40_000
    content = made("xlsx", replace(KEPT, notes={step("skill:").id: note}))
    longest = max((str(cell.value) for cell in cells_of(content)), key=len)
    assert len(longest) == 32_767
    assert longest.endswith("(cut: a cell holds no more)")


def test_the_parts_of_a_workbook_carry_the_time_of_the_last_change():
    with zipfile.ZipFile(io.BytesIO(made("xlsx"))) as parts:
        assert {part.date_time for part in parts.infolist()} == {
            (2027, 9, 1, 12, 30, 0)
        }
        assert b"2027-09-01T12:30:00Z" in parts.read("docProps/core.xml")


def test_the_csv_has_a_line_for_each_step_and_the_columns_that_are_documented():
    head, *lines = rows_of(made("csv", under_way()))
    assert head == [column.name for column in COLUMNS]
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    assert {row["id"] for row in rows} == {one.id for one in advice().plan.steps}
    known = next(row for row in rows if row["status"] == "finished")
    assert (known["start"], known["finish"]) == ("2027-09-07", "2027-10-06")
    assert known["note"] == "Ask Prof. Ünal; then, book a room.\nSecond line"
    assert "https://example.org/e" in known["sources"]


def test_the_csv_of_no_way_has_only_its_head():
    assert len(rows_of(made("csv", KEPT, "stuck"))) == 1


# Prose and document


def test_markdown_keeps_what_people_wrote_from_being_markup():
    note = "# no head\n- no list\n1. neither\n=====\n<b>&lt;"
    kept = replace(KEPT, name="*star*", notes={step("skill:").id: note})
    lines = [line.strip() for line in made("markdown", kept).decode().splitlines()]
    assert any(line.startswith(r"\*star\*") for line in lines)
    for line in [r"\# no head", r"\- no list", r"1\. neither", r"\<b\>\&lt;"]:
        assert line in lines
    assert "=====" not in lines


def test_the_document_is_that_of_the_plan_and_tells_of_nobody():
    document = json.loads(made("json", under_way()))
    assert document["schema"] == "careerpath/plan/1"
    assert "Yılmaz" not in made("json", under_way()).decode()


def test_what_no_file_holds_is_taken_out_and_letters_stay():
    assert clean("a\x00b\ud800c\u202ed\r\ne\tf\u200dg\uffff") == "abcd\ne\tf\u200dg"
