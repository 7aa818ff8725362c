"""An editor's session: edit, review, see the effect, publish, and go back again."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from planner.models import CatalogueVersion, Milestone, Skill, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GRADUATE = "/?e1=bachelor&e1f=26.0101&e1d=2024&start=2027-01-04&career=web-developer"
VERSIONS = "/admin/planner/catalogueversion/"


@pytest.fixture
def desk(site, page: Page, shipped, sign_in):
    """A publisher, signed in; the rows are there beside the published version."""
    if not Skill.objects.exists():
        call_command("load_catalogue", replace=True, verbosity=0)
    person = User.objects.create_user("ruth", is_staff=True)
    person.groups.add(Group.objects.get(name="publisher"))
    sign_in(person)
    return page


def arrival(site: str, page: Page) -> str:
    page.goto(site + GRADUATE)
    return page.locator("#roadmap h2").first.inner_text()


def test_from_an_edit_to_students_and_back(site, desk: Page, look):
    before = arrival(site, desk)
    first = CatalogueVersion.objects.latest("number")

    # An edit moves nobody before it is published.
    search = Milestone.objects.get(slug="job-search")
    desk.goto(f"{site}/admin/planner/milestone/{search.pk}/change/")
    desk.get_by_role("spinbutton", name="Likely").first.fill("18")
    desk.get_by_role("button", name="Save", exact=True).first.click()
    expect(desk.locator(".messagelist")).to_contain_text("changed successfully")
    assert arrival(site, desk) == before

    desk.goto(f"{site}/admin/")
    look("index")
    desk.get_by_role("link", name="Review the draft").first.click()
    row = desk.locator(".desk-fields tbody tr")
    expect(row).to_contain_text(["5 to 20 weeks, likely 8"])
    expect(row).to_contain_text(["5 to 20 weeks, likely 18"])
    desk.get_by_text("Figures older than 2 years").click()
    look("review")

    desk.get_by_role("link", name="See the effect on plans").click()
    lead = desk.locator(".desk-lead")
    expect(lead).to_have_text(
        re.compile(r"It moves \d+ plans of 69, the worst by \d+ weeks")
    )
    look("effect")

    desk.goto(f"{site}/admin/planner/role/try/?career=web-developer")
    trial = desk.locator(".desk-trial", has_text="A biology graduate")
    expect(trial.locator(".desk-lead")).to_contain_text("later")
    look("try")

    desk.get_by_role("link", name="Home").click()
    desk.get_by_role("link", name="Review the draft").first.click()
    note = "Searches take longer, says a survey"
    desk.get_by_label("What changed, and why").fill(note)
    desk.get_by_role("button", name="Publish").click()
    expect(desk.locator(".messagelist")).to_contain_text("Version 2-")
    expect(desk.locator("#result_list")).to_contain_text(note)
    expect(desk.locator("#result_list")).to_contain_text("ruth")
    look("versions")
    after = arrival(site, desk)
    assert after != before

    # And back: the difference first, then a reason.
    desk.goto(site + VERSIONS)
    desk.get_by_role("link", name="Go back to version 1", exact=True).click()
    expect(row).to_contain_text(["5 to 20 weeks, likely 18"])
    look("revert")
    desk.get_by_label("Why").fill("The survey was misread")
    desk.get_by_role("button", name="Go back and publish").click()
    expect(desk.locator(".messagelist")).to_contain_text("Version 3-")
    expect(desk.locator("#result_list")).to_contain_text(
        "Back to version 1: The survey was misread"
    )
    assert arrival(site, desk) == before
    assert CatalogueVersion.objects.latest("number").digest == first.digest
    assert set(search.modes.values_list("likely", flat=True)) == {8, 16}


def test_what_is_refused_is_told_to_everyone(site, desk: Page, look, said):
    Skill.objects.filter(slug="python").update(title="Python 3")
    desk.goto(f"{site}{VERSIONS}review/")
    Skill.objects.filter(slug="python").update(title="Python 4")
    desk.get_by_label("What changed, and why").fill("A new name")
    desk.get_by_role("button", name="Publish").click()
    expect(desk.get_by_role("alert")).to_contain_text("The draft changed since you")
    expect(desk.get_by_label("What changed, and why")).to_have_value("A new name")
    look("refused")
    desk.goto(f"{site}{VERSIONS}1/back/")
    expect(desk.get_by_text("Edits that would be lost")).to_be_visible()
    look("lost")
    desk.goto(f"{site}/admin/planner/role/try/?career=data-scientist&hours=200")
    look("mistaken")
    # The browser itself names answers that say that something was refused.
    said[:] = [text for text in said if not text.startswith("Failed to load resource")]


def test_the_desk_works_with_scripts_off(site, desk: Page, browser: Browser):
    context = browser.new_context(
        java_script_enabled=False, storage_state=desk.context.storage_state()
    )
    page = context.new_page()
    Skill.objects.filter(slug="python").update(title="Python 3")
    page.goto(f"{site}{VERSIONS}review/?kind=skill")
    expect(page.locator(".desk-fields")).to_contain_text("Python 3")
    page.get_by_label("What changed, and why").fill("A new name")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".messagelist")).to_contain_text("Version 2-")
    page.get_by_role("link", name="Go back to version 1", exact=True).click()
    page.get_by_label("Why").fill("The old one was better")
    page.get_by_role("button", name="Go back and publish").click()
    expect(page.locator(".messagelist")).to_contain_text("Version 3-")
    context.close()
