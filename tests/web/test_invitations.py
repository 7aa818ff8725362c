"""Invitations: a preview before anything is sent, each mail once, each answer once."""

from __future__ import annotations

import io
import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import openpyxl
import pytest
from django.core import mail
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planner import consenting
from planner.addresses import Line
from planner.consenting import Gone, send_invitations
from planner.models import Consent, Invitation, Membership, Organisation
from tests.web.people import advisor, lead, organisation, person, signed_in
from tests.web.test_kept import text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_server():
    """A mail server that no other test found away."""
    caches["process"].clear()


@pytest.fixture
def college():
    return organisation()


@pytest.fixture
def anna(college):
    """An advisor of the college."""
    return advisor(college, "anna")


@pytest.fixture
def desk(anna):
    return signed_in(anna)


def invite(college, by=None, **more) -> Invitation:
    now = timezone.now()
    defaults = {
        "kind": Invitation.Kind.STUDENT,
        "made_by": by,
        "created_at": now,
        "expires_at": now + timedelta(days=30),
    }
    return Invitation.objects.create(organisation=college, **(defaults | more))


def by_list(client, college, **form):
    address = reverse("planner:invitations-list", args=[college.code])
    return client.post(address, form)


def page_of(invitation: Invitation) -> str:
    return reverse("planner:invitation", args=[invitation.token])


def main_of(response) -> str:
    return text(response).partition("<main")[2].partition("</main")[0]


def heaps(response) -> dict[str, list[tuple[int, str]]]:
    """The preview's lists, by the first word of their titles."""
    return {
        heap["title"].partition(":")[0].partition(" ")[0]: [
            tuple(line) for line in heap["lines"]
        ]
        for heap in response.context["heaps"]
    }


def workbook(*rows) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    sheet = book.create_sheet(index=0)
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("students.xlsx", content.getvalue())


class TestThePreview:
    def test_each_line_is_on_one_heap_with_its_number(self, desk, college):
        ruth = person("ruth")
        Consent.objects.create(
            organisation=college, student=ruth, given_at=timezone.now()
        )
        invite(college, email="tom@example.org")
        response = by_list(
            desk,
            college,
            addresses="\nnew@example.org\nRUTH@example.org\ntom@example.org\n"
            "not an address\nNew@Example.org; Ada <ada@example.org>",
        )
        assert heaps(response) == {
            "New": [(2, "new@example.org"), (6, "ada@example.org")],
            "Students": [(3, "RUTH@example.org")],
            "Invited": [(4, "tom@example.org")],
            "No": [(5, "not an address")],
            "Named": [(6, "New@Example.org")],
        }
        assert "Send 2 invitations" in text(response)

    def test_nothing_is_sent_or_kept_by_it(self, desk, college):
        by_list(desk, college, addresses="new@example.org")
        assert not Invitation.objects.exists()
        assert send_invitations(timezone.now()) == 0

    @pytest.mark.parametrize(
        "rows",
        [
            [("Name", "E-mail"), ("Ada", "ada@example.org"), ("Tom", "tom@x.org")],
            [("ada@example.org",), ("tom@x.org",)],
        ],
    )
    def test_a_workbook_is_read_by_the_column_that_holds_addresses(
        self, desk, college, rows
    ):
        response = by_list(desk, college, file=workbook(*rows))
        assert [one for _line, one in heaps(response)["New"]] == [
            "ada@example.org",
            "tom@x.org",
        ]

    def test_a_line_of_a_csv_file_is_named_by_its_number(self, desk, college):
        content = b"mail;name\nada@example.org;Ada\nada(at)example.org;Ada\n"
        file = SimpleUploadedFile("students.csv", content)
        response = by_list(desk, college, file=file)
        assert heaps(response)["No"] == [(3, "ada(at)example.org")]

    @pytest.mark.parametrize(
        ("form", "said"),
        [
            ({}, "Give at least one address"),
            ({"addresses": " \n"}, "Give at least one address"),
            ({"addresses": "a@example.org\n" * 2_001}, "2,000 go at once"),
            ({"addresses": "x" * 600_001}, "Split the list"),
            (
                {"file": SimpleUploadedFile("a.csv", b"name\nAda\n")},
                "No column of this file holds e-mail addresses",
            ),
            (
                {"file": SimpleUploadedFile("a.csv", b"a@x.org\n" * 260_000)},
                "larger than 2 MB",
            ),
            (
                {"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04 broken")},
                "The workbook is damaged",
            ),
            (
                {
                    "file": SimpleUploadedFile("a.csv", b"mail\na@x.org\n"),
                    "addresses": "b@x.org",
                },
                "either a file or addresses",
            ),
        ],
    )
    def test_what_cannot_be_read_is_refused_in_words(self, desk, college, form, said):
        response = by_list(desk, college, **form)
        assert response.status_code == 422
        assert said in text(response)

    def test_what_was_typed_stays(self, desk, college):
        response = by_list(
            desk, college, addresses="ada@example.org", message="x" * 1_001
        )
        assert response.status_code == 422
        assert "ada@example.org" in text(response)
        assert "x" * 1_001 in text(response)


