"""Importing at the desk: what the files are is shown before anything is stored."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from planner.admin import releases as desk_page
from planner.models import Reading, Release, Upload, User
from tests.importers import making as make

pytestmark = pytest.mark.django_db

PAGE = "/admin/planner/release/import/"


@pytest.fixture
def importer(client):
    """The browser of somebody who may import, and do nothing else."""
    user = User.objects.create_user("importer", is_staff=True)
    for word in ("add", "view"):
        user.user_permissions.add(Permission.objects.get(codename=f"{word}_release"))
    client.force_login(user)
    return client


def files(**contents):
    return [SimpleUploadedFile(name, content) for name, content in contents.items()]


CIP = {"CIPCode2020.csv": make.CIP.encode()}


def choose(browser, *, edition="", **contents):
    data = {"uploads": files(**contents), "edition": edition}
    return browser.post(PAGE, data)


def token_in(response):
    (token,) = re.findall(r'name="token" value="([^"]+)"', response.content.decode())
    return token


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.replace("&#x27;", "'").split())


def test_from_files_to_preview_to_import(importer):
    assert reverse("admin:planner_release_import") == PAGE
    assert PAGE in importer.get("/admin/planner/release/").content.decode()
    assert importer.get(PAGE).status_code == 200
    preview = choose(importer, **CIP)
    assert preview.status_code == 200
    said = words(preview)
    assert "CIP titles 2020" in said
    assert "Classification of Instructional Programs, 2020 edition, 2020" in said
    assert "It is the first of its kind: " in said
    assert "new 3 01.0000, 11.0701, 30.7001" in said
    assert "CIPCode2020.csv 4" in said
    assert not Release.objects.exists()
    done = importer.post(PAGE, {"token": token_in(preview)}, follow=True)
    assert "CIP titles 2020 is imported: 3 codes." in words(done)
    release = Release.objects.get()
    assert release.readings.count() == 3
    assert not Upload.objects.exists()
    assert LogEntry.objects.get().object_id == str(release.pk)
    page = words(importer.get(f"/admin/planner/release/{release.pk}/change/"))
    assert "CIPCode2020.csv: 4 rows" in page


def test_the_preview_tells_what_differs_from_the_newest(importer):
    importer.post(PAGE, {"token": token_in(choose(importer, **CIP))})
    other = make.CIP.replace("Computer Science", "Computing")
    other = other.replace('="01",="01.0000"', '="01",="01.0101"')
    said = words(choose(importer, **{"CIPCode2020.csv": other.encode()}))
    assert "Beside CIP titles 2020, the newest that is stored:" in said
    assert "new 1 01.0101 changed 1 11.0701 gone 1 01.0000" in said


def test_the_same_again_offers_nothing_to_import(importer):
    importer.post(PAGE, {"token": token_in(choose(importer, **CIP))})
    again = choose(importer, **CIP)
    assert "All of it is stored already; there is nothing to import." in words(again)
    assert b'name="token"' not in again.content
    assert not Upload.objects.exists()


def test_a_zip_and_several_files_are_read_as_the_command_reads_them(importer, tmp_path):
    make.onet(tmp_path)
    loose = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    extra = {"notes.txt": b"Buy milk"}
    said = words(choose(importer, **loose, **extra))
    assert "O*NET database 30.1" in said
    assert "Left alone notes.txt: It is none of the files that are read." in said
    del loose["Read Me.txt"]
    packed = make.zipped(**loose)
    assert "30.1" in words(choose(importer, **{"db_30_1_text.zip": packed}))
    said = words(choose(importer, edition="29.2", **{"tables.zip": packed}))
    assert "O*NET database 29.2" in said


def test_a_broken_file_is_refused_with_its_place_and_kept_nowhere(importer):
    broken = make.CIP.replace("11.0701", "11.07x1").encode()
    refused = choose(importer, **{"CIPCode2020.csv": broken})
    assert refused.status_code == 422
    said = words(refused)
    assert "Error: Import public data" in said
    assert (
        "CIPCode2020.csv, line 2, column CIPCode: “11.07x1” is no code; one reads "
        "11.0701." in said
    )
    assert not Upload.objects.exists()
    assert not Release.objects.exists()


def test_no_file_is_an_answer_too(importer):
    refused = importer.post(PAGE, {"edition": "30.1"})
    assert refused.status_code == 422
    assert "This field is required." in words(refused)


def test_no_path_of_the_machine_is_in_the_page(importer):
    shown = choose(importer, **CIP).content.decode()
    shown += choose(importer, **{"x.xlsx": b"PK\x03\x04 cut off"}).content.decode()
    assert "/tmp" not in shown  # noqa: S108
    assert str(desk_page.__file__)[:5] not in re.sub(r'(href|src)="[^"]*"', "", shown)


# Who, how much, how long


def test_who_may_only_look_cannot_import(client):
    user = User.objects.create_user("viewer", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_release"))
    client.force_login(user)
    assert PAGE not in client.get("/admin/planner/release/").content.decode()
    assert client.get(PAGE).status_code == 403
    assert choose(client, **CIP).status_code == 403
    assert not Upload.objects.exists()


def test_who_is_not_signed_in_is_asked_to(client):
    assert client.get(PAGE).status_code == 302
    assert choose(client, **CIP).status_code == 302


def test_a_form_from_elsewhere_is_refused(importer):
    importer.handler.enforce_csrf_checks = True
    assert choose(importer, **CIP).status_code == 403
    assert not Upload.objects.exists()


def test_what_is_too_large_is_refused_before_it_is_read(importer, monkeypatch):
    monkeypatch.setattr(desk_page, "MOST", 1000)
    monkeypatch.setattr(desk_page, "MEGABYTE", 0)
    monkeypatch.setattr(desk_page.ReleaseAdmin, "_import", pytest.fail)
    refused = choose(importer, **{"CIPCode2020.csv": make.CIP.encode() * 10})
    assert refused.status_code == 413
    assert "The files have more than 64 MB." in words(refused)


def test_a_preview_is_for_who_asked_and_for_an_hour(importer, client):
    token = token_in(choose(importer, **CIP))
    other = User.objects.create_superuser("other")
    client.force_login(other)
    done = client.post(PAGE, {"token": token}, follow=True)
    assert "The files are no longer here." in words(done)
    assert not Release.objects.exists()
    client.force_login(User.objects.get(username="importer"))
    for bad in (token + "x", "x", ""):
        done = client.post(PAGE, {"token": bad}, follow=True)
        assert done.status_code in {200, 422}
        assert not Release.objects.exists()
    late = timezone.now() - desk_page.KEPT - timedelta(seconds=1)
    Upload.objects.update(uploaded_at=late)
    choose(importer, **{"x.csv": b"a,b\n1,2\n"})
    done = client.post(PAGE, {"token": token}, follow=True)
    assert "The files are no longer here." in words(done)
    assert not Reading.objects.exists()


def test_releases_are_only_read(importer):
    importer.post(PAGE, {"token": token_in(choose(importer, **CIP))})
    release = Release.objects.get()
    page = f"/admin/planner/release/{release.pk}"
    assert importer.post(f"{page}/change/", {"edition": "1"}).status_code == 403
    assert importer.post(f"{page}/delete/", {"post": "yes"}).status_code == 403
    assert importer.get("/admin/planner/release/add/").status_code == 403


def test_the_list_takes_as_many_queries_for_ten_releases_as_for_one(
    importer, django_assert_num_queries
):
    importer.post(PAGE, {"token": token_in(choose(importer, **CIP))})
    release = Release.objects.get()
    importer.get("/admin/planner/release/")  # takes the message of the import away
    with django_assert_num_queries(7):
        importer.get("/admin/planner/release/")
    for number in range(9):
        release.pk, release.digest = None, f"{number}" * 64
        release.save()
    with django_assert_num_queries(7):
        assert b"CIP titles 2020" in importer.get("/admin/planner/release/").content
