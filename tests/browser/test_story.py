"""The student's years in a browser: plan, keep, slip, accept, undo, share, leave."""

from __future__ import annotations

import re
import zipfile
from datetime import timedelta
from uuid import uuid4

import pikepdf
import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone
from django.utils.crypto import get_random_string
from icalendar import Calendar
from playwright.sync_api import Browser, Locator, Page, expect

from planner.models import ReminderSettings, Roadmap, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REFUSED = "Failed to load resource: the server responded with a status of 4"
BEGAN = timezone.localdate() - timedelta(weeks=30)


@pytest.fixture
def ruth() -> User:
    """Somebody with an account, whose address is confirmed."""
    user = User.objects.create_user("ruth", "ruth@example.org")
    EmailAddress.objects.create(
        user=user, email=user.email, verified=True, primary=True
    )
    return user


@pytest.fixture(autouse=True)
def refused(page, said):
    """What is refused is named on the console by the browser itself."""
    yield
    said[:] = [text for text in said if not text.startswith(REFUSED)]


def by_keyboard(page: Page, target: Locator) -> None:
    """Go to a control with the Tab key alone, press Enter, and see what follows."""
    element = target.element_handle()
    page.evaluate("document.activeElement.blur()")
    for _ in range(250):
        page.keyboard.press("Tab")
        if page.evaluate("it => document.activeElement === it", element):
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"{target} cannot be reached with the keyboard.")


def sign_up(page: Page, address: str, password: str) -> None:
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Make an account").click()
    expect(page.get_by_label("Code")).to_be_visible()
    found = re.search(r"^ {4}(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found

    page.get_by_label("Code").fill(found[1])
    page.get_by_role("button", name=re.compile("Confirm|Go on")).click()


def test_the_students_years(site: str, page: Page, browser: Browser, look, tmp_path):
    address, password = "ada@example.org", get_random_string(20)

    # A minute without an account, and then it shall be kept.
    page.goto(f"{site}/?start={BEGAN}&hours=12")
    headline = page.locator("#roadmap-title").inner_text()
    by_keyboard(page, page.get_by_role("link", name="Keep this roadmap"))
    look("keep")
    page.get_by_label("Name").fill("My way")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Make an account")).to_be_visible()
    look("sign-up")
    sign_up(page, address, password)
    expect(page.get_by_role("status")).to_contain_text("“My way” is kept")
    look("list")
    by_keyboard(page, page.get_by_role("link", name="My way", exact=True))
    expect(page.locator("#roadmap-title")).to_have_text(headline)
    look("roadmap")
    roadmap = Roadmap.objects.get(owner=User.objects.get(email=address))
    here = site + roadmap.get_absolute_url()

    # The degree is late; one skill is done.
    expect(page.get_by_text("is not where it was planned")).to_be_visible()
    step = page.locator(".step", has_text="Bachelor").first
    step.locator("summary").first.press("Enter")
    by_keyboard(page, step.get_by_role("link", name=re.compile("Dates, note")))
    page.get_by_label("Started on").fill("2999-01-01")
    page.get_by_label("Note").fill("Enrolled late")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Note")).to_have_value("Enrolled late")
    look("step-error")
    page.get_by_label("Started on").fill("")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Wrote a note")

    # It slips: what moves is shown first, then accepted, undone, and done again.
    by_keyboard(page, page.get_by_role("link", name="See what that moves"))
    look("what-moves")
    expect(page.locator("tbody tr").first).to_contain_text("later")
    by_keyboard(page, page.get_by_role("button", name="Accept this"))
    expect(page.get_by_role("status")).to_contain_text("Planned anew")
    moved = page.locator("#roadmap-title").inner_text()
    assert moved != headline
    by_keyboard(page, page.get_by_role("button", name="Undo"))
    expect(page.locator("#roadmap-title")).to_have_text(headline)
    by_keyboard(page, page.get_by_role("button", name="Redo"))
    expect(page.locator("#roadmap-title")).to_have_text(moved)
    page.goto(here + "history/")
    look("history")

    # A step of one's own, and other answers.
    page.goto(here + "own/")
    page.get_by_label("What is it?").fill("Learn German")
    page.get_by_label("How long does it take?").fill("60")
    page.get_by_label("Hours of my free time").check()
    look("own")
    page.get_by_role("button", name="See what that moves").press("Enter")
    by_keyboard(page, page.get_by_role("button", name="Accept this"))
    expect(page.locator(".steps")).to_contain_text("Learn German")
    page.goto(here + "answers/")
    look("answers")
    page.get_by_label("Free hours a week").fill("25")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="See what moves").press("Enter")
    expect(page.locator(".lead")).to_contain_text("Changed answers: free hours")
    by_keyboard(page, page.get_by_role("link", name="Leave it as it is"))

    # A copy, and both beside each other.
    page.get_by_role("button", name="Duplicate").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("This is a copy")
    page.goto(site + "/roadmaps/")
    for box in page.get_by_role("checkbox").all():
        box.press("Space")
    look("list-of-two")
    by_keyboard(page, page.get_by_role("button", name="Compare those"))
    expect(page.locator("h1")).to_have_text("Roadmaps compared")
    look("compared")

    # Every file is opened by a reader.
    page.goto(here)
    files = {}
    for link in page.locator(".take-along a").all():
        with page.expect_download() as download:
            link.click()
        name = download.value.suggested_filename
        files[name.rpartition(".")[2]] = tmp_path / name
        download.value.save_as(tmp_path / name)
    assert {"pdf", "ics", "xlsx", "csv", "md", "txt", "json"} == files.keys()
    with pikepdf.open(files["pdf"]) as pdf:
        assert len(pdf.pages) > 0
    events = Calendar.from_ical(files["ics"].read_bytes()).walk("VEVENT")
    assert any("Learn German" in str(event["SUMMARY"]) for event in events)
    assert zipfile.is_zipfile(files["xlsx"])
    assert "Learn German" in files["csv"].read_text("utf-8-sig")

    # A link for somebody else, who sees no note; and revoked.
    page.goto(here + "share/")
    page.get_by_role("button", name="Make a link").press("Enter")
    page.get_by_role("button", name="Make an address").press("Enter")
    look("share")
    shared = page.locator(".address a").first.inner_text()
    visitor = browser.new_context().new_page()
    visitor.goto(shared)
    expect(visitor.locator("h1")).to_have_text(moved)
    expect(visitor.locator("main")).not_to_contain_text("Enrolled late")
    own = page.url
    page.goto(shared)
    look("shared")
    page.goto(own)
    by_keyboard(page, page.get_by_role("button", name="Revoke it"))
    expect(page.get_by_role("status")).to_contain_text("leads nowhere")
    assert visitor.reload().status == 404  # type: ignore[union-attr]
    visitor.context.close()

    # Reminders, everything to take along, and gone.
    page.goto(site + "/account/")
    look("account")
    page.get_by_role("link", name="Choose reminders").press("Enter")
    page.get_by_role("checkbox").first.press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    look("reminders")
    page.goto(site + "/account/")
    page.get_by_role("link", name="Download everything").click()
    page.get_by_label("Password").fill(password)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert "Enrolled late" in archive.read("everything.json").decode()
    page.goto(site + "/account/delete/")
    look("delete")
    by_keyboard(page, page.get_by_role("button", name="Delete everything"))
    expect(page.locator("h1")).to_have_text("Everything is deleted")
    look("deleted")
    assert not User.objects.filter(email=address).exists()
    assert not Roadmap.objects.exists()