class TestSending:
    def send(self, client, college, addresses, **more):
        return by_list(client, college, addresses=addresses, send="yes", **more)

    def test_those_that_are_still_new_are_invited_once(self, desk, college):
        shown = by_list(desk, college, addresses="a@example.org\nb@example.org")
        given = shown.context["send"].initial["addresses"]
        invite(college, email="b@example.org")  # somebody was faster
        response = self.send(desk, college, given, message="Welcome")
        assert response.status_code == 303
        self.send(desk, college, given)
        assert sorted(Invitation.objects.values_list("email", flat=True)) == [
            "a@example.org",
            "b@example.org",
        ]
        said = text(desk.get(response.url))
        assert "One invitation is on its way" in said
        assert "What was no longer new is left out" in said
        assert "waits to be sent" in said

    def test_what_came_back_broken_sends_nothing(self, desk, college):
        assert self.send(desk, college, "").status_code == 422
        assert self.send(desk, college, "a@x.org\n" * 2_001).status_code == 422
        assert not Invitation.objects.exists()

    def test_the_mail_says_who_asks_what_is_seen_and_how_to_ignore_it(
        self, desk, college, anna
    ):
        self.send(desk, college, "new@example.org", message="We met at the fair.")
        assert send_invitations(timezone.now()) == 1
        [sent] = mail.outbox
        assert sent.to == ["new@example.org"]
        assert sent.reply_to == ["anna@example.org"]
        assert sent.subject == "Riverside College asks to see your roadmap"
        link = page_of(Invitation.objects.get())
        for part in [
            "anna@example.org of Riverside College",
            "We met at the fair.",
            "Your reasons why you do not need something.",
            "You can withdraw at any time",
            f"https://careerpath.example{link}",
            "You did not expect this? Then do nothing",
        ]:
            assert part in sent.body

    def test_each_mail_goes_out_once(self, college, anna):
        invite(college, anna, email="a@example.org")
        invite(college, anna)  # a link for many is mailed to nobody
        invite(college, anna, email="b@example.org", revoked_at=timezone.now())
        invite(college, anna, email="c@example.org", expires_at=timezone.now())
        assert send_invitations(timezone.now()) == 1
        assert send_invitations(timezone.now()) == 0
        assert [one.to for one in mail.outbox] == [["a@example.org"]]

    def test_a_server_that_is_away_loses_no_mail(self, college, settings):
        settings.EMAIL_BACKEND = "tests.web.test_invitations.Away"
        invite(college, email="a@example.org")
        assert send_invitations(timezone.now()) == 0
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert send_invitations(timezone.now()) == 0  # it is left alone for a minute
        caches["process"].clear()
        assert send_invitations(timezone.now()) == 1

    def test_an_address_that_is_refused_stops_nobody_else(self, college, settings):
        settings.EMAIL_BACKEND = "tests.web.test_invitations.Choosy"
        invite(college, email="gone@example.org")
        invite(college, email="full@example.org")
        invite(college, email="a@example.org")
        assert send_invitations(timezone.now()) == 1
        waiting = Invitation.objects.in_force(timezone.now()).filter(sent_at=None)
        assert [one.email for one in waiting] == ["full@example.org"]
        caches["process"].clear()
        send_invitations(timezone.now() + timedelta(days=2))
        assert not waiting.all().exists()

    def test_a_name_with_a_line_break_makes_no_second_header(self, anna):
        odd = organisation("College\nBcc: all@example.org")
        invite(odd, email="a@example.org")
        assert send_invitations(timezone.now()) == 1
        assert mail.outbox[0].bcc == []


class Away(EmailBackend):
    """A mail server that does not answer."""

    def open(self):
        raise ConnectionRefusedError


class Choosy(EmailBackend):
    """A mail server that refuses one address for good, and another for now."""

    def send_messages(self, messages):
        [one] = messages
        code = {"gone@example.org": 550, "full@example.org": 452}.get(one.to[0])
        if code:
            raise smtplib.SMTPRecipientsRefused({one.to[0]: (code, b"no")})
        return super().send_messages(messages)


