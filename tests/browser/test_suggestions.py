"""Inputs with suggestions: by keyboard only, heard, on a narrow screen, and without."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CAREER = "What do you want to be?"


def open_suggestions(page: Page, typed: str, label: str = CAREER) -> Locator:
    """Type over what stands in the input, by keyboard, and wait for the list."""
    page.get_by_label(label).first.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(typed, delay=30)
    # The list is of what was typed last, and not of its beginning.
    with page.expect_response(re.compile(r"suggest|fields")):
        page.keyboard.type(" ")
    listbox = page.get_by_role("listbox")
    expect(listbox).to_be_visible()
    return listbox


def active(page: Page) -> str:
    """Return the suggestion that a screen reader is told of."""
    return str(
        page.evaluate(
            "document.getElementById(document.activeElement"
            ".getAttribute('aria-activedescendant'))?.innerText ?? ''"
        )
    )


def test_a_career_is_chosen_by_keyboard_only(site: str, page: Page):
    page.goto(site)
    options = open_suggestions(page, "devloper web").get_by_role("option")
    field = page.get_by_label(CAREER)
    expect(field).to_have_role("combobox")
    expect(field).to_have_attribute("aria-expanded", "true")
    assert active(page) == ""
    page.keyboard.press("ArrowDown")
    assert active(page).startswith("Web Developer")
    page.keyboard.press("End")
    assert active(page) == options.last.inner_text()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    assert active(page) == ""  # back in the text
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.locator("#roadmap h2").first).to_contain_text("Web Developer by")
    expect(page).to_have_url(re.compile(r"\?career=web-developer&start="))
    expect(field).to_have_value("Web Developer")
    expect(field).to_be_focused()


def test_how_many_suggestions_there_are_is_said(site: str, page: Page):
    page.goto(site)
    options = open_suggestions(page, "data").get_by_role("option")
    status = page.locator("#part-career [role=status]")
    expect(status).to_have_text(f"{options.count()} suggestions")
    page.keyboard.press("Escape")
    expect(status).to_have_text("")


def test_escape_closes_the_list_and_keeps_what_was_typed(site: str, page: Page):
    page.goto(f"{site}/careers/")
    open_suggestions(page, "coder", "Job, skill or field")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.get_by_label("Job, skill or field")).to_have_value("coder ")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()


def test_letters_do_not_plan_but_a_title_does_once_it_is_left(site: str, page: Page):
    page.goto(site)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_suggestions(page, "statistician")
    assert not [
        url for url in asked if "?career=statis" in url and "/suggest" not in url
    ]
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.locator("#roadmap h2").first).to_contain_text("Statistician by")


def test_a_career_that_we_do_not_have_is_mended_by_a_suggestion(site: str, page: Page):
    page.goto(site)
    page.get_by_label("Free hours a week").fill("14")
    open_suggestions(page, "data scientits")
    page.keyboard.press("Tab")
    links = page.locator("#part-career .nearest a")
    expect(links.first).to_have_text("Data Scientist")
    open_suggestions(page, "data scientist")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#roadmap h2").first).to_contain_text("Data Scientist by")
    expect(links).to_have_count(0)
    expect(page.get_by_label(CAREER)).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Free hours a week")).to_have_value("14")


def test_a_suggestion_is_chosen_by_a_press(site: str, page: Page):
    page.goto(f"{site}/careers/")
    listbox = open_suggestions(page, "coder", "Job, skill or field")
    listbox.get_by_role("option", name="Computer Programmer").click()
    expect(page.locator("#found h3").first).to_have_text("Computer Programmer")
    expect(page.get_by_label("Job, skill or field")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("address", "label", "typed"),
    [("/", CAREER, "engineer"), ("/careers/", "Job, skill or field", "engineer")],
)
def test_open_suggestions_are_for_everyone(
    site: str, page: Page, check_axe, scheme, address, label, typed
):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(site + address)
    open_suggestions(page, typed, label)
    page.keyboard.press("ArrowDown")
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    heights = page.locator("[role=option]").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().height)"
    )
    assert min(heights) >= 24


def test_the_list_of_careers_goes_on_without_scripts(site: str, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/careers/")
    expect(page.locator(".career-card")).to_have_count(20)
    page.get_by_role("link", name="More careers").click()
    expect(page.get_by_text("21 to 23 of 23")).to_be_visible()
    expect(page.locator(".career-card")).to_have_count(3)
    page.get_by_role("link", name="Earlier careers").click()
    expect(page.locator(".career-card")).to_have_count(20)
    context.close()
