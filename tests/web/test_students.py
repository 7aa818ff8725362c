"""A student's roadmap as an advisor sees it: remarks, suggestions, reviews, notes."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planner import keeping, talking
from planner.engine.background import Mark
from planner.models import (
    AdvisorNote,
    AppendOnly,
    AuditEntry,
    Comment,
    Consent,
    ReminderSettings,
    User,
)
from planner.models.talks import LONGEST_COMMENT
from tests.web.people import advisor, consent, organisation, person, signed_in
from tests.web.test_kept import kept, stands
from tests.web.world import publish

pytestmark = pytest.mark.django_db

STEP = "skill-python"


@pytest.fixture(autouse=True)
def catalogue(db):
    return publish()


@pytest.fixture
def college():
    return organisation()


@pytest.fixture
def ruth():
    return person("ruth", first_name="Ruth", last_name="Owens")


@pytest.fixture
def ada(college):
    """The advisor."""
    user = advisor(college, "ada")
    user.first_name, user.last_name = "Ada", "Byron"
    user.save()
    return user


@pytest.fixture
def given(college, ruth):
    """Ruth's consent, with her roadmap."""
    return consent(college, kept(ruth))


@pytest.fixture
def at_work(ada):
    return signed_in(ada)


@pytest.fixture
def at_home(ruth):
    return signed_in(ruth)


def address(given: Consent, view: str = "student", *args: object) -> str:
    return reverse(f"planner:{view}", args=[given.organisation.code, given.code, *args])


def hers(given: Consent, view: str, *args: object) -> str:
    assert given.roadmap is not None
    return reverse(f"planner:{view}", args=[given.roadmap.code, *args])


def words(client: Client, page: str) -> str:
    response = client.get(page)
    assert response.status_code == 200
    return response.content.decode()


class TestLooking:
    def test_the_advisor_sees_the_roadmap_as_its_owner_does(self, given, at_work):
        html = words(at_work, address(given))
        plan = stands(given.roadmap).plan
        assert "Ruth Owens" in html
        assert "ruth@example.org" in html
        for step in plan.steps:
            assert step.title in html

    def test_but_not_the_notes_that_she_wrote_for_herself(self, given, at_work, ruth):
        standing = stands(given.roadmap)
        keeping.say(
            standing,
            "skill:python",
            Mark(),
            "Only for me",
            by=ruth,
            base=given.roadmap.revision,
            now=timezone.now(),
        )
        assert "Only for me" not in words(at_work, address(given))
        for format in ("csv", "text", "markdown", "ics", "xlsx", "pdf"):
            response = at_work.get(address(given, "student-file", format))
            assert response.status_code == 200
            assert b"Only for me" not in response.content

    def test_every_look_and_file_is_written_down_for_her(
        self, given, at_work, ruth, ada
    ):
        at_work.get(address(given))
        at_work.get(address(given, "student-say"))
        at_work.get(address(given, "student-file", "pdf"))
        entries = [(e.action, e.actor_name, e.detail) for e in AuditEntry.objects.all()]
        assert entries == [
            ("exported", "Ada Byron", "PDF"),
            ("viewed", "Ada Byron", ""),
            ("viewed", "Ada Byron", ""),
        ]
        assert {entry.student for entry in AuditEntry.objects.all()} == {ruth}

    def test_nothing_is_answered_where_it_cannot_be_written_down(
        self, given, at_work, monkeypatch
    ):
        """The log comes first, so a page without its entry is never sent."""

        def full(*_args, **_kwargs):
            raise DatabaseError("The disk is full.")

        monkeypatch.setattr("planner.auditing.AuditEntry.objects.bulk_create", full)
        for page in (address(given), address(given, "student-file", "csv")):
            with pytest.raises(DatabaseError):
                at_work.get(page)

    def test_withdrawn_is_withdrawn_on_the_next_request(self, given, at_work):
        assert at_work.get(address(given)).status_code == 200
        Consent.objects.update(withdrawn_at=timezone.now())
        for page in (address(given), address(given, "student-file", "pdf")):
            assert at_work.get(page).status_code == 404
        posted = at_work.post(address(given, "student-say"), {"text": "Hello"})
        assert posted.status_code == 404
        assert not Comment.objects.exists()

    def test_who_left_the_organisation_sees_nothing_more(self, given, at_work, ada):
        ada.memberships.update(left_at=timezone.now())
        assert at_work.get(address(given)).status_code == 404

    def test_a_student_who_shows_no_roadmap_is_still_there(self, given, at_work):
        given.roadmap.delete()
        html = words(at_work, address(given))
        assert "shows no roadmap" in html
        assert at_work.get(address(given, "student-file", "pdf")).status_code == 404
        assert at_work.post(address(given, "student-review")).status_code == 404

    def test_the_page_takes_few_queries(
        self, given, at_work, ada, django_assert_max_num_queries
    ):
        for number in range(30):
            talking.say(
                given, ada, f"{number}", now=timezone.now(), step="skill:python"
            )
        at_work.get(address(given))
        # Session, person, member, consent, the log, advisors, notes, remarks,
        # agreements; and whether this person advises anywhere, for the head.
        with django_assert_max_num_queries(11):
            at_work.get(address(given))