class TestLinks:
    def make(self, client, college, **form):
        address = reverse("planner:invitations", args=[college.code])
        return client.post(address, {"days": "30"} | form, follow=True)

    def test_one_is_made_shown_with_its_address_and_revoked(self, desk, college):
        page = text(self.make(desk, college, message="Hello"))
        link = Invitation.objects.get()
        assert f"https://careerpath.example{page_of(link)}" in page
        assert Client().get(page_of(link)).status_code == 200
        desk.post(reverse("planner:invitation-revoke", args=[college.code, link.code]))
        assert Client().get(page_of(link)).status_code == 404

    @pytest.mark.parametrize("days", ["", "0", "99999", "x"])
    def test_a_time_that_is_not_offered_is_refused_in_words(self, desk, college, days):
        response = self.make(desk, college, days=days)
        assert response.status_code == 422
        assert "Choose" in text(response)
        assert not Invitation.objects.exists()

    def test_many_students_use_one_until_it_ends(self, college, anna):
        link = invite(college, anna)
        for name in ("ruth", "tom"):
            signed_in(person(name)).post(page_of(link), {"roadmap": "none"})
        assert college.consents.count() == 2
        Invitation.objects.update(expires_at=timezone.now())
        late = signed_in(person("late")).post(page_of(link), {"roadmap": "none"})
        assert late.status_code == 404
        assert college.consents.count() == 2


