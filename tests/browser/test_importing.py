"""Importing public data at the desk, in a browser: choose, look, import."""

import pytest
from playwright.sync_api import Page, expect

from planner.models import Release, User
from tests.importers import making as make

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_from_the_list_to_an_imported_release(
    page: Page, sign_in, check_axe, said, tmp_path, width, scheme
):
    def look():
        """Axe trips over the @import in the admin's forms.css; that is left out."""
        before = list(said)
        check_axe(page)
        said[:] = before

    folder = make.onet(tmp_path / "onet")
    make.folder(tmp_path, **{"broken.csv": make.CIP.replace("11.0701", "11.07x1")})
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    sign_in(User.objects.create_superuser("editor"), "/admin/planner/release/")
    page.get_by_role("link", name="Import public data").click()
    look()

    page.get_by_label("Files").set_input_files(str(tmp_path / "broken.csv"))
    page.get_by_role("button", name="Read the files").click()
    expect(page).to_have_title("Error: Import public data | careerpath desk")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was imported.")
    expect(page.get_by_text("line 2, column CIPCode")).to_be_visible()
    look()

    paths = [str(path) for path in sorted(folder.iterdir())]
    page.get_by_label("Files").set_input_files(paths)
    page.get_by_role("button", name="Read the files").click()
    expect(page.get_by_role("heading", name="O*NET database 30.1")).to_be_visible()
    expect(page.get_by_role("row", name="Occupation Data.txt")).to_contain_text("3")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    look()
    assert not Release.objects.exists()

    page.get_by_role("button", name="Import").click()
    expect(
        page.get_by_text("O*NET database 30.1 is imported: 3 codes.")
    ).to_be_visible()
    assert Release.objects.get().readings.count() == 3
    # The browser notes that the broken file was answered with 422, and nothing else.
    assert [text for text in said if "422" not in text] == []
    said.clear()
