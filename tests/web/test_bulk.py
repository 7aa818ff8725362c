"""Files of many students: who is in them, what stands in them, and when they go."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, timedelta
from uuid import uuid4

import openpyxl
import pikepdf
import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from planner import bulk, keeping
from planner.bulk import Kind, State, Worker
from planner.consenting import choose_roadmap, end_membership, withdraw
from planner.exports.many import ABOUT, STEPS, Layout
from planner.leaving import delete_everything
from planner.models import (
    AuditEntry,
    BulkExport,
    BulkExportItem,
    Consent,
    Membership,
    Organisation,
    Roadmap,
    User,
)
from tests.pdf_reader import text_of
from tests.web import people
from tests.web.test_kept import kept, send
from tests.web.world import publish

pytestmark = pytest.mark.django_db

PASSWORD = "a long password of hers"  # noqa: S105 - of nobody
COLUMNS = ["email", "career", "arrival", "stands", "title", "start", "why"]
ItemState = BulkExportItem.State


@pytest.fixture(autouse=True)
def catalogue(db):
    return publish()


@pytest.fixture
def college():
    return people.organisation()


@pytest.fixture
def anna(college):
    """An advisor, who has just given her password."""
    user = people.advisor(college, "anna")
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(
        user=user, email=user.email, verified=True, primary=True
    )
    return user


@pytest.fixture
def desk(anna):
    return signed_in()


@pytest.fixture
def ruth(college):
    return student(college, "ruth", first_name="Ruth", last_name="Ōta Müller")


@pytest.fixture
def tom(college):
    return student(college, "tom")


def signed_in() -> Client:
    client = Client()
    client.post(
        reverse("account_login"), {"login": "anna@example.org", "password": PASSWORD}
    )
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def student(college: Organisation, name: str, **more: str) -> Consent:
    """Somebody with a roadmap that they let the college see."""
    return people.consent(college, kept(people.person(name, **more)))


def member(user: User) -> Membership:
    return Membership.objects.select_related("organisation", "user").get(user=user)


def ordered(user: User, *consents: Consent, kind=Kind.XLSX, columns=COLUMNS):
    return bulk.order(member(user), consents, kind, columns, timezone.now())


def made(export: BulkExport, **worker) -> BulkExport:
    """The same order after a worker has passed by."""
    bulk.work(Worker(**worker))
    export.refresh_from_db()
    return export


def taken(worker: Worker) -> tuple[BulkExport, BulkExportItem]:
    """An order that a worker took, and the first student that it began with."""
    export = bulk.claim(worker)
    assert export is not None
    item = bulk._begin(export, worker)
    assert item is not None
    return export, item


def states(export: BulkExport) -> list[str]:
    return [item.state for item in export.items.order_by("place")]


def address(export: BulkExport, view: str = "bulk-export") -> str:
    return reverse(f"planner:{view}", args=[export.organisation.code, export.code])


def fetched(client: Client, export: BulkExport) -> bytes:
    response = client.get(address(export, "bulk-export-file"))
    assert response.status_code == 200
    return b"".join(response) if response.streaming else response.content


def sheets(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def entries(action: str) -> list[tuple[str, str]]:
    """To whom an action is told, and what exactly."""
    rows = AuditEntry.objects.filter(action=action).order_by("pk")
    return list(rows.values_list("student__username", "detail"))


class TestWhatStandsInIt:
    def test_a_workbook_has_the_students_and_all_their_steps(
        self, desk, anna, ruth, tom
    ):
        found = sheets(fetched(desk, made(ordered(anna, ruth, tom))))
        head, *rows = found["Students"]
        titles = ["E-mail address", "Career", "Arrival, as planned", "How it stands"]
        assert [*head] == ["Student", *titles]
        standing = keeping.standing_of(stands(ruth.roadmap))
        assert rows[0][:3] == (
            "Ruth Ōta Müller",
            "ruth@example.org",
            "Machine learning engineer",
        )
        assert str(rows[0][3]) == f"{standing.plan.arrival} 00:00:00"
        assert rows[1][0] == "tom@example.org"
        head, *steps = found["Steps"]
        assert [*head] == ["Student", "Step", "Starts", "Why now"]
        assert [row[0] for row in steps].count("Ruth Ōta Müller") == len(
            standing.plan.steps
        )

    def test_a_csv_says_the_same_in_lines(self, desk, anna, ruth, tom):
        content = fetched(desk, made(ordered(anna, ruth, tom, kind=Kind.CSV)))
        assert content.startswith(b"\xef\xbb\xbf")
        lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        assert {line["student"] for line in lines} == {
            "Ruth Ōta Müller",
            "tom@example.org",
        }
        assert [*lines[0]] == ["student", *COLUMNS]
        days = [date.fromisoformat(line["start"]) for line in lines]
        assert min(days) >= timezone.localdate() - timedelta(7)

    def test_a_zip_has_a_folder_for_each_with_pdf_and_calendar(
        self, desk, anna, ruth, tom
    ):
        content = fetched(desk, made(ordered(anna, ruth, tom, kind=Kind.ZIP)))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            assert archive.namelist() == [
                "1-Ruth-Ōta-Müller/roadmap.pdf",
                "1-Ruth-Ōta-Müller/roadmap.ics",
                "2-tom-example-org/roadmap.pdf",
                "2-tom-example-org/roadmap.ics",
            ]
            with pikepdf.open(io.BytesIO(archive.read(archive.namelist()[0]))) as pdf:
                assert len(pdf.pages) > 0
            calendar = Calendar.from_ical(archive.read(archive.namelist()[3]))
        assert ruth.roadmap.code.hex not in str(calendar["uid"])
        assert tom.roadmap.code.hex in str(calendar["uid"])

    @pytest.mark.parametrize("kind", Kind.values)
    def test_notes_of_students_are_in_no_file(self, desk, anna, ruth, kind):
        owner = people.signed_in(ruth.student)
        note = "Nobody shall read this."
        send(owner, ruth.roadmap, "roadmap-step", "skill-python", note=note)
        columns = [column.name for column in (*ABOUT, *STEPS)]
        export = made(ordered(anna, ruth, kind=kind, columns=columns))
        assert note not in "".join(words_in(fetched(desk, export), kind))

    def test_no_cell_is_a_formula(self, desk, anna, college):
        evil = student(college, "evil", first_name='=HYPERLINK("http://e","x")')
        found = made(ordered(anna, evil))
        book = openpyxl.load_workbook(io.BytesIO(fetched(desk, found)))
        cell = book["Students"]["A2"]
        assert (cell.data_type, cell.quotePrefix) == ("s", True)
        found = made(ordered(anna, evil, kind=Kind.CSV))
        [_head, line, *_] = fetched(desk, found).decode().splitlines()
        assert line.startswith("\"'=HYPERLINK")

    def test_only_columns_that_were_asked_for_are_kept_at_all(self, anna, ruth):
        export = made(ordered(anna, ruth, columns=["career"]))
        assert export.items.get().rows == {
            "about": ["Ruth Ōta Müller", "Machine learning engineer"],
            "steps": [],
        }

    def test_who_shows_no_roadmap_has_a_row_and_no_pdf(self, desk, anna, college, ruth):
        bare = Consent.objects.create(
            organisation=college, student=people.person("bare"), given_at=timezone.now()
        )
        found = sheets(fetched(desk, made(ordered(anna, ruth, bare))))
        assert found["Students"][2][0] == "bare@example.org"
        lines = fetched(desk, made(ordered(anna, ruth, bare, kind=Kind.CSV))).decode()
        assert lines.splitlines()[-1].startswith("bare@example.org,")
        export = made(ordered(anna, ruth, bare, kind=Kind.ZIP))
        assert states(export) == [ItemState.MADE, ItemState.LEFT_OUT]


class TestWhoMayBeSeen:
    def test_who_withdraws_while_it_waits_is_not_in_it(self, desk, anna, ruth, tom):
        export = ordered(anna, ruth, tom)
        withdraw(ruth, timezone.now())
        assert states(made(export)) == [ItemState.LEFT_OUT, ItemState.MADE]
        assert "1 student was left out" in desk.get(address(export)).content.decode()
        assert "Ruth" not in str(sheets(fetched(desk, export)))

    @pytest.mark.parametrize("kind", Kind.values)
    def test_who_withdraws_while_it_is_made_is_taken_out(
        self, desk, anna, ruth, tom, kind
    ):
        export = ordered(anna, ruth, tom, kind=kind)
        asked = iter([True, False])
        made(export, goes_on=lambda: next(asked))
        assert states(export) == [ItemState.MADE, ItemState.WAITING]
        withdraw(ruth, timezone.now())
        item = export.items.get(place=1)
        assert (item.rows, item.pdf, item.calendar, item.name) == (None, None, None, "")
        assert made(export).students == 1
        assert "Müller" not in "".join(words_in(fetched(desk, export), kind))

    def test_who_withdraws_as_it_is_being_saved_is_not_in_it(self, anna, ruth, tom):
        """The last question is asked in the transaction that saves the student."""
        export = ordered(anna, ruth, tom)
        worker = Worker()
        claimed, item = taken(worker)
        layout, today = Layout.of(COLUMNS), timezone.localdate()
        content = bulk._content(claimed, item, layout, 2, today)
        assert content is not None
        Consent.objects.filter(pk=ruth.pk).update(withdrawn_at=timezone.now())
        assert bulk._keep(claimed, item, content, worker)
        assert states(export)[0] == ItemState.LEFT_OUT

    @pytest.mark.parametrize("kind", Kind.values)
    def test_a_finished_file_is_made_once_more_without_them(
        self, desk, anna, ruth, tom, kind
    ):
        export = made(ordered(anna, ruth, tom, kind=kind))
        finished = export.finished_at
        withdraw(ruth, timezone.now())
        assert desk.get(address(export, "bulk-export-file")).status_code == 404
        export = made(export)
        assert (export.students, export.finished_at) == (1, finished)
        assert "Müller" not in "".join(words_in(fetched(desk, export), kind))

    @pytest.mark.parametrize("kind", Kind.values)
    @pytest.mark.parametrize("what", ["shows another", "deletes it", "is locked out"])
    def test_whatever_else_ends_it_counts_at_the_next_request(
        self, desk, anna, ruth, tom, kind, what
    ):
        export = made(ordered(anna, ruth, tom, kind=kind))
        if what == "shows another":
            choose_roadmap(ruth, kept(ruth.student), timezone.now())
        elif what == "deletes it":
            ruth.roadmap.delete()
        else:
            User.objects.filter(pk=ruth.student_id).update(is_active=False)
        response = desk.get(address(export, "bulk-export-file"), follow=True)
        assert "made once more" in response.content.decode()
        assert entries("downloaded") == []
        export = made(export)
        if what == "shows another":
            # The same student, with the roadmap that is shown now.
            assert export.students == 2
            assert export.items.get(place=1).roadmap_id != ruth.roadmap_id
        elif what == "is locked out":
            assert export.students == 1

    def test_nothing_is_left_of_who_deletes_everything(self, desk, anna, ruth, tom):
        export = made(ordered(anna, ruth, tom))
        delete_everything(ruth.student)
        export.refresh_from_db()
        assert (export.state, export.body) == (State.WAITING, None)
        assert "Ruth" not in str(sheets(fetched(desk, made(export))))

    def test_who_withdraws_while_it_is_sent_is_not_sent(self, desk, anna, ruth, tom):
        for kind in (Kind.CSV, Kind.ZIP):
            export = made(ordered(anna, tom, ruth, kind=kind))
            response = desk.get(address(export, "bulk-export-file"))
            pieces = iter(response)
            first = next(pieces)
            Consent.objects.filter(pk=ruth.pk).update(withdrawn_at=timezone.now())
            whole = first + b"".join(pieces)
            assert "Müller" not in "".join(words_in(whole, kind))
            Consent.objects.filter(pk=ruth.pk).update(withdrawn_at=None)

    def test_a_roadmap_that_cannot_be_read_is_left_out(
        self, desk, anna, ruth, tom, caplog
    ):
        ruth.roadmap.plans.update(document={"schema": "of Ruth Müller"})
        export = made(ordered(anna, ruth, tom))
        assert states(export) == [ItemState.LEFT_OUT, ItemState.MADE]
        assert "a roadmap was left out" in caplog.text.lower()
        assert "1 student was left out" in desk.get(address(export)).content.decode()

    def test_nobody_is_left(self, desk, anna, ruth):
        export = ordered(anna, ruth)
        withdraw(ruth, timezone.now())
        assert made(export).state == State.DONE
        assert "Nobody is left in it" in desk.get(address(export)).content.decode()
        assert desk.get(address(export, "bulk-export-file")).status_code == 404


class TestWhoMayHaveIt:
    def test_only_who_ordered_it_finds_it(self, anna, college, ruth):
        export = made(ordered(anna, ruth))
        colleague = people.signed_in(people.advisor(college, "otto"))
        elsewhere = people.advisor(people.organisation("Elsewhere"), "erna")
        for client in (
            colleague,
            people.signed_in(elsewhere),
            people.signed_in(ruth.student),
            people.signed_in(people.lead(college, "lena")),
        ):
            for view in ("bulk-export", "bulk-export-file"):
                assert client.get(address(export, view)).status_code == 404
            cancel = address(export, "bulk-export-cancel")
            assert client.post(cancel).status_code == 404
        export.refresh_from_db()
        assert export.state == State.DONE
        listed = colleague.get(reverse("planner:exports", args=[college.code]))
        assert listed.context["files"] == []

    def test_not_under_the_address_of_another_organisation(self, desk, anna, ruth):
        export = made(ordered(anna, ruth))
        other = people.organisation("Elsewhere")
        people.member(other, "anna", Membership.Role.ADVISOR)
        there = reverse("planner:bulk-export", args=[other.code, export.code])
        assert desk.get(there).status_code == 404

    def test_who_is_no_advisor_any_more_gets_nothing(self, desk, anna, college, ruth):
        ready, waiting = made(ordered(anna, ruth)), ordered(anna, ruth)
        Membership.objects.filter(user=anna).update(left_at=timezone.now())
        assert desk.get(address(ready, "bulk-export-file")).status_code == 404
        assert made(waiting).state == State.CANCELLED
        assert not waiting.items.exists()

    def test_ending_a_membership_stops_what_is_being_made(self, anna, college, ruth):
        people.lead(college, "lena")
        export = ordered(anna, ruth)
        end_membership(member(anna), timezone.now())
        assert made(export).state == State.CANCELLED

    def test_after_a_day_it_is_gone(self, desk, anna, ruth):
        export = made(ordered(anna, ruth))
        young = made(ordered(anna, ruth))
        day = timezone.now() - timedelta(days=1)
        BulkExport.objects.filter(pk=export.pk).update(finished_at=day)
        assert desk.get(address(export)).status_code == 404
        assert desk.get(address(export, "bulk-export-file")).status_code == 404
        assert bulk.tidy(timezone.now()) == 1
        assert list(BulkExport.objects.all()) == [young]
        assert BulkExportItem.objects.count() == 1


class TestTheAuditLog:
    def test_ordering_and_fetching_are_told_to_each_student(
        self, desk, anna, ruth, tom
    ):
        export = made(ordered(anna, ruth, tom, columns=["career", "title"]))
        said = "Excel workbook: Career, Step"
        assert entries("ordered") == [("ruth", said), ("tom", said)]
        assert entries("downloaded") == []
        fetched(desk, export)
        assert sorted(entries("downloaded")) == [("ruth", said), ("tom", said)]

    def test_it_is_written_before_the_first_byte(self, desk, anna, ruth):
        export = made(ordered(anna, ruth, kind=Kind.ZIP))
        response = desk.get(address(export, "bulk-export-file"))
        assert entries("downloaded") == [("ruth", "ZIP of PDFs and calendars")]
        response.close()

    def test_who_was_left_out_is_told_of_no_fetching(self, desk, anna, ruth, tom):
        export = ordered(anna, ruth, tom)
        withdraw(ruth, timezone.now())
        fetched(desk, made(export))
        assert [name for name, _detail in entries("downloaded")] == ["tom"]

    def test_all_columns_fit_into_an_entry(self, anna, ruth):
        ordered(anna, ruth, columns=[column.name for column in (*ABOUT, *STEPS)])
        [(_name, detail)] = entries("ordered")
        assert detail.endswith("Sources")


class TestWorkers:
    def test_one_that_is_told_to_stop_leaves_the_rest_to_the_next(
        self, anna, ruth, tom
    ):
        export = ordered(anna, ruth, tom)
        asked = iter([True, False])
        made(export, goes_on=lambda: next(asked))
        assert (export.state, export.worker) == (State.WAITING, "")
        assert made(export).state == State.DONE
        assert [item.tries for item in export.items.all()] == [1, 1]

    def test_an_order_is_taken_by_one_alone(self, anna, ruth):
        ordered(anna, ruth)
        assert bulk.claim(Worker()) is not None
        assert bulk.claim(Worker()) is None

    def test_one_that_was_given_up_for_dead_saves_nothing(self, anna, ruth, tom):
        export = ordered(anna, ruth, tom)
        first, second = Worker(), Worker(silent=timedelta(0))
        claimed, item = taken(first)
        assert bulk.claim(second) == claimed
        with pytest.raises(bulk.Stopped):
            bulk._keep(claimed, item, None, first)
        assert states(export) == [ItemState.WAITING, ItemState.WAITING]

    def test_one_that_lives_keeps_its_order(self, anna, ruth):
        ordered(anna, ruth)
        assert bulk.claim(Worker())
        later = timezone.now() + timedelta(seconds=29)
        assert bulk.claim(Worker(clock=lambda: later)) is None
        later += timedelta(seconds=2)
        assert bulk.claim(Worker(clock=lambda: later)) is not None

    def test_a_student_of_whom_workers_die_is_left_out_in_the_end(
        self, anna, ruth, tom
    ):
        export = ordered(anna, ruth, tom)
        for _time in range(bulk.MOST_TRIES):
            taken(Worker(silent=timedelta(0)))  # and then it dies
        export = made(export, silent=timedelta(0))
        assert states(export) == [ItemState.LEFT_OUT, ItemState.MADE]

    def test_a_cancelled_order_stops_after_the_student_it_is_at(
        self, desk, anna, ruth, tom
    ):
        export = ordered(anna, ruth, tom)

        def goes_on() -> bool:
            if states(export)[:1] == [ItemState.MADE]:
                desk.post(address(export, "bulk-export-cancel"))
            return True

        made(export, goes_on=goes_on)
        assert (export.state, states(export)) == (State.CANCELLED, [])
        assert "It was cancelled" in desk.get(address(export)).content.decode()

    def test_what_cannot_be_put_together_fails_in_words(self, desk, anna, ruth, caplog):
        export = ordered(anna, ruth)
        asked = iter([True, False])
        made(export, goes_on=lambda: next(asked))
        export.items.update(rows={"broken": "by hand"})
        assert made(export).state == State.FAILED
        assert "It could not be made" in desk.get(address(export)).content.decode()

    def test_the_command_works_until_nothing_is_to_do(self, anna, ruth, tom):
        exports = [ordered(anna, ruth, kind=kind) for kind in Kind.values]
        call_command("work", "--once")
        assert {made(export).state for export in exports} == {State.DONE}


class TestOrdering:
    def test_ticked_students_and_the_chosen_columns(self, desk, anna, ruth, tom):
        here = reverse("planner:export-order", args=[ruth.organisation.code])
        here += f"?s={ruth.code}&s={uuid4()}&s=nonsense"
        page = desk.get(here)
        assert "Of the 1 student that you chose" in page.content.decode()
        answers = {"kind": "csv", "about": ["career"], "steps": ["start", "title"]}
        response = desk.post(here, answers)
        export = BulkExport.objects.get()
        assert (response.status_code, response["Location"]) == (303, address(export))
        assert [item.consent for item in export.items.all()] == [ruth]
        assert export.columns == ["career", "title", "start"]

    def test_everybody_whom_the_roster_shows(self, desk, anna, ruth, tom):
        here = reverse("planner:export-order", args=[ruth.organisation.code])
        desk.post(here, {"kind": "zip"})
        assert set(
            BulkExport.objects.get().items.values_list("consent", flat=True)
        ) == {
            ruth.pk,
            tom.pk,
        }
        desk.post(f"{here}?q=tom", {"kind": "zip"})
        newest = BulkExport.objects.latest("pk")
        assert [item.consent for item in newest.items.all()] == [tom]

    def test_students_of_others_are_not_there(self, desk, anna, college):
        elsewhere = student(people.organisation("Elsewhere"), "wim")
        here = reverse("planner:export-order", args=[college.code])
        response = desk.post(f"{here}?s={elsewhere.code}", {"kind": "zip"})
        assert response.status_code == 422
        assert "Nobody is chosen" in response.content.decode()
        assert not BulkExport.objects.exists()

    @pytest.mark.parametrize(
        ("answers", "says"),
        [
            ({}, "Choose one of the three kinds"),
            ({"kind": "exe"}, "Choose one of the three kinds"),
            ({"kind": "csv", "about": ["password"]}, "There is no such column"),
            ({"kind": "csv", "steps": ["note"]}, "There is no such column"),
        ],
    )
    def test_what_cannot_be_is_refused_in_words(self, desk, ruth, answers, says):
        here = reverse("planner:export-order", args=[ruth.organisation.code])
        response = desk.post(here, answers | {"about": answers.get("about", ["email"])})
        assert response.status_code == 422
        assert says in response.content.decode()
        assert not BulkExport.objects.exists()

    def test_more_than_fit_into_a_file_are_refused(self, desk, ruth, tom, monkeypatch):
        monkeypatch.setattr(bulk, "MOST", 1)
        monkeypatch.setattr("planner.bulk_forms.MOST", 1)
        here = reverse("planner:export-order", args=[ruth.organisation.code])
        assert "at most 1 students" in desk.get(here).content.decode()
        assert desk.post(here, {"kind": "zip"}).status_code == 422

    def test_an_advisor_has_a_few_that_wait_and_no_more(self, desk, anna, ruth):
        for _number in range(bulk.MOST_WAITING):
            ordered(anna, ruth)
        here = reverse("planner:export-order", args=[ruth.organisation.code])
        response = desk.post(here, {"kind": "zip"})
        assert response.status_code == 422
        assert "Wait for one of them" in response.content.decode()

    def test_the_password_is_asked_for_again(self, anna, ruth):
        client = people.signed_in(anna)
        here = reverse("planner:export-order", args=[ruth.organisation.code])
        for response in (client.get(here), client.post(here, {"kind": "zip"})):
            assert response.status_code == 302
            assert reverse("account_reauthenticate") in response["Location"]
        assert not BulkExport.objects.exists()

    def test_nothing_else_than_what_is_on_the_list_is_ever_ordered(self, anna, ruth):
        with pytest.raises(ValueError, match="password"):
            ordered(anna, ruth, columns=["password"])
        assert not BulkExport.objects.exists()


class TestThePages:
    def test_how_far_it_is(self, desk, anna, ruth, tom):
        export = ordered(anna, ruth, tom)
        page = desk.get(address(export)).content.decode()
        assert "It waits for its turn." in page
        assert 'hx-trigger="every 2s"' in page
        asked = iter([True, False])
        made(export, goes_on=lambda: next(asked))
        page = desk.get(address(export)).content.decode()
        assert '<progress max="2" value="1"' in page
        response = desk.get(address(made(export)))
        assert "It is ready, with 2 students" in response.content.decode()
        assert "hx-trigger" not in response.content.decode()
        assert response["HX-Refresh"] == "true"

    def test_where_nobody_works_the_page_says_whom_to_tell(self, desk, anna, ruth):
        export = ordered(anna, ruth)
        assert "whoever runs" not in desk.get(address(export)).content.decode()
        long_ago = timezone.now() - timedelta(seconds=31)
        BulkExport.objects.update(ordered_at=long_ago)
        assert "whoever runs this site" in desk.get(address(export)).content.decode()
        bulk.claim(Worker(clock=lambda: long_ago))
        assert "Nobody works on it" in desk.get(address(export)).content.decode()

    def test_the_list_takes_as_many_queries_for_ten_as_for_one(
        self, desk, anna, ruth, tom
    ):
        here = reverse("planner:exports", args=[ruth.organisation.code])
        desk.get(here)  # notes when the session was used
        counts = []
        for number in (1, 9):
            for _number in range(number):
                ordered(anna, ruth, tom)
            with CaptureQueriesContext(connection) as queries:
                response = desk.get(here)
            counts.append(len(queries))
            assert len(response.context["files"]) in (1, 10)
        assert counts[0] == counts[1]

    def test_a_finished_file_can_be_deleted_at_once(self, desk, anna, ruth):
        export = made(ordered(anna, ruth))
        desk.post(address(export, "bulk-export-cancel"))
        export.refresh_from_db()
        assert (export.state, export.body) == (State.CANCELLED, None)
        assert not export.items.exists()


def stands(roadmap: Roadmap) -> Roadmap:
    return Roadmap.objects.as_they_stand().get(pk=roadmap.pk)


def words_in(content: bytes, kind: str) -> list[str]:
    if kind == Kind.XLSX:
        return [
            str(cell) for rows in sheets(content).values() for r in rows for cell in r
        ]
    if kind == Kind.CSV:
        return [content.decode()]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        calendars = [archive.read(n) for n in archive.namelist() if n.endswith("ics")]
        with pikepdf.open(io.BytesIO(archive.read(archive.namelist()[0]))) as pdf:
            return [text_of(pdf), *(one.decode() for one in calendars)]