class TestTheLog:
    def test_it_is_never_changed(self, given, at_work):
        at_work.get(address(given))
        entry = AuditEntry.objects.get()
        with pytest.raises(AppendOnly):
            entry.save()
        with pytest.raises(AppendOnly):
            entry.delete()
        with pytest.raises(AppendOnly):
            AuditEntry.objects.update(actor_name="Nobody")
        with pytest.raises(AppendOnly):
            AuditEntry.objects.all().delete()

    @pytest.mark.parametrize(
        "change", ["actor_name = 'Nobody'", "day = '2020-01-01'", "detail = 'x'"]
    )
    def test_not_even_past_our_code(self, given, at_work, change):
        at_work.get(address(given))
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE planner_auditentry SET " + change)  # noqa: S608

    def test_it_outlives_the_account_of_who_looked(self, given, at_work, ada):
        at_work.get(address(given))
        ada.delete()
        entry = AuditEntry.objects.get()
        assert entry.actor is None
        assert entry.actor_name == "Ada Byron"

    def test_it_goes_with_the_account_of_whom_it_is_about(self, given, at_work, ruth):
        at_work.get(address(given))
        ruth.delete()
        assert not AuditEntry.objects.exists()


class TestRemarks:
    def test_a_remark_to_a_step_stands_at_the_step_for_both(
        self, given, at_work, at_home
    ):
        page = f"{address(given, 'student-say')}?step={STEP}"
        response = at_work.post(page, {"text": "<b>Well</b>\ndone"})
        assert response["Location"].endswith(f"#step-{STEP}")
        for html in (
            words(at_work, address(given)),
            words(at_home, given.roadmap.get_absolute_url()),
            words(at_home, hers(given, "roadmap-advice")),
        ):
            assert "&lt;b&gt;Well&lt;/b&gt;<br>done" in html

    def test_she_answers_and_what_is_dealt_with_leaves_her_roadmap(
        self, given, at_work, at_home, ada, ruth
    ):
        remark = talking.say(given, ada, "Why now?", now=timezone.now(), step="x")
        at_home.post(hers(given, "roadmap-say"), {"text": "Because."})
        answer = Comment.objects.get(author=ruth)
        assert (answer.text, answer.consent) == ("Because.", given)
        assert "Because." in words(at_work, address(given))
        at_home.post(hers(given, "roadmap-resolve", remark.pk), {"open": "no"})
        remark.refresh_from_db()
        assert remark.resolved_by == ruth
        at_work.post(address(given, "student-resolve", remark.pk), {"open": "yes"})
        remark.refresh_from_db()
        assert remark.resolved_at is None

    @pytest.mark.parametrize("text", ["", "   ", "x" * (LONGEST_COMMENT + 1)])
    def test_what_cannot_be_kept_is_said_and_stays_in_the_form(
        self, given, at_work, at_home, text
    ):
        for client, page in (
            (at_work, address(given, "student-say")),
            (at_work, f"{address(given, 'student-say')}?step={STEP}"),
            (at_work, address(given, "student-note")),
            (at_home, hers(given, "roadmap-say")),
        ):
            response = client.post(page, {"text": text})
            assert response.status_code == 422
            html = response.content.decode()
            assert "<title>Error:" in html
            assert text.strip() in html
        assert not Comment.objects.exists()
        assert not AdvisorNote.objects.exists()

    def test_each_organisation_reads_its_own(self, given, at_work, ada, at_home):
        other = organisation("Another college")
        bea = advisor(other, "bea")
        second = consent(other, given.roadmap)
        talking.say(given, ada, "For Riverside", now=timezone.now())
        talking.say(second, bea, "For the other", now=timezone.now())
        theirs = words(signed_in(bea), address(second))
        assert "For the other" in theirs
        assert "For Riverside" not in theirs
        both = words(at_home, hers(given, "roadmap-advice"))
        assert "For the other" in both
        assert "For Riverside" in both
        refused = at_home.post(hers(given, "roadmap-say"), {"text": "To whom?"})
        assert refused.status_code == 422
        said = {"text": "To you", "to": str(second.code)}
        at_home.post(hers(given, "roadmap-say"), said)
        assert Comment.objects.get(text="To you").consent == second

    def test_a_remark_goes_with_the_roadmap_that_it_is_about(
        self, given, at_work, ada, ruth
    ):
        talking.say(given, ada, "About the first", now=timezone.now())
        Consent.objects.update(roadmap=kept(ruth, "Another way"))
        assert "About the first" not in words(at_work, address(given))

    def test_others_remarks_are_not_there(self, given, at_work, ada, at_home):
        tom = person("tom")
        theirs = consent(given.organisation, kept(tom))
        remark = talking.say(theirs, ada, "For Tom", now=timezone.now(), proposal="x")
        for page in (
            address(given, "student-resolve", remark.pk),
            hers(given, "roadmap-resolve", remark.pk),
            hers(given, "roadmap-decline", remark.pk),
            address(given, "student-resolve", 10**18),
        ):
            client = at_home if "/roadmaps/" in page else at_work
            assert client.post(page).status_code == 404
        remark.refresh_from_db()
        assert remark.resolved_at is None
        assert remark.is_open