def test_two_tabs(site: str, page: Page, sign_in, ruth, look):
    """The later save shows both versions, and nothing typed is lost."""
    sign_in(ruth, "/roadmaps/")
    page.goto(site + "/roadmaps/keep/")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("link", name="Rename").click()
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Name").fill("From the other tab")
    other.get_by_role("button", name="Rename it").click()
    page.get_by_label("Name").fill("From this tab")
    page.get_by_role("button", name="Rename it").click()
    expect(page.locator("h1")).to_contain_text("changed in another place")
    expect(page.locator("main")).to_contain_text("From the other tab")
    expect(page.locator("main")).to_contain_text("From this tab")
    look("two-tabs")
    page.get_by_role("button", name="Save mine").click()
    expect(page.locator("h1")).to_have_text("From this tab")


def test_every_other_page_is_for_everyone(site: str, page: Page, sign_in, ruth, look):
    """What the story does not come by, and what is refused there."""
    sign_in(ruth, "/roadmaps/")
    page.goto(site + "/roadmaps/keep/")
    page.get_by_role("button", name="Keep it").click()
    here = page.url
    page.goto(site + "/roadmaps/keep/")
    page.get_by_label("Name").fill("")
    page.get_by_role("button", name="Keep it").click()
    look("keep-error")
    for name, path in {
        "rename": "rename/",
        "delete-one": "delete/",
        "own-errors": "own/?own=1&title=&takes=long&unit=years",
        "refused": "steps/milestone-portfolio/set/?nb=soon&ex=never",
        "date-moves": "steps/milestone-portfolio/set/?nb=2040-01-02",
        "no-way": "change/?answers=yes&hours=0&fulltime=no&start=" + str(BEGAN),
        "nothing-moves": "change/?no-milestone-portfolio=",
    }.items():
        page.goto(here + path)
        look(name)
    for path in ("/account/reminders/", "/account/name/"):
        page.goto(site + path)
        look(path.strip("/").replace("/", "-"))
    wanted = ReminderSettings.objects.create(user=ruth, steps=True)
    page.goto(f"{site}/reminders/stop/{wanted.token}/")
    look("reminders-stop")
    page.get_by_role("button", name="Stop them").click()
    look("reminders-stopped")
    page.goto(here)
    page.get_by_role("button", name="Archive").click()
    look("list-archived")
    page.goto(here)
    look("roadmap-archived")


def test_a_long_list_has_nothing_wrong(site: str, page: Page, sign_in, ruth, look):
    """Two hundred roadmaps, and none."""
    sign_in(ruth, "/roadmaps/")
    look("list-empty")
    page.goto(site + "/roadmaps/keep/")
    page.get_by_role("button", name="Keep it").click()
    roadmap = Roadmap.objects.select_related("current").get()
    standing = roadmap.current
    assert standing is not None
    copies = [
        Roadmap(
            code=uuid4(),
            owner=roadmap.owner,
            name=f"Way {number}",
            changed_at=roadmap.changed_at,
            current=standing,
        )
        for number in range(199)
    ]
    Roadmap.objects.bulk_create(copies)
    page.goto(site + "/roadmaps/")
    expect(page.locator(".kept")).to_have_count(200)
    look("list-of-200")
