"""The shipped catalogue: it loads, twice is once, and every row is sound."""

import json
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from planner.models import MODELS, CatalogueVersion, Mode, Role, Skill, Source
from tests import builders_catalogue as build

SHIPPED = sorted((Path(settings.BASE_DIR) / "fixtures" / "catalogue").glob("*.json"))

pytestmark = pytest.mark.django_db


def dump():
    """Return every row of the catalogue by natural keys, as the fixtures say them."""
    rows = [row for model in MODELS for row in model._default_manager.order_by("pk")]
    return serializers.serialize(
        "json",
        rows,
        use_natural_foreign_keys=True,
        use_natural_primary_keys=True,
    )


def by_key(text):
    """Return the rows of a dump by their model and fields, in no order."""
    return Counter(json.dumps(row, sort_keys=True) for row in json.loads(text))


def write(folder, text):
    (folder / "all.json").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.skipif(not SHIPPED, reason="no fixtures are written yet")
class TestShipped:
    def test_every_row_loads_is_sound_and_comes_back_the_same(self):
        call_command("load_catalogue")
        problems = []
        for model in MODELS:
            # What constraints and foreign keys say, the database has checked. To
            # ask again for 5,000 rows takes minutes.
            links = {f.name for f in model._meta.concrete_fields if f.remote_field}
            rows = model._default_manager.select_related(
                *(name for name in links if "__" in "".join(model.key_fields))
            )
            for row in rows:
                try:
                    row.full_clean(links, False, validate_constraints=False)
                except ValidationError as error:
                    problems.append(f"{model.__name__} {row.natural_key()}: {error}")
            key = row.natural_key()
            assert model._default_manager.get_by_natural_key(*key) == row
        assert problems == []
        assert CatalogueVersion.objects.count() == 1

    def test_no_row_has_a_primary_key_and_each_stands_on_a_line(self):
        for path in SHIPPED:
            text = path.read_text(encoding="utf-8")
            rows = json.loads(text)
            assert all("pk" not in row for row in rows)
            assert text.count("\n{") == len(rows), f"{path.name}: one row a line"


class TestLoading:
    def test_rows_go_out_and_come_back_by_natural_key_in_any_order(self, tmp_path):
        career = build.small_catalogue()
        career.related.add(build.role("zoologist", is_career=False, search=None))
        build.requires(Role.objects.get(slug="zoologist"), "bachelor")
        career.occupations.create(
            code="15-1252.00", title="Developers", source=build.source()
        )
        text = dump()
        folder = write(tmp_path, json.dumps(json.loads(text)[::-1]))
        for model in reversed(MODELS):
            model._default_manager.all().delete()
        call_command("load_catalogue", folder=folder)
        assert by_key(dump()) == by_key(text)

    def test_djangos_own_commands_read_and_write_them_too(self, tmp_path):
        build.small_catalogue()
        path = tmp_path / "dump.json"
        options = {"use_natural_foreign_keys": True, "use_natural_primary_keys": True}
        call_command("dumpdata", "planner", output=str(path), **options, verbosity=0)
        text = dump()
        for model in reversed(MODELS):
            model._default_manager.all().delete()
        call_command("loaddata", str(path), verbosity=0)
        assert by_key(dump()) == by_key(text)

    def test_a_second_time_changes_nothing(self, tmp_path, capsys):
        build.small_catalogue()
        folder = write(tmp_path, dump())
        call_command("load_catalogue", folder=folder, replace=True)
        before = dump()
        call_command("load_catalogue", folder=folder, replace=True)
        call_command("load_catalogue", folder=folder)
        assert dump() == before
        assert CatalogueVersion.objects.count() == 1
        _, again, third = capsys.readouterr().out.splitlines()
        assert again.startswith("0 rows added, 0 changed, 0 removed, ")
        assert third.startswith("The catalogue has rows already and was left as it is")

    def test_what_an_editor_changed_is_left_alone_unless_told_to_replace_it(
        self, tmp_path
    ):
        build.small_catalogue()
        folder = write(tmp_path, dump())
        skill = Skill.objects.get()
        Skill.objects.update(title="Python 3", version=5)
        build.skill("java")
        call_command("load_catalogue", folder=folder)
        assert set(Skill.objects.values_list("title", flat=True)) == {
            "Python 3",
            "Java",
        }
        call_command("load_catalogue", folder=folder, replace=True)
        row = Skill.objects.get()
        assert (row.pk, row.title) == (skill.pk, "Python")
        assert row.version == 6  # so that an open tab sees that it moved

    def test_a_change_of_related_careers_counts_as_a_change(self, tmp_path, capsys):
        career = build.small_catalogue()
        other = build.role("tester", is_career=False)
        build.requires(other, "bachelor")
        career.related.add(other)
        folder = write(tmp_path, dump())
        career.related.clear()
        call_command("load_catalogue", folder=folder, replace=True)
        assert list(career.related.all()) == [other]
        career.refresh_from_db()
        assert career.version == 2
        assert "0 rows added, 1 changed, 0 removed" in capsys.readouterr().out

    def test_all_or_nothing_and_every_bad_row_is_named(self, tmp_path):
        build.small_catalogue()
        rows = json.loads(dump())
        for model in reversed(MODELS):
            model._default_manager.all().delete()
        for number, row in enumerate(rows, start=1):
            if row["model"] == "planner.mode":
                row["fields"]["low"] = "900"
                bad = number
                break
        rows.append({"model": "planner.skill", "fields": {"colour": "red"}})
        folder = write(tmp_path, json.dumps(rows))
        with pytest.raises(CommandError) as refused:
            call_command("load_catalogue", folder=folder)
        assert f"row {bad}: Low, likely and high must rise" in str(refused.value)
        assert f"row {len(rows)}: " in str(refused.value)
        assert not Source.objects.exists()

    def test_what_cannot_be_published_is_not_loaded_either(self, tmp_path):
        career = build.small_catalogue()
        build.requires(career, text="patience")
        folder = write(tmp_path, dump())
        Mode.objects.all().delete()
        with pytest.raises(CommandError, match="nothing meets it"):
            call_command("load_catalogue", folder=folder, replace=True)
        assert not Mode.objects.exists()

    def test_a_file_that_is_no_json_is_named_with_its_line(self, tmp_path):
        folder = write(tmp_path, '[\n{"model": }\n]')
        with pytest.raises(CommandError, match=r"all.json: .*line 2"):
            call_command("load_catalogue", folder=folder)

    def test_an_empty_folder_is_said_to_be_one(self, tmp_path):
        with pytest.raises(CommandError, match="There are no JSON files"):
            call_command("load_catalogue", folder=tmp_path)
