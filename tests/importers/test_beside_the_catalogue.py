"""Releases and the catalogue share sources, and neither gets in the other's way."""

import pytest
from django.core.management import call_command

from planner.importers.everything import read_paths, store_all
from planner.models import Release, Role, Source
from tests.importers import making as make

pytestmark = pytest.mark.django_db


def test_the_catalogue_loads_after_an_import_and_leaves_its_sources(tmp_path, capsys):
    make.onet(tmp_path / "old", "29.2", "February 2025")
    make.onet(tmp_path / "shipped", "30.1")
    store_all(read_paths([tmp_path]).releases)
    assert set(Source.objects.values_list("slug", flat=True)) == {
        *("onet-29-2", "onet-30-1"),
    }
    for replace in (False, True):
        call_command("load_catalogue", replace=replace)
        assert Role.objects.filter(is_career=True).count() == 23
        older = Source.objects.get(slug="onet-29-2")
        assert "O*NET 29.2 Database" in older.attribution
        assert Release.objects.count() == 2


def test_an_import_takes_the_source_as_editors_have_it(tmp_path):
    make.onet(tmp_path)
    (parsed,) = read_paths([tmp_path]).releases
    ours = dict(parsed.source) | {"title": "O*NET, as we call it"}
    Source.objects.create(**ours)
    store_all([parsed])
    assert Release.objects.get().source.title == "O*NET, as we call it"