class TestNaming:
    def test_who_is_named_finds_it_and_gets_a_mail_if_they_want(
        self, given, ada, ruth, college, django_capture_on_commit_callbacks
    ):
        bea = advisor(college, "bea")
        cid = advisor(college, "cid")
        for user in (bea, ruth, ada):
            ReminderSettings.objects.create(user=user, advice=True)
        with django_capture_on_commit_callbacks(execute=True):
            talking.say(
                given,
                ada,
                "@bea @CID, what about it? a@bea.example",
                now=timezone.now(),
            )
        assert {m.to[0] for m in mail.outbox} == {bea.email, ruth.email}
        html = words(signed_in(cid), reverse("planner:remarks", args=[college.code]))
        assert "what about it?" in html
        for message in mail.outbox:
            assert "List-Unsubscribe" in message.extra_headers
        (to_ruth,) = [m for m in mail.outbox if m.to == [ruth.email]]
        assert hers(given, "roadmap-advice") in to_ruth.body
        (to_bea,) = [m for m in mail.outbox if m.to == [bea.email]]
        assert address(given) in to_bea.body

    def test_two_of_one_name_have_two_names(self, given, college, ada):
        other = advisor(college, "ada2")
        other.first_name, other.last_name = "Ada", "Byron"
        other.save()
        assert set(talking.people_of(given)) == {
            "ruth-owens",
            "ada-byron",
            "ada-byron-2",
        }

    def test_nobody_outside_is_told(
        self, given, ada, django_capture_on_commit_callbacks
    ):
        stranger = person("stranger")
        ReminderSettings.objects.create(user=stranger, advice=True)
        with django_capture_on_commit_callbacks(execute=True):
            remark = talking.say(given, ada, "@stranger", now=timezone.now())
        assert mail.outbox == []
        assert not remark.mentioned.exists()