class TestThePage:
    def test_who_is_not_signed_in_reads_who_asks_and_what_for_and_comes_back(
        self, college, anna
    ):
        college.about = "We advise since 1901."
        college.save()
        link = invite(college, anna, message="We met at the fair.")
        response = Client().get(page_of(link))
        for part in [
            "anna@example.org of Riverside College",
            "We advise since 1901.",
            "We met at the fair.",
            "Your name and your e-mail address.",
            "Your notes to steps.",
            f"{reverse('account_login')}?next=",
            f"{reverse('account_signup')}?next=",
        ]:
            assert part in text(response)
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in response["Cache-Control"]
        sent = Client().post(page_of(link), {"roadmap": "none"})
        assert sent.status_code == 302
        assert not Consent.objects.exists()

    def test_answered_revoked_old_and_made_up_links_answer_alike(self, college):
        now = timezone.now()
        ruth = signed_in(person("ruth"))
        answers = [
            ruth.get(page_of(invite(college, email="a@x.org", answered_at=now))),
            ruth.get(page_of(invite(college, revoked_at=now))),
            ruth.get(page_of(invite(college, expires_at=now))),
            ruth.get(reverse("planner:invitation", args=["x" * 60])),
            ruth.get(page_of(invite(college))[:-3] + "xx/"),
            ruth.post(page_of(invite(college, expires_at=now)), {"roadmap": "none"}),
            ruth.post(page_of(invite(college, expires_at=now)), {"roadmap": "?"}),
            ruth.post(page_of(invite(college, expires_at=now)), {"do": "decline"}),
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({main_of(answer) for answer in answers}) == 1
        assert "leads nowhere any more" in text(answers[0])

    def test_a_token_of_another_kind_of_link_opens_none(self, college):
        token = Invitation.signer().sign(invite(college).code.hex)
        forged = token.replace(token.split(".")[0], "0" * 32)
        assert (
            Client().get(reverse("planner:invitation", args=[forged])).status_code
            == 404
        )

    def test_declining_answers_a_mail_and_leaves_a_link_to_the_others(
        self, college, anna
    ):
        mailed, link = invite(college, anna, email="ruth@x.org"), invite(college, anna)
        ruth = signed_in(person("ruth"))
        for one in (mailed, link):
            response = ruth.post(page_of(one), {"do": "decline"}, follow=True)
            assert "You said no" in text(response)
        assert Client().get(page_of(mailed)).status_code == 404
        assert Client().get(page_of(link)).status_code == 200
        assert not Consent.objects.exists()


class TestMembersToBe:
    def test_whoever_is_invited_joins_as_that_and_only_once(self, college):
        mailed = invite(college, kind="advisor", email="b@x.org")
        first, other = signed_in(person("ben")), signed_in(person("other"))
        assert first.post(page_of(mailed)).status_code == 303
        assert first.post(page_of(mailed)).status_code == 303  # clicked twice
        assert other.post(page_of(mailed)).status_code == 404
        member = Membership.objects.get()
        assert (member.user.username, member.role) == ("ben", "advisor")

    def test_an_advisor_neither_sees_nor_revokes_a_leads_invitation(
        self, desk, college
    ):
        chief = signed_in(lead(college, "lea"))
        mailed = invite(college, kind="lead", email="b@x.org")
        address = reverse("planner:invitation-revoke", args=[college.code, mailed.code])
        listed = desk.get(reverse("planner:invitations", args=[college.code]))
        assert "b@x.org" not in text(listed)
        assert desk.post(address).status_code == 404
        assert chief.post(address).status_code == 303
        assert Client().get(page_of(mailed)).status_code == 404


def test_organisations_side_by_side_neither_see_nor_revoke_each_others(
    desk, college, anna
):
    other = organisation("Other College")
    theirs = invite(other, email="b@x.org")
    listed = desk.get(reverse("planner:invitations", args=[college.code]))
    assert "b@x.org" not in text(listed)
    for code in (college.code, other.code):
        address = reverse("planner:invitation-revoke", args=[code, theirs.code])
        assert desk.post(address).status_code == 404
    for name in ("invitations", "invitations-list"):
        address = reverse(f"planner:{name}", args=[other.code])
        assert desk.get(address).status_code == 404
        assert desk.post(address, {"addresses": "c@x.org"}).status_code == 404
    # Invited there is not invited here.
    shown = by_list(desk, college, addresses="b@x.org")
    assert heaps(shown) == {"New": [(1, "b@x.org")]}


class TestTheCommand:
    def test_it_makes_an_organisation_and_prints_the_leads_link(self):
        out = io.StringIO()
        call_command("make_organisation", "New College", lead="b@x.org", stdout=out)
        link = (
            out.getvalue().splitlines()[-1].removeprefix("https://careerpath.example")
        )
        signed_in(person("ben")).post(link)
        college = Organisation.objects.get(name="New College")
        assert college.memberships.leads().get().user.username == "ben"

    @pytest.mark.parametrize(
        ("name", "address"), [(" ", "b@x.org"), ("x" * 121, "b@x.org"), ("C", "b")]
    )
    def test_it_refuses_what_is_no_name_or_no_address(self, name, address):
        with pytest.raises(CommandError):
            call_command("make_organisation", name, lead=address)
        assert not Organisation.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture(autouse=True)
    def two_connections(self):
        if connection.vendor == "sqlite":
            # Threads of an in-memory database share one connection.
            pytest.skip("needs a database that two connections can open")

    def at_once(self, *tasks):
        barrier = Barrier(len(tasks))

        def run(task):
            try:
                barrier.wait(20)
                return task()
            except Gone:
                return None
            finally:
                connection.close()

        with ThreadPoolExecutor(len(tasks)) as pool:
            return list(pool.map(run, tasks))

    @pytest.mark.parametrize("email", ["", "ruth@x.org"])
    def test_a_student_who_clicks_many_times_consents_once(self, email):
        link, ruth = invite(organisation(), email=email), person("ruth")
        now = timezone.now()
        made = self.at_once(
            *[lambda: consenting.agree(link, ruth, roadmap=None, now=now)] * 4
        )
        assert len({consent.pk for consent in made}) == 1
        assert Consent.objects.count() == 1

    def test_of_two_people_with_one_mailed_link_one_joins(self):
        mailed = invite(organisation(), kind="advisor", email="b@x.org")
        ben, eve = person("ben"), person("eve")
        now = timezone.now()
        made = self.at_once(
            lambda: consenting.join(mailed, ben, now=now),
            lambda: consenting.join(mailed, eve, now=now),
        )
        assert len([one for one in made if one]) == 1
        assert Membership.objects.count() == 1

    def test_many_processes_send_each_mail_once(self):
        college = organisation()
        for number in range(30):
            invite(college, email=f"a{number}@x.org")
        now = timezone.now()
        sent = self.at_once(*[lambda: send_invitations(now)] * 4)
        assert sum(sent) == 30
        assert len({one.to[0] for one in mail.outbox}) == len(mail.outbox) == 30

    def test_two_members_with_one_list_invite_everybody_once(self):
        college, by = organisation(), person("anna")
        lines = [Line(n, f"a{n}@x.org") for n in range(30)]
        now = timezone.now()
        self.at_once(
            *[
                lambda: consenting.invite_students(
                    college, lines, by=by, message="", now=now
                )
            ]
            * 3
        )
        assert Invitation.objects.count() == 30
