"""The desk in a real browser: edit, look back, put back, take away and bring back."""

import pytest
from playwright.sync_api import Page, expect

from planner.models import FigureReport, Skill, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(site, page: Page, sign_in):
    """An editor's browser, signed in."""
    sign_in(User.objects.create_superuser("ada"))
    return page


@pytest.fixture
def check(said, check_axe):
    """Return what asserts that a page obeys the policy, and that axe finds nothing."""

    def check(page: Page) -> None:
        assert said == []
        check_axe(page)
        # To read what the admin's style sheets import, axe puts styles into the page,
        # and the policy blocks them.
        said.clear()

    return check


def test_a_row_is_edited_looked_back_at_and_put_back(site, desk: Page, check):
    skill = Skill.objects.create(slug="cobol", title="COBOL")
    desk.goto(f"{site}/admin/planner/skill/{skill.pk}/change/")
    desk.get_by_label("Title").fill("Cobol 85")
    desk.get_by_label("Why").fill("Its name of then.")
    desk.get_by_role("button", name="Save and continue editing").first.click()
    desk.get_by_role("link", name="History").click()
    expect(desk.locator("#content")).to_contain_text("Its name of then.")
    expect(desk.locator("#content")).to_contain_text("“Cobol 85”")
    check(desk)
    desk.get_by_role("link", name="Put this row back to how it was then").click()
    check(desk)
    desk.get_by_role("button", name="Put it back").click()
    expect(desk.locator(".messagelist")).to_contain_text("The row is put back.")
    assert Skill.objects.get(slug="cobol").title == "COBOL"


def test_a_list_is_taken_away_and_brought_back(site, desk: Page, check, tmp_path):
    Skill.objects.create(slug="cobol", title="COBOL")
    desk.goto(f"{site}/admin/planner/skill/?q=cobol")
    with desk.expect_download() as taken:
        desk.get_by_role("link", name="Export CSV").click()
    file = tmp_path / "skills.csv"
    file.write_bytes(taken.value.path().read_bytes().replace(b"COBOL", b"Cobol"))
    desk.get_by_role("link", name="Import").click()
    check(desk)
    desk.get_by_label("File").set_input_files(file)
    desk.get_by_role("button", name="Show what would change").click()
    expect(desk.locator("#content")).to_contain_text("0 added, 1 changed, 0 left")
    check(desk)
    assert Skill.objects.get(slug="cobol").title == "COBOL"
    desk.get_by_role("button", name="Import these changes").click()
    expect(desk.locator(".messagelist")).to_contain_text("The file is imported.")
    assert Skill.objects.get(slug="cobol").title == "Cobol"


def test_a_report_is_sent_by_keyboard_alone_and_read_at_the_desk(site, desk: Page):
    desk.goto(f"{site}/careers/machine-learning-engineer/")
    link = desk.get_by_role("link", name="Is something wrong here?")
    link.focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/report/**")
    desk.get_by_label("What is wrong?").focus()
    desk.keyboard.type("The pay is of another job.")
    for _ in range(4):  # what it should be, where it says so, e-mail, the button
        desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator("h1")).to_have_text("Thank you")
    desk.goto(f"{site}/admin/planner/figurereport/")
    expect(desk.locator("#result_list")).to_contain_text("The pay is of another job.")
    assert FigureReport.objects.get().page == "/careers/machine-learning-engineer/"