class TestSuggestions:
    def suggest(self, given: Consent, client: Client, **change: str) -> Comment:
        page = f"{address(given, 'student-say')}?step={STEP}"
        response = client.post(page, {"text": "How about this?", **change})
        assert response.status_code == 303, response.content.decode()
        return Comment.objects.latest("pk")

    def later(self, given: Consent) -> str:
        assert given.roadmap is not None
        step = stands(given.roadmap).step("skill:python")
        assert step is not None
        return (step.start + timedelta(weeks=10)).isoformat()

    def test_she_sees_what_it_moves_and_takes_it(self, given, at_work, at_home):
        remark = self.suggest(given, at_work, nb=self.later(given))
        before = stands(given.roadmap).change
        assert "Python" in remark.proposed
        html = words(at_home, hers(given, "roadmap-advice"))
        (link,) = [
            part.partition('"')[0]
            for part in html.split('href="')
            if "suggestion=" in part.partition('"')[0]
        ]
        link = link.replace("&amp;", "&")
        assert "Accept this" in words(at_home, link)
        assert stands(given.roadmap).change == before
        revision = {"revision": given.roadmap.revision}
        assert at_home.post(link, revision).status_code == 303
        remark.refresh_from_db()
        assert remark.taken_at
        (pin,) = stands(given.roadmap).background.pins
        assert pin.not_before is not None
        assert pin.not_before.isoformat() == self.later_before(remark)
        assert "taken" in words(at_work, address(given))

    def later_before(self, remark: Comment) -> str:
        return urlsplit(f"?{remark.proposal}").query.partition("=")[2]

    def test_a_save_that_comes_too_late_leaves_it_open(self, given, at_work, at_home):
        remark = self.suggest(given, at_work, nb=self.later(given))
        page = hers(given, "roadmap-change")
        link = f"{page}?{remark.proposal}&suggestion={remark.pk}"
        assert at_home.post(link, {"revision": 99}).status_code == 409
        remark.refresh_from_db()
        assert remark.is_open

    def test_she_leaves_it_as_it_is(self, given, at_work, at_home):
        remark = self.suggest(given, at_work, no="You know it from school")
        at_home.post(hers(given, "roadmap-decline", remark.pk))
        remark.refresh_from_db()
        assert remark.declined_at
        assert not remark.is_open
        assert "not taken" in words(at_work, address(given))
        assert stands(given.roadmap).background.not_needed == ()

    @pytest.mark.parametrize(
        "change",
        [
            {"nb": "soon"},
            {"nb": "2027-01-04", "ex": "2027-01-04"},
            {"ex": "1066-10-14"},
            {"no": "x" * 5_000},
        ],
    )
    def test_what_makes_no_sense_is_refused_in_words(self, given, at_work, change):
        page = f"{address(given, 'student-say')}?step={STEP}"
        response = at_work.post(page, {"text": "Keep what I wrote", **change})
        assert response.status_code == 422
        assert "Keep what I wrote" in response.content.decode()
        assert not Comment.objects.exists()

    @pytest.mark.parametrize("number", ["", "x", "-1", "1" * 30, "99"])
    def test_a_suggestion_that_is_none_harms_nothing(self, given, at_home, number):
        link = f"{hers(given, 'roadmap-change')}?suggestion={number}"
        response = at_home.post(link, {"revision": given.roadmap.revision})
        assert response.status_code == 303


class TestReviewing:
    def lead(self, client: Client, page: str, review: str, text: str = ""):
        return client.post(page, {"review": review, "text": text}, follow=True)

    def test_from_a_draft_to_approved(self, given, at_work, at_home):
        mine = hers(given, "roadmap-review", given.code)
        theirs = address(given, "student-review")
        self.lead(at_home, mine, "submitted", "Please look")
        refused = self.lead(at_work, theirs, "changes")
        assert refused.status_code == 422
        assert "Say what should change" in refused.content.decode()
        self.lead(at_work, theirs, "changes", "Shorten the search")
        given.refresh_from_db()
        assert given.review == "changes"
        self.lead(at_home, mine, "submitted")
        self.lead(at_work, theirs, "approved")
        given.refresh_from_db()
        assert given.review == "approved"
        assert given.reviewed_revision == given.roadmap.revision
        states = [c.review for c in Comment.objects.order_by("pk")]
        assert states == ["submitted", "changes", "submitted", "approved"]

    def test_what_changes_after_it_was_approved_shows(
        self, given, at_work, at_home, ruth
    ):
        self.lead(at_work, address(given, "student-review"), "approved")
        assert "changed after that" not in words(at_work, address(given))
        assert given.roadmap is not None
        standing = stands(given.roadmap)
        revision = standing.roadmap.revision
        keeping.rename(standing, "New", by=ruth, base=revision, now=timezone.now())
        assert "The roadmap was changed after that" in words(at_work, address(given))

    @pytest.mark.parametrize("review", ["", "submitted", "draft", "approved2", "\0"])
    def test_an_advisor_does_not_submit_for_her(self, given, at_work, review):
        response = self.lead(at_work, address(given, "student-review"), review)
        assert response.status_code == 422
        given.refresh_from_db()
        assert given.review == "draft"

    @pytest.mark.parametrize("review", ["", "approved", "changes", "draft"])
    def test_she_does_not_approve_herself(self, given, at_home, review):
        page = hers(given, "roadmap-review", given.code)
        assert self.lead(at_home, page, review, "x").status_code == 422
        given.refresh_from_db()
        assert given.review == "draft"

    def test_of_two_who_press_at_once_one_is_told(self, given, ada):
        now = timezone.now()
        talking.lead_on(given, ada, "approved", "", now=now)
        with pytest.raises(talking.NotNow):
            talking.lead_on(given, ada, "approved", "", now=now)
        assert Comment.objects.count() == 1

    def test_nothing_is_reviewed_that_was_withdrawn_meanwhile(self, given, ada):
        Consent.objects.update(withdrawn_at=timezone.now())
        with pytest.raises(talking.NotNow):
            talking.lead_on(given, ada, "approved", "", now=timezone.now())


