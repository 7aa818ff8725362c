"""Members of an organisation: who comes, who goes, and what leads are told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planner import bulk, consenting
from planner.auditing import Action, note
from planner.consenting import LastLead
from planner.models import BulkExport, Invitation, Membership, User
from tests.web.people import (
    advisor,
    consent,
    lead,
    member,
    organisation,
    person,
    signed_in,
)
from tests.web.test_kept import kept, text
from tests.web.world import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def college():
    return organisation()


@pytest.fixture
def lea(college):
    return lead(college, "lea")


@pytest.fixture
def desk(lea):
    return signed_in(lea)


def page(client, college, name="members", *args):
    return client.get(reverse(f"planner:{name}", args=[college.code, *args]))


def end(client, college, membership):
    address = reverse("planner:member-leave", args=[college.code, membership.pk])
    return client.post(address, follow=True)


def membership(user, role) -> Membership:
    return Membership.objects.get(user=user, role=role)


class TestTheList:
    def test_it_names_everybody_and_what_they_are(self, desk, college):
        advisor(college, "anna")
        shown = text(page(desk, college))
        assert "anna@example.org" in shown
        assert "Advisor since" in shown
        assert "Lead since" in shown

    @pytest.mark.parametrize("kind", ["advisor", "lead"])
    def test_a_lead_invites_somebody_by_mail(self, desk, college, kind):
        address = reverse("planner:members", args=[college.code])
        form = {"email": "ben@example.org", "kind": kind}
        assert "ben@example.org" in text(desk.post(address, form, follow=True))
        consenting.send_invitations(timezone.now())
        assert f"invites you as {'an' if kind == 'advisor' else 'a'} {kind}" in (
            mail.outbox[0].subject
        )
        again = desk.post(address, form)
        assert again.status_code == 422
        assert "has an invitation that waits" in text(again)
        assert Invitation.objects.count() == 1

    @pytest.mark.parametrize(
        ("form", "said"),
        [
            ({"kind": "lead"}, "Give the address that the invitation goes to"),
            ({"email": "ben", "kind": "lead"}, "Write the address as name@example.org"),
            ({"email": "ben@x.org"}, "Choose advisor or lead"),
            ({"email": "ben@x.org", "kind": "student"}, "Choose advisor or lead"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self, desk, college, form, said
    ):
        response = desk.post(reverse("planner:members", args=[college.code]), form)
        assert response.status_code == 422
        assert said in text(response)
        assert form.get("email", "") in text(response)
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize("name", ["members", "usage", "organisation-about"])
    def test_only_leads_of_this_organisation_find_it(self, college, name):
        other = organisation("Other College")
        for who in (
            advisor(college, "anna"),
            lead(other, "otto"),
            person("ruth"),
            User.objects.create_superuser("root"),
        ):
            address = reverse(f"planner:{name}", args=[college.code])
            assert signed_in(who).get(address).status_code == 404
            assert signed_in(who).post(address).status_code in (404, 405)
        assert Client().get(address).status_code == 302


class TestTheEnd:
    def test_it_is_asked_first_and_says_what_happens(self, desk, college):
        anna = advisor(college, "anna")
        shown = page(desk, college, "member-leave", membership(anna, "advisor").pk)
        assert "cancelled" in text(shown)
        assert membership(anna, "advisor").left_at is None

    def test_access_is_gone_with_the_next_request(self, desk, college):
        anna = advisor(college, "anna")
        hers = signed_in(anna)
        assert page(hers, college, "invitations").status_code == 200
        assert "anna@example.org" in text(
            end(desk, college, membership(anna, "advisor"))
        )
        assert page(hers, college, "invitations").status_code == 404
        assert "Advising" not in text(hers.get("/"))

    def test_students_are_nobodys_and_orders_are_cancelled(self, desk, college):
        publish()
        anna, ben = advisor(college, "anna"), advisor(college, "ben")
        hers = consent(college, kept(person("ruth")), advisor=anna)
        his = consent(college, kept(person("tom")), advisor=ben)
        orders = [
            bulk.order(membership(who, "advisor"), [hers], "csv", [], timezone.now())
            for who in (anna, ben)
        ]
        end(desk, college, membership(anna, "advisor"))
        hers.refresh_from_db()
        his.refresh_from_db()
        assert (hers.advisor, his.advisor) == (None, ben)
        assert [
            (BulkExport.objects.get(pk=one.pk).state, one.items.count())
            for one in orders
        ] == [("cancelled", 0), ("waiting", 1)]

    def test_nothing_changes_at_another_organisation(self, desk, college):
        publish()
        other, anna = organisation("Other College"), advisor(college, "anna")
        member(other, "anna", "advisor")
        there = consent(other, kept(person("ruth")), advisor=anna)
        end(desk, college, college.memberships.get(user=anna))
        there.refresh_from_db()
        assert there.advisor == anna
        assert page(signed_in(anna), other, "invitations").status_code == 200

    def test_the_last_lead_stays(self, desk, college, lea):
        said = text(end(desk, college, membership(lea, "lead")))
        assert "An organisation needs a lead" in said
        assert membership(lea, "lead").left_at is None

    def test_a_lead_leaves_when_there_is_another(self, desk, college, lea):
        lead(college, "lou")
        end(desk, college, membership(lea, "lead"))
        assert page(desk, college).status_code == 404

    def test_a_lead_who_is_out_does_not_come_back_by_an_invitation(
        self, desk, college, lea
    ):
        lou = lead(college, "lou")
        signed_in(lou).post(
            reverse("planner:members", args=[college.code]),
            {"email": "backdoor@x.org", "kind": "lead"},
        )
        end(desk, college, membership(lou, "lead"))
        mailed = Invitation.objects.get()
        address = reverse("planner:invitation", args=[mailed.token])
        assert signed_in(lou).post(address).status_code == 404

    def test_advisors_leave_themselves_and_end_nobody_else(self, desk, college, lea):
        anna = advisor(college, "anna")
        ben = advisor(college, "ben")
        hers = signed_in(anna)
        assert end(hers, college, membership(ben, "advisor")).status_code == 404
        assert end(hers, college, membership(lea, "lead")).status_code == 404
        assert end(hers, college, membership(anna, "advisor")).status_code == 200
        assert college.memberships.in_force().filter(user=anna).count() == 0
        assert college.memberships.in_force().count() == 2

    def test_a_membership_of_another_organisation_does_not_exist_here(
        self, desk, college
    ):
        theirs = membership(advisor(organisation("Other"), "anna"), "advisor")
        assert end(desk, college, theirs).status_code == 404
        assert page(desk, college, "member-leave", theirs.pk).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_leads_who_end_each_other_at_once_one_stays():
    if connection.vendor == "sqlite":
        # Threads of an in-memory database share one connection.
        pytest.skip("needs a database that two connections can open")
    college, barrier = organisation(), Barrier(2)
    both = [membership(lead(college, name), "lead") for name in ("lea", "lou")]

    def run(one):
        try:
            barrier.wait(20)
            consenting.end_membership(one, timezone.now())
        except LastLead:
            return "refused"
        finally:
            connection.close()
        return "ended"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, both)) == ["ended", "refused"]
    assert college.memberships.in_force().leads().count() == 1


class TestUsage:
    def used(self, desk, college) -> dict[str, str]:
        context = page(desk, college, "usage").context
        rows = [*context["used"], *context["reviews"]]
        return {one.what: one.in_words for one in rows}

    def test_few_are_told_as_few_and_five_as_five(self, desk, college):
        for number in range(4):
            college.consents.create(
                student=person(f"s{number}"), given_at=timezone.now()
            )
        few = self.used(desk, college)
        assert set(few.values()) == {"fewer than 5"}
        college.consents.create(student=person("s4"), given_at=timezone.now())
        used = self.used(desk, college)
        assert used["Students who agreed"] == "5"
        assert used["Draft"] == "5"
        assert used["Approved"] == "fewer than 5"

    def test_it_counts_what_was_changed_and_taken_lately(self, desk, college):
        publish()
        anna = membership(advisor(college, "anna"), "advisor")
        roadmaps = [kept(person(f"s{n}")) for n in range(6)]
        consents = [consent(college, roadmap) for roadmap in roadmaps]
        roadmaps[0].changed_at = timezone.now() - timedelta(days=31)
        roadmaps[0].save()
        now = timezone.now()
        for days in range(7):
            note(anna, consents, Action.ORDERED, now - timedelta(days=days))
        used = self.used(desk, college)
        assert used["Roadmaps changed in the last 30 days"] == "5"
        assert used["Files of many students ordered in the last 30 days"] == "7"

    def test_nobody_is_named_and_nothing_of_others_is_counted(self, desk, college):
        other = organisation("Other College")
        for number in range(6):
            other.consents.create(student=person(f"s{number}"), given_at=timezone.now())
        response = page(desk, college, "usage")
        assert "s1@example.org" not in text(response)
        assert set(self.used(desk, college).values()) == {"fewer than 5"}


class TestTheOrganisation:
    def test_its_name_and_what_it_says_of_itself_are_changed(self, desk, college):
        address = reverse("planner:organisation-about", args=[college.code])
        form = {"name": "River College", "about": "Since 1901."}
        assert "River College" in text(desk.post(address, form, follow=True))
        response = desk.post(address, {"name": "", "about": "Since 1902."})
        assert response.status_code == 422
        assert "Give the organisation a name" in text(response)
        assert "Since 1902." in text(response)
        college.refresh_from_db()
        assert (college.name, college.about) == ("River College", "Since 1901.")


class TestTheWayThere:
    def test_it_stands_in_the_head_for_members_alone_and_takes_one_query(
        self, college, lea, django_assert_num_queries
    ):
        for user, is_there in ((lea, True), (person("ruth"), False)):
            client = signed_in(user)
            page = text(client.get(reverse("planner:reminders")))
            assert ("Advising" in page) is is_there
        assert "Advising" not in text(Client().get(reverse("planner:api")))
        with django_assert_num_queries(4):  # session, user, memberships, reminders
            client.get(reverse("planner:reminders"))

    def test_who_works_in_one_goes_there_and_who_works_in_two_chooses(
        self, desk, college
    ):
        there = desk.get(reverse("planner:organisations"))
        assert there.status_code == 302
        assert there.url == college.get_absolute_url()
        lead(organisation("Other College"), "lea")
        chosen = text(desk.get(reverse("planner:organisations")))
        assert "Riverside College" in chosen
        assert "Other College" in chosen

    def test_the_account_leads_to_where_one_can_leave(self, college):
        anna = advisor(college, "anna")
        hers = signed_in(anna)
        listed = reverse("planner:organisations") + "?all"
        assert listed in text(hers.get(reverse("account")))
        leave = reverse(
            "planner:member-leave",
            args=[college.code, membership(anna, "advisor").pk],
        )
        assert leave in text(hers.get(listed))

    def test_who_works_in_none_is_told_how_one_comes_in(self):
        nobody = signed_in(person("ruth"))
        response = nobody.get(reverse("planner:organisations"))
        assert "has to invite you" in text(response)


class TestTheDesk:
    @pytest.fixture
    def root(self):
        return signed_in(User.objects.create_superuser("root"))

    def save(self, root, college, **left):
        address = reverse("admin:planner_organisation_change", args=[college.pk])
        form = root.get(address).context["inline_admin_formsets"][0].formset
        data = {"name": college.name, "about": ""}
        for field in form.management_form:
            data[field.html_name] = field.value()
        for one in form.forms:
            when = left.get(one.instance.user.username)
            data |= {
                f"{one.prefix}-id": one.instance.pk,
                f"{one.prefix}-organisation": college.pk,
                f"{one.prefix}-user": one.instance.user_id,
                f"{one.prefix}-role": one.instance.role,
                f"{one.prefix}-joined_at_0": "2026-01-01",
                f"{one.prefix}-joined_at_1": "00:00:00",
                f"{one.prefix}-left_at_0": when or "",
                f"{one.prefix}-left_at_1": "00:00:00" if when else "",
            }
        return root.post(address, data)

    def test_a_membership_that_is_ended_there_leaves_nothing_behind(
        self, root, college, lea
    ):
        publish()
        anna = advisor(college, "anna")
        hers = consent(college, kept(person("ruth")), advisor=anna)
        assert self.save(root, college, anna="2026-02-01").status_code == 302
        hers.refresh_from_db()
        assert membership(anna, "advisor").left_at is not None
        assert membership(lea, "lead").left_at is None
        assert hers.advisor is None

    def test_students_are_not_there_and_nothing_is_deleted(self, root, college):
        publish()
        consent(college, kept(person("ruth")))
        address = reverse("admin:planner_organisation_change", args=[college.pk])
        assert "ruth@example.org" not in text(root.get(address))
        gone = reverse("admin:planner_organisation_delete", args=[college.pk])
        assert root.get(gone).status_code == 403

    def test_whoever_may_not_see_it_does_not(self, college):
        staff = User.objects.create_user("sam", is_staff=True)
        address = reverse("admin:planner_organisation_changelist")
        assert signed_in(staff).get(address).status_code == 403
