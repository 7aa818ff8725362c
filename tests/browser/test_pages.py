"""Every page for everyone: axe in light and dark, narrow screens, a silent console."""

import io

import pikepdf
import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "home": "/",
    "home, mistaken": "/?hours=168&start=1900-01-01&e1=bachelor&e1f=bilogy",
    "home, no such career": "/?career=data+scientits",
    "home, impossible": "/?hours=0&fulltime=no",
    "home, a developer": "/?fulltime=no&e1=bachelor&e1f=11.0701&e1d=2020"
    "&x1=software-developer&x1m=36&s-python=solid&s-git=solid",
    "careers": "/careers/",
    "careers, found": "/careers/?q=coder",
    "careers, the second page": "/careers/?page=2",
    "careers, nothing found": "/careers/?q=xylophone+tuner&pay=140000",
    "career": "/careers/machine-learning-engineer/",
    "career, other": "/careers/web-developer/",
    "unknown career": "/careers/data-scientits/",
    "unknown page": "/nowhere/",
    "sources": "/sources/",
    "API": "/api/",
    "report": "/report/?about=/careers/machine-learning-engineer/",
    "report, sent": "/report/sent/?about=/sources/",
    "other routes": "/routes/?hours=12",
    "other routes, too dear": "/routes/?career=web-developer&hours=20&budget=9000",
    "two routes compared": "/compare/?hours=20&career=web-developer&route=cheapest",
    "the master's": "/masters/?hours=20&mpay=128000",
    "the master's, had already": "/masters/?e1=master&e1f=11.0701&e1d=2020",
    "home, dates of one's own": "/?hours=20&nb-skill-scikit-learn=2040-03-01"
    "&no-milestone-portfolio=I+have+one",
}
NOT_FOUND = "Failed to load resource: the server responded with a status of 404"

pages = pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())


def open_everything(page: Page) -> None:
    page.evaluate(
        "for (const each of document.querySelectorAll('details')) each.open = true"
    )


@pages
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site, page: Page, said, check_axe, address, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(site + address)
    open_everything(page)
    check_axe(page)
    # A missing page is named on the console by the browser itself.
    said[:] = [text for text in said if not text.startswith(NOT_FOUND)]


@pages
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways(site, page: Page, said, address, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site + address)
    open_everything(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    said[:] = [text for text in said if not text.startswith(NOT_FOUND)]


def test_a_date_is_set_in_a_step_and_taken_back_in_the_form(site, page: Page):
    page.goto(f"{site}/?hours=20")
    step = page.locator("#step-milestone-portfolio")
    step.locator("summary").first.click()
    step.get_by_text("Set a date, or leave this out").click()
    step.get_by_label("Not before").fill("2040-03-01")
    step.get_by_role("button", name="Plan it so").click()
    page.wait_for_url("**nb-milestone-portfolio=2040-03-01*")
    expect(page.locator("#roadmap h2").first).to_contain_text("204")
    page.get_by_label("“Portfolio of three projects” not before").fill("")
    page.get_by_label("Free hours a week").focus()  # a date counts once it is left
    expect(page.locator("#roadmap h2").first).to_contain_text("203")
    assert "nb-skill" not in page.url


def test_what_else_is_fetched_when_one_gets_there(site, page: Page):
    page.goto(f"{site}/?hours=20")
    page.locator("#masters").scroll_into_view_if_needed()
    expect(page.locator("#masters svg").first).to_be_visible(timeout=30_000)
    expect(page.locator("#routes .route").first).to_be_visible(timeout=30_000)
    page.locator("#routes").get_by_role("link", name="Compare").first.click()
    expect(page.locator(".timeline")).to_have_count(2)
    page.get_by_role("link", name="Make this one my plan").click()
    expect(page.locator("#roadmap h2").first).to_contain_text("Machine Learning")


def test_reduced_motion_and_print_show_the_roadmap(site, page: Page):
    page.emulate_media(media="print", reduced_motion="reduce")
    page.goto(site)
    expect(page.locator("#roadmap h2").first).to_be_visible()
    expect(page.locator("#answers")).to_be_hidden()


def test_paper_has_every_step_opened_and_nothing_to_click(site, page: Page):
    page.goto(f"{site}/?hours=20")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.emulate_media(media="print")
    bodies = page.locator(".step-body")
    assert bodies.count() > 5
    assert all(
        body.evaluate("e => e.checkVisibility() && e.offsetHeight > 20")
        for body in bodies.all()
    )
    shown = "all => all.filter(e => e.checkVisibility()).map(e => e.outerHTML)"
    assert page.locator("button, input, select, nav").evaluate_all(shown) == []
    source = page.locator(".step-body .source a").first
    address = source.evaluate("e => getComputedStyle(e, '::after').content")
    assert "https://" in address
    paper = pikepdf.open(io.BytesIO(page.pdf(format="A4")))
    assert 2 <= len(paper.pages) <= 12


def test_a_file_is_taken_along(site, page: Page):
    page.goto(f"{site}/?hours=20")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF").click()
    assert waiting.value.suggested_filename == "machine-learning-engineer-roadmap.pdf"
    assert len(pikepdf.open(waiting.value.path()).pages) > 1


def test_print_asks_the_browser_to(site, page: Page):
    page.goto(site)
    page.get_by_label("No, only beside a job").check()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.evaluate("window.print = () => document.body.dataset.printed = 'yes'")
    page.get_by_role("button", name="Print").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")


def test_a_search_follows_the_typing(site, page: Page):
    page.goto(f"{site}/careers/")
    page.get_by_role("searchbox").press_sequentially("ml engineer")
    expect(page.locator("#found .card").first).to_contain_text("Machine Learning")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")  # the suggestions lie over what was found
    page.get_by_role("link", name="Machine Learning Engineer").first.click()
    page.get_by_role("link", name="Plan my way there").first.click()
    expect(page.locator("#roadmap h2").first).to_contain_text("Machine Learning")
