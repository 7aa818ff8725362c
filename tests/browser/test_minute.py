"""The student's minute: an example, the own answers, and the roadmap that follows."""

import re

import brotli  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Browser, Page, Response, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EXAMPLES = ["A school leaver", "A biology graduate", "A working developer"]
CAREER = "What do you want to be?"
HEADLINE = re.compile(r"Machine Learning Engineer by \w+ 20\d\d")


def headline(page: Page):
    return page.locator("#roadmap h2").first


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_one_click(site: str, page: Page, example: str):
    page.goto(site)
    page.get_by_role("link", name=example).click()
    expect(headline(page)).to_have_text(HEADLINE)
    assert page.locator("#roadmap .steps > li").count() >= 1
    expect(page.locator(".error-summary")).to_have_count(0)


def test_the_roadmap_follows_an_answer_and_the_address_keeps_it(site: str, page: Page):
    page.goto(site)
    before = headline(page).inner_text()
    page.get_by_label("No, only beside a job").check()
    expect(headline(page)).not_to_have_text(before)
    expect(page).to_have_url(re.compile(r"\?start=\d{4}-\d\d-\d\d&fulltime=no$"))
    after = headline(page).inner_text()
    page.reload()
    expect(headline(page)).to_have_text(after)
    expect(page.get_by_label("No, only beside a job")).to_be_checked()


def test_the_back_button_brings_the_answers_before_back(site: str, page: Page):
    page.goto(site)
    before = headline(page).inner_text()
    page.get_by_label("No, only beside a job").check()
    expect(headline(page)).not_to_have_text(before)
    page.go_back()
    expect(headline(page)).to_have_text(before)
    expect(page.get_by_role("radio", name="Yes").first).to_be_checked()


def test_another_career_asks_for_its_own_skills(site: str, page: Page):
    page.goto(site)
    skills = page.locator("#part-skills")
    before = skills.inner_text()
    page.get_by_label(CAREER).fill("web dev")
    page.get_by_role("listbox").get_by_text("Web Developer", exact=True).click()
    expect(headline(page)).to_contain_text("Web")
    expect(skills).not_to_have_text(before)


def test_fields_of_study_are_suggested_while_typing(site: str, page: Page):
    page.goto(site)
    page.get_by_label("Field of study").first.press_sequentially("statis")
    options = page.locator("#id_e1f_suggestions").get_by_role("option")
    expect(options.first).to_contain_text("Statistics")


def test_a_second_degree_gets_a_row_without_losing_what_is_typed(site: str, page: Page):
    page.goto(site)
    page.get_by_label("Degree", exact=True).first.select_option("bachelor")
    page.get_by_label("Field of study").first.press_sequentially("26.0101", delay=60)
    page.get_by_label("Year or month").first.fill("2024")
    page.get_by_label("Year or month").first.press("Tab")
    expect(page.get_by_label("Field of study")).to_have_count(2)
    expect(page.get_by_label("Field of study").first).to_have_value(
        re.compile("Biolog")
    )
    expect(headline(page)).to_have_text(HEADLINE)


def test_a_mistake_is_told_beside_its_field_and_mended_there(site: str, page: Page):
    page.goto(site)
    hours = page.get_by_label("Free hours a week")
    hours.fill("168")
    hours.press("Tab")
    expect(page.locator("#id_hours_error")).to_contain_text("number from 0 to 80")
    expect(page).to_have_title(re.compile("^Error: "))
    expect(hours).to_have_value("168")
    hours.fill("12")
    hours.press("Tab")
    expect(headline(page)).to_have_text(HEADLINE)
    expect(page.locator("#id_hours_error")).to_have_count(0)


def test_the_keyboard_is_enough(site: str, page: Page):
    """From the top of the page to a roadmap, and into its first step."""
    page.goto(site)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for _press in range(8):
        page.keyboard.press("Tab")
        if "A working developer" in page.evaluate("document.activeElement.innerText"):
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("x1=software-developer"))
    expect(headline(page)).to_have_text(HEADLINE)
    page.get_by_label("Free hours a week").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("15")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("hours=15"))
    expect(page.locator("#roadmap")).to_be_focused()
    while not page.evaluate("document.activeElement.matches('.step summary')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".step details[open]")).to_have_count(1)


def test_on_a_phone_the_arrival_stays_in_sight_beside_the_form(site: str, page: Page):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(site)
    page.get_by_label("Python", exact=True).scroll_into_view_if_needed()
    line = page.locator("#answer")
    expect(line).to_be_in_viewport()
    before = line.inner_text()
    page.get_by_label("No, only beside a job").check()
    expect(line).not_to_have_text(before)
    line.get_by_role("link", name="See the roadmap").click()
    expect(headline(page)).to_be_in_viewport()


def test_it_works_with_scripts_off(site: str, browser: Browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.get_by_label("No, only beside a job").check()
    page.get_by_label("Free hours a week").fill("20")
    page.get_by_role("button", name="Show my roadmap").click()
    expect(page).to_have_url(re.compile(r"\?start=[\d-]+&hours=20&fulltime=no$"))
    expect(headline(page)).to_have_text(HEADLINE)
    page.get_by_label(CAREER).fill("data scientits")
    page.get_by_role("button", name="Show my roadmap").click()
    expect(page.locator(".error-summary")).to_contain_text("We have no career")
    page.get_by_role("link", name="Data Scientist", exact=True).click()
    expect(headline(page)).to_contain_text("Data Scientist by")
    expect(page.get_by_label("Free hours a week")).to_have_value("20")
    page.get_by_label("Free hours a week").fill("168")
    page.get_by_role("button", name="Show my roadmap").click()
    expect(page.locator(".error-summary")).to_contain_text("number from 0 to 80")
    expect(page.get_by_label("Free hours a week")).to_have_value("168")
    expect(page.get_by_label("No, only beside a job")).to_be_checked()
    context.close()


def test_the_first_view_is_small(site: str, page: Page):
    """At most 6 requests and 60 KB, with files as small as WhiteNoise serves them."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(site, wait_until="networkidle")
    sizes = {
        answer.url.removeprefix(site): (
            len(brotli.compress(answer.body()))
            if "/static/" in answer.url
            else answer.request.sizes()["responseBodySize"]
        )
        for answer in answers
    }
    assert len(sizes) <= 6, sizes
    assert sum(sizes.values()) <= 60 * 1024, sizes
    scripts = [size for url, size in sizes.items() if url.endswith(".js")]
    assert sum(scripts) <= 15 * 1024, sizes