class TestExceptions:
    BECAUSE = "Ten years of it"

    @pytest.fixture
    def given(self, college, ruth):
        because = [{"id": "skill:python", "because": self.BECAUSE}]
        return consent(college, kept(ruth, not_needed=because))

    def agree(self, given, client, because):
        data = {"thing": "skill:python", "because": because}
        return client.post(address(given, "student-agree"), data, follow=True)

    def test_one_click_and_she_sees_it(self, given, at_work, at_home):
        assert self.BECAUSE in words(at_work, address(given))
        self.agree(given, at_work, self.BECAUSE)
        assert "Ada Byron agreed on" in words(at_work, address(given))
        html = words(at_home, given.roadmap.get_absolute_url())
        assert "Ada Byron agreed" in html

    def test_another_reason_than_was_read_is_not_agreed_to(self, given, at_work):
        answer = self.agree(given, at_work, "Another reason")
        assert "The reason was changed meanwhile" in answer.content.decode()
        assert not given.approved_overrides.exists()

    def test_it_ends_when_the_reason_changes(self, given, at_work):
        self.agree(given, at_work, self.BECAUSE)
        given.approved_overrides.update(because="An older reason")
        assert "agreed on" not in words(at_work, address(given))

    def test_what_she_needs_cannot_be_agreed_to(self, given, at_work):
        data = {"thing": "skill:git", "because": ""}
        assert at_work.post(address(given, "student-agree"), data).status_code == 404


class TestNotes:
    def test_she_reads_that_there_is_one_and_not_what(self, given, at_work, at_home):
        at_work.post(address(given, "student-note"), {"text": "Call her mother"})
        assert "Call her mother" in words(at_work, address(given))
        for page in (
            given.roadmap.get_absolute_url(),
            hers(given, "roadmap-advice"),
            reverse("planner:advisors"),
        ):
            assert "Call her mother" not in words(at_home, page)
        assert "1 note" in words(at_home, reverse("planner:advisors"))


class TestAssigning:
    def test_an_advisor_of_the_organisation_looks_after_her(self, given, at_work, ada):
        at_work.post(address(given, "student-assign"), {"advisor": ada.pk})
        given.refresh_from_db()
        assert given.advisor == ada
        at_work.post(address(given, "student-assign"), {"advisor": ""})
        given.refresh_from_db()
        assert given.advisor is None

    def test_nobody_else_does(self, given, at_work, ruth):
        outside = advisor(organisation("Elsewhere"), "eve")
        for who in (outside.pk, ruth.pk, "x", 10**20):
            page = address(given, "student-assign")
            assert at_work.post(page, {"advisor": who}).status_code == 422
        given.refresh_from_db()
        assert given.advisor is None


def test_nobody_sees_anything_without_signing_in(given):
    for page in (address(given), address(given, "student-file", "pdf")):
        answer = Client().get(page)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


def test_a_second_factor_can_be_asked_of_advisors(given, at_work, settings):
    settings.ADVISORS_NEED_SECOND_FACTOR = True
    answer = at_work.get(address(given))
    assert answer["Location"] == reverse("mfa_activate_totp")
    assert not AuditEntry.objects.exists()


def test_her_roadmap_takes_few_queries_with_remarks_too(
    given, ada, at_home, django_assert_max_num_queries
):
    for number in range(30):
        talking.say(given, ada, f"{number}", now=timezone.now(), step="skill:python")
    at_home.get(given.roadmap.get_absolute_url())
    with django_assert_max_num_queries(6):
        at_home.get(given.roadmap.get_absolute_url())


def test_an_account_that_is_gone_leaves_its_remarks_without_a_name(given, ada, at_home):
    talking.say(given, ada, "Still here", now=timezone.now())
    User.objects.filter(pk=ada.pk).delete()
    html = words(at_home, hers(given, "roadmap-advice"))
    assert "Still here" in html
    assert "Somebody who left" in html
