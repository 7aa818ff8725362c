"""The advisor's morning in a browser: invite, agree, look, suggest, order, withdraw."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pikepdf
import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from playwright.sync_api import Browser, Page, expect

from planner import keeping
from planner.documents.background import read_background
from planner.models import AuditEntry, Organisation, Roadmap, User
from planner.pages.steps import anchor_of
from planner.queries import published
from tests.web.people import advisor, consent, lead, organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REFUSED = "Failed to load resource: the server responded with a status of 4"
BEGAN = timezone.localdate() - timedelta(weeks=30)


@pytest.fixture(autouse=True)
def refused(page, said):
    """What is refused is named on the console by the browser itself."""
    yield
    said[:] = [text for text in said if not text.startswith(REFUSED)]


def known(user: User, name: str) -> User:
    """Give somebody a name and an address that is proven."""
    user.first_name, _, user.last_name = name.partition(" ")
    user.save()
    EmailAddress.objects.create(
        user=user, email=user.email, verified=True, primary=True
    )
    return user


@pytest.fixture
def college(site) -> Organisation:
    return organisation()


@pytest.fixture
def ada(college) -> User:
    return known(advisor(college, "ada"), "Ada Byron")


@pytest.fixture
def ruth() -> User:
    user = User.objects.create_user("ruth", "ruth@example.org")
    return known(user, "Ruth Owens")


def kept(owner: User, **answers: object) -> Roadmap:
    """Keep a roadmap that began some time ago, so that it is late by now."""
    given = {"career": "machine-learning-engineer", "start": BEGAN.isoformat()}
    now = published()
    background = read_background(given | answers, now.catalogue)
    return keeping.keep(owner, now, background, name="My way", now=timezone.now())


def enter(page: Page, live: str, user: User, path: str) -> str:
    """Sign somebody in through the form, as a person does; return the password."""
    secret = get_random_string(20)
    user.set_password(secret)
    user.save()
    page.goto(live + path)
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(secret)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**{path}*")
    return secret


def test_the_advisors_morning(
    site: str, page: Page, browser: Browser, look, college, ada, ruth, tmp_path
):
    roadmap = kept(ruth, not_needed=[{"id": "skill:git", "because": "Ten years of it"}])
    home = college.get_absolute_url()
    password = enter(page, site, ada, home)
    look("roster-empty")

    # A link, which Ruth finds.
    page.get_by_role("link", name="Invitations", exact=True).click()
    page.get_by_role("button", name="Make a link").click()
    link = page.locator(".address a").inner_text()
    look("invitations")
    with browser.new_context() as context:
        hers = context.new_page()
        hers.goto(site + link[link.index("/invitations/") :])
        expect(hers.get_by_role("heading", level=1)).to_contain_text(college.name)
        expect(hers.get_by_text("Ada Byron").first).to_be_visible()
        hers.get_by_role("link", name="Sign in", exact=True).last.click()
        secret = get_random_string(20)
        ruth.set_password(secret)
        ruth.save()
        hers.get_by_label("E-mail address").fill(ruth.email)
        hers.get_by_label("Password").fill(secret)
        hers.get_by_role("button", name="Sign in", exact=True).click()
        hers.get_by_label("My way").check()
        hers.get_by_role("button", name="I agree").click()
        expect(hers.get_by_role("heading", level=1)).to_contain_text("Who sees my plan")

        # The roster, and her roadmap.
        page.goto(site + home)
        expect(page.get_by_role("row", name="Ruth Owens")).to_contain_text("Late by")
        look("roster")
        page.get_by_role("link", name="Ruth Owens").click()
        look("student")
        page.get_by_role("button", name="Agree").click()
        expect(page.locator("#exceptions")).to_contain_text("Ada Byron agreed")

        # A remark to a step, with a suggestion that she takes.
        plan = keeping.standing_of(Roadmap.objects.as_they_stand().get()).plan
        skill = next(one for one in plan.steps if one.kind == "skill")
        step = page.locator(f"#{anchor_of(skill.id)}")
        step.locator("summary").first.click()
        step.get_by_role("link", name="Write a remark").click()
        page.get_by_role("button", name="Send it").click()
        expect(page.get_by_role("alert")).to_be_focused()
        look("remark-error")
        page.get_by_label("Remark").fill("Begin after your exams, @ruth-owens")
        later = timezone.localdate() + timedelta(weeks=20)
        page.get_by_label("Not before").fill(later.isoformat())
        page.get_by_role("button", name="Send it").click()
        expect(step.locator(".remark")).to_contain_text("exams")
        look("student-remark")
        hers.goto(site + roadmap.get_absolute_url())
        hers.get_by_role("link", name="See it, and take it or not").click()
        hers.get_by_role("link", name="See what that moves").click()
        hers.get_by_role("button", name="Accept this").click()
        hers.goto(site + reverse("planner:roadmap-advice", args=[roadmap.code]))
        expect(hers.get_by_text("taken", exact=True)).to_be_visible()
        hers.get_by_role("button", name="Submit it for review").click()
        page.reload()
        expect(page.locator("#review")).to_contain_text("Submitted")
        page.get_by_role("button", name="Approve it as it stands").click()
        expect(page.locator("#review")).to_contain_text("Approved")

        # A file of all, made by a worker.
        page.goto(site + home)
        page.get_by_role("link", name="Make a file of the 1 found").click()
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Go on").click()
        look("order")
        page.get_by_label("ZIP of PDFs and calendars").check()
        page.get_by_role("button", name="Order it").click()
        expect(page.locator("progress")).to_be_visible()
        look("waiting")
        call_command("work", once=True, verbosity=0)
        page.get_by_role("link", name="Look again").click()
        look("ready")
        with page.expect_download() as download:
            page.get_by_role("link", name="Fetch the file").click()
        whole = download.value.path().read_bytes()
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            assert archive.testzip() is None
            (pdf,) = [name for name in archive.namelist() if name.endswith(".pdf")]
            assert len(pikepdf.open(io.BytesIO(archive.read(pdf))).pages) > 1
        page.goto(site + reverse("planner:exports", args=[college.code]))
        look("files")

        # She sees who did what, and withdraws; it holds with the next request.
        hers.goto(site + reverse("planner:advisors"))
        for words in ("saw you in the list", "looked at your", "took along a file"):
            expect(hers.get_by_text(words).first).to_be_visible()
        hers.get_by_role("link", name="Withdraw").click()
        hers.get_by_role("button", name="Withdraw").click()
        page.goto(site + home)
        expect(page.locator("#found")).not_to_contain_text("Ruth Owens")
    page.go_back()
    assert {e.student for e in AuditEntry.objects.all()} == {ruth}


def test_what_the_student_is_shown(site, page: Page, look, college, ada, ruth):
    given = consent(college, kept(ruth))
    enter(page, site, ruth, reverse("planner:advisors"))
    look("advisors")
    page.goto(site + reverse("planner:consent-withdraw", args=[given.code]))
    look("withdraw")
    assert given.roadmap is not None
    for view in ("roadmap-advice", "roadmap-say"):
        page.goto(site + reverse(f"planner:{view}", args=[given.roadmap.code]))
        look(view)


def test_what_a_lead_is_shown(site, page: Page, look, college, ada, ruth):
    consent(college, kept(ruth))
    boss = known(lead(college, "boss"), "Mary Somerville")
    enter(page, site, boss, reverse("planner:members", args=[college.code]))
    look("members")
    for view in ("usage", "organisation-about", "cohort", "invitations-list"):
        page.goto(site + reverse(f"planner:{view}", args=[college.code]))
        look(view)
    page.goto(site + reverse("planner:organisations"))
    look("organisations")
