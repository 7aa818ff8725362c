"""Import and export: all of it or nothing, each change shown before it is made."""

import io
import zipfile
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from planner import spreadsheets
from planner.admin.resources import columns_of, export_rows, preview
from planner.history import timeline_of
from planner.models import (
    MODELS,
    AlternateTitle,
    Alternative,
    Degree,
    FieldOfStudy,
    Figure,
    Mode,
    Skill,
    Source,
    User,
)
from planner.models.catalogue import KEPT_ALONG
from planner.spreadsheets import Refused, read_sheet, write_sheet
from tests import builders_catalogue as build
from tests.web.test_admin import text_of

pytestmark = pytest.mark.django_db

FORMULAS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@x", "'tis"]


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create_superuser("ada"))
    return client


def address(model, what, *args):
    return reverse(f"admin:planner_{model._meta.model_name}_{what}", args=args)


def upload(desk, model, content, name="rows.csv", **more):
    if isinstance(content, str):
        content = content.encode()
    file = SimpleUploadedFile(name, content)
    return desk.post(address(model, "import"), {"file": file, **more})


def confirm(desk, model, previewed):
    kept = previewed.context["kept"]
    assert kept, text_of(previewed)
    return desk.post(address(model, "import"), {"kept": kept}, follow=True)


def book(*rows):
    workbook = Workbook()
    for row in rows:
        workbook.worksheets[0].append(row)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def repacked(content, **parts):
    """Return a workbook with some of its parts put in the place of others."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, parts.pop(name, None) or old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return packed.getvalue()


class TestThereAndBack:
    @pytest.mark.slow
    def test_what_was_exported_imports_with_no_change_for_every_model(self):
        call_command("load_catalogue", verbosity=0)
        for model in MODELS:
            columns, rows = export_rows(model, model.objects.all())
            assert rows
            for format in ["csv", "xlsx"]:
                sheet = read_sheet(write_sheet(format, columns, rows))
                outcome = preview(model, sheet)
                assert outcome.problems == (), (model, format)
                assert outcome.rows == (), (model, format)
                assert outcome.unchanged == len(rows)

    @pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
    def test_nothing_that_no_editor_reads_is_a_column(self, model):
        assert not {"id", *KEPT_ALONG} & set(columns_of(model))

    @pytest.mark.parametrize("format", ["csv", "xlsx"])
    @pytest.mark.parametrize("text", FORMULAS)
    def test_text_that_looks_like_a_formula_stays_text_and_comes_back(
        self, format, text
    ):
        content = write_sheet(format, ["title"], [[text], ["end"]])
        if format == "csv":
            cell = content.decode("utf-8-sig").split("\n", 1)[1].lstrip('"')
            assert cell[0] not in "=+-@\t\r"
        else:
            cell = load_workbook(io.BytesIO(content)).worksheets[0]["A2"]
            assert cell.data_type == "s"
        assert read_sheet(content).rows[0][1] == (text,)

    def test_numbers_are_numbers_in_a_workbook_and_lose_nothing(self):
        skill = build.skill("python")
        Mode.objects.update(low="0.25", likely="12.50", high="1000")
        columns, rows = export_rows(Mode, Mode.objects.all())
        content = write_sheet("xlsx", columns, rows)
        [_head, row] = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()
        cells = dict(zip(columns, row, strict=True))
        assert [cells[name].value for name in ("low", "likely", "high")] == [
            0.25,
            12.5,
            1000,
        ]
        assert cells["skill"].value == skill.slug
        assert preview(Mode, read_sheet(content)).rows == ()

    def test_the_export_is_what_the_list_shows_as_it_is_filtered(self, desk):
        build.skill("python", nature="language")
        build.skill("git", nature="tool")
        for query, slugs in [
            ("?nature__exact=tool", ["git"]),
            ("?q=pyth", ["python"]),
            ("", ["python", "git"]),
        ]:
            answer = desk.get(address(Skill, "export", "csv") + query)
            assert answer["Content-Type"] == "text/csv; charset=utf-8"
            assert "attachment" in answer["Content-Disposition"]
            sheet = read_sheet(answer.content)
            assert [cells[0] for _line, cells in sheet.rows] == slugs
        assert desk.get(address(Skill, "export", "exe")).status_code == 404

    def test_every_list_offers_it(self, desk):
        for model in MODELS:
            shown = text_of(desk.get(address(model, "changelist") + "?q=x"))
            assert address(model, "import") in shown
            assert address(model, "export", "xlsx") + "?q=x" in shown


class TestPreview:
    def test_each_change_is_shown_field_by_field_and_nothing_is_made(self, desk):
        build.skill("python", nature="language")
        shown = text_of(
            upload(
                desk,
                Skill,
                "slug,title,nature\r\npython,Python 3,language\r\ngit,Git,tool\r\n",
            )
        )
        assert "would do to rows: 1 added, 1 changed, 0 left as they are." in shown
        assert '<th scope="row">title</th><td>Python</td><td>Python 3</td>' in shown
        assert '<th scope="row">title</th><td></td><td>Git</td>' in shown
        assert '<th scope="row">nature</th><td>language' not in shown
        assert list(Skill.objects.values_list("title", flat=True)) == ["Python"]
        assert Skill.history.count() == 1

    def test_it_is_made_when_told_to_with_who_why_and_from_what(self, desk):
        skill = build.skill("python")
        previewed = upload(
            desk, Skill, "slug,title\npython,Python 3\n", "may.csv", why="The survey."
        )
        done = confirm(desk, Skill, previewed)
        assert "Added: 0; changed: 1; left as they were: 0." in text_of(done)
        skill.refresh_from_db()
        assert (skill.title, skill.version) == ("Python 3", 2)
        edit = timeline_of(Skill, skill.pk)[0]
        assert (edit.who, edit.why) == ("ada", "Imported from may.csv. The survey.")

    def test_pages_obey_the_policy(self, desk):
        build.skill("python")
        for shown in [
            desk.get(address(Skill, "import")),
            upload(desk, Skill, "slug,title\npython,Snake\n"),
            upload(desk, Skill, "nothing"),
        ]:
            for inline in [" style=", "<style", "<script>", " onchange="]:
                assert inline not in text_of(shown)

    def test_several_names_in_a_cell_are_all_found_or_refused(self, desk):
        degree = build.degree("bachelor")
        FieldOfStudy.objects.create(code="27.0101", title="Mathematics")
        FieldOfStudy.objects.create(code="27.0501", title="Statistics")
        previewed = upload(desk, Degree, "slug,counts_as\nbachelor,27.0501 27.0101\n")
        assert "<td></td><td>27.0101 27.0501</td>" in text_of(previewed)
        confirm(desk, Degree, previewed)
        assert degree.counts_as.count() == 2
        shown = text_of(
            upload(desk, Degree, "slug,counts_as\nbachelor,27.0101 99.9999\n")
        )
        assert "Line 2, column counts_as: There is no field of study “99.9999”" in shown
        shown = text_of(upload(desk, Degree, "slug,counts_as\nbachelor,11.0701\n"))
        assert "repeats the field of study" in shown
        assert degree.counts_as.count() == 2

    def test_a_column_that_is_left_out_stays_and_an_empty_cell_empties(self, desk):
        source = build.source("survey", attribution="By an office.")
        confirm(desk, Source, upload(desk, Source, "slug;title\nsurvey;Another\n"))
        source.refresh_from_db()
        assert (source.title, source.attribution) == ("Another", "By an office.")
        confirm(desk, Source, upload(desk, Source, "slug,attribution\nsurvey,\n"))
        source.refresh_from_db()
        assert source.attribution == ""

    def test_a_preview_of_another_list_or_a_forged_one_is_not_stored(self, desk):
        build.skill("python")
        kept = upload(desk, Skill, "slug,title\npython,Snake\n").context["kept"]
        for model, value in [(Source, kept), (Skill, kept[:-2]), (Skill, "")]:
            done = desk.post(address(model, "import"), {"kept": value}, follow=True)
            assert "The preview has expired." in text_of(done)
        assert Skill.objects.get().title == "Python"


class TestRefused:
    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("a,python,x,1,2,3,hours,no,no,survey", "“x” is no number"),
            ("a,python,NaN,1,2,3,hours,no,no,survey", "“NaN” is no number"),
            ("a,python,,1,2,3,hours,no,no,survey", "Fill this in."),
            ("a,snake,1,1,2,3,hours,no,no,survey", "There is no skill “snake”."),
            (
                "a,python,1,1,2,3,days,no,no,survey",
                "column unit: Write one of these: years",
            ),
            ("a,python,1,1,2,3,hours,perhaps,no,survey", "Write yes or no"),
            ("a,python,9,1,2,3,hours,no,no,survey", "must rise in this order"),
            ("a,,1,1,2,3,hours,no,no,survey", "Name one owner"),
            ("a b,python,1,1,2,3,hours,no,no,survey", "column key: Enter a valid"),
            ("a,python,1,1,2,3,hours,no,no,hearsay", "There is no source “hearsay”"),
            ("a,python,1,1,2,3.5555,hours,no,no,survey", "column high: Ensure that"),
            ("a,python,1,1.5,2,3,hours,no,no,survey", "“1.5” is no whole number"),
        ],
    )
    def test_a_bad_row_is_named_with_line_and_column_and_nothing_is_imported(
        self, desk, row, said
    ):
        build.skill("python", hours=None)
        build.source()
        head = "key,skill,low,position,likely,high,unit,is_main,is_academic,source"
        good = "b,python,1,1,2,3,hours,no,no,survey"
        shown = upload(desk, Mode, f"{head},name\n{good},x\n{row},x\n")
        assert said in text_of(shown)
        assert "Line 3" in text_of(shown)
        assert "Nothing was imported from rows.csv." in text_of(shown)
        assert shown.context["kept"] == ""
        assert not Mode.objects.exists()

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "The submitted file is empty."),
            (b"\n\n", "Its first line must name the columns."),
            (b"slug,titel\npython,Snake\n", "There is no column titel."),
            (b"title\nSnake\n", "The column slug is missing"),
            (b"slug,title,title\npython,a,b\n", "two columns of this name"),
            (b"slug,title\na,b\npython,x\na,b\n", "Line 4 is about the same row as"),
            (b"slug,title\npython,Snake,3\n", "Line 2 has more cells"),
            (b"slug,title\npython,Sn\xffke\n", "nor a CSV file in UTF-8"),
            (b"slug,title\npython,Sn\0ke\n", "zero byte"),
            (b'slug,title\npython,"Snake\n', "cannot be read as CSV"),
            (b"PK\x03\x04 and no more", "The workbook is damaged."),
            (b"slug\n" + b"x" * 40_000, "too long"),
        ],
    )
    def test_a_file_that_is_none_is_refused_with_what_to_do(self, desk, content, said):
        build.skill("python")
        assert said in text_of(upload(desk, Skill, content))
        assert Skill.objects.get().title == "Python"

    def test_a_formula_in_a_workbook_is_refused_with_its_cell(self, desk):
        shown = upload(desk, Skill, book(["slug", "title"], ["a", "=1+1"]), "a.xlsx")
        assert "Cell B2 holds a formula." in text_of(shown)

    def test_xml_tricks_bombs_and_other_packed_files_are_refused(self):
        good = book(["slug"], ["python"])
        assert read_sheet(good).rows == ((2, ("python",)),)
        trick = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
        sheet = "xl/worksheets/sheet1.xml"
        for bad, said in [
            (repacked(good, **{sheet: trick}), "no spreadsheet program writes"),
            (
                repacked(good, **{sheet: trick.decode().encode("utf-16")}),
                "no spreadsheet program writes",
            ),
            (repacked(good, **{"xl/media/x.bin": b"0" * 50_000_000}), "too much"),
            (
                repacked(good, **{f"xl/{number}.bin": b"x" for number in range(300)}),
                "too much",
            ),
            (repacked(good, **{sheet: b"<worksheet"}), "cannot be read"),
        ]:
            with pytest.raises(Refused, match=said):
                read_sheet(bad)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr("readme.txt", "hello")
        with pytest.raises(Refused, match="no workbook"):
            read_sheet(packed.getvalue())

    def test_size_rows_and_columns_are_capped(self, monkeypatch):
        monkeypatch.setattr(spreadsheets, "MOST_ROWS", 3)
        with pytest.raises(Refused, match="more than 3 rows"):
            read_sheet(b"slug\na\nb\nc\nd\n")
        with pytest.raises(Refused, match="more than 60 columns"):
            read_sheet(",".join(f"c{n}" for n in range(61)).encode())
        with pytest.raises(Refused, match="larger than 5 MB"):
            read_sheet(b"x" * 5_000_001)

    def test_a_circle_that_comes_in_by_a_file_is_refused_in_words(self, desk):
        one, two = build.skill("one"), build.skill("two")
        build.requires(one, two)
        needed = build.requires(two, "bachelor")
        shown = upload(
            desk,
            Alternative,
            f"key,requirement,skill,level\nnew,{needed.key},one,\n",
        )
        assert "“One” requires “Two”, which requires “One”" in text_of(shown)
        assert shown.context["kept"] == ""
        assert Alternative.objects.count() == 2

    def test_who_may_not_edit_may_export_and_not_import(self, client):
        build.skill("python")
        reader = User.objects.create_user("reader", is_staff=True)
        client.force_login(reader)
        assert client.get(address(Skill, "export", "csv")).status_code == 403
        reader.user_permissions.set(Permission.objects.filter(codename="view_skill"))
        assert client.get(address(Skill, "export", "csv")).status_code == 200
        assert client.get(address(Skill, "import")).status_code == 403
        assert client.post(address(Skill, "import"), {"kept": ""}).status_code == 403


class TestMeanwhile:
    def test_a_row_that_moved_on_since_the_preview_is_refused(self, desk):
        skill = build.skill("python")
        build.skill("git")
        previewed = upload(desk, Skill, "slug,title\ngit,Git 2\npython,Snake\n")
        skill.title, skill.version = "Cobra", 2
        skill.save()
        shown = confirm(desk, Skill, previewed)
        assert "Line 3: Somebody else changed this row after the preview." in text_of(
            shown
        )
        assert "<td>Cobra</td><td>Snake</td>" in text_of(shown)
        assert set(Skill.objects.values_list("title", flat=True)) == {"Cobra", "Git"}
        confirm(desk, Skill, shown)  # having seen it, the editor decides
        assert set(Skill.objects.values_list("title", flat=True)) == {"Snake", "Git 2"}

    def test_a_row_that_was_no_change_then_and_would_be_one_now_is_refused(self, desk):
        skill = build.skill("python")
        previewed = upload(desk, Skill, "slug,title\ngit,Git\npython,Python\n")
        skill.title, skill.version = "Cobra", 2
        skill.save()
        assert "Somebody else changed this row" in text_of(
            confirm(desk, Skill, previewed)
        )
        assert not Skill.objects.filter(slug="git").exists()

    def test_a_row_that_somebody_added_meanwhile_is_refused(self, desk):
        previewed = upload(desk, Skill, "slug,title\ngit,Git\n")
        build.skill("git", title="GIT")
        assert "Somebody else changed" in text_of(confirm(desk, Skill, previewed))
        assert Skill.objects.get().title == "GIT"

    def test_a_source_that_was_deleted_meanwhile_is_named(self, desk):
        build.role("writer")
        build.source("gone")
        head = "role,title,source"
        previewed = upload(desk, AlternateTitle, f"{head}\nwriter,Author,gone\n")
        Source.objects.get(slug="gone").delete()
        shown = text_of(confirm(desk, AlternateTitle, previewed))
        assert "Line 2, column source: There is no source “gone”." in shown
        assert not AlternateTitle.objects.exists()


def test_a_figure_comes_in_from_a_workbook(desk):
    build.role("writer")
    build.source()
    columns = columns_of(Figure)
    row = {
        "key": "writer-pay",
        "role": "writer",
        "measure": "annual-wage-median",
        "value": 72270.5,
        "unit": "US dollars a year",
        "as_of": "May 2025",
        "soc_code": "27-3043",
        "source": "survey",
        "cell": "Table 1",
        "position": 1,
    }
    content = book(columns, [row.get(name) for name in columns])
    confirm(desk, Figure, upload(desk, Figure, content, "figures.xlsx"))
    assert Figure.objects.get().value == Decimal("72270.5")
