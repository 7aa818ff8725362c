"""A version becomes rows again: exactly, whatever was edited since."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from planner.building import build_document
from planner.documents.catalogue import SCHEMA, canonical
from planner.documents.differences import differences
from planner.documents.rows import rows_in
from planner.loading import CatalogueProblems
from planner.models import (
    MODELS,
    CatalogueVersion,
    Claim,
    Degree,
    FieldOfStudy,
    Figure,
    Milestone,
    Point,
    Reading,
    Release,
    Skill,
    Source,
)
from planner.models.catalogue import KEPT_ALONG
from planner.services import publish_catalogue, restore_rows
from tests import builders_catalogue as build


def one_of_each():
    """Fill the database with a row of every model, every field of it filled in."""
    career = build.small_catalogue()
    skill = Skill.objects.get()
    source = build.source("other", attribution="Ask for it.")
    degree = Degree.objects.get()
    degree.counts_as.add(
        FieldOfStudy.objects.create(code="11.01", title="Computer Science, General")
    )
    degree.modes.update(cost="9834.50", cost_per="year", cost_source=source)
    # Days of a window that it does not start in: an editor left them there.
    Milestone.objects.update(window_from="06-01", status_note="Open in May 2025.")
    build.teaches(career, skill, is_full=False)
    other = build.role("writer", is_entry=True, is_generated=True)
    build.requires(other, skill)
    career.related.add(other)
    build.meets(build.requires(career, other, scope="as-target"), "bachelor")
    build.meets(build.requires(skill, strength="optional"), degree, share="0.35")
    career.occupations.create(
        code="15-1252.00", title="Software Developers", source=source, note="One of two"
    )
    career.alternate_titles.create(title="Coder", source=source)
    Point.objects.create(
        key="duty",
        role=career,
        nature="duty",
        text="Writes.",
        source=source,
        position=4,
    )
    figures = [
        Figure.objects.create(
            key=f"pay-{year}",
            role=career,
            measure="annual-wage-median",
            value="133080.25",
            as_of=f"May {year}",
            soc_code="15-1252",
            cell="A1",
            unit="US dollars",
            note="Without the self-employed",
            source=source,
            position=7,
        )
        for year in (2023, 2025)
    ]
    Claim.objects.create(
        key="claim",
        role=career,
        states="They earn much.",
        article=source,
        finding="They do.",
        verdict="confirmed",
        figure=figures[0],
        today=figures[1],
        position=3,
    )


@pytest.mark.django_db
def test_every_field_that_editors_curate_is_in_the_rows():
    one_of_each()
    found: dict[Any, set[str]] = {model: set() for model in MODELS}
    labels = {model._meta.label_lower: model for model in MODELS}
    for row in rows_in(build_document()):
        found[labels[row["model"]]].update(row["fields"])
    for model in MODELS:
        fields = {*model._meta.concrete_fields, *model._meta.many_to_many}
        # What the database counts and compares by itself is not curated.
        apart = {"id", *KEPT_ALONG}
        curated = {field.name for field in fields} - apart
        owners = {"degree", "role", "skill", "milestone"}
        assert curated - found[model] <= owners, model
        assert found[model] <= curated, model


@pytest.mark.django_db
def test_rows_are_made_from_a_document_and_give_it_again():
    one_of_each()
    document = json.loads(canonical(build_document()))
    loaded = restore_rows(document)
    assert (loaded.added, loaded.changed, loaded.removed) == (0, 0, 0)
    for model in reversed(MODELS):
        model._default_manager.all().delete()
    loaded = restore_rows(document)
    assert (loaded.changed, loaded.removed, loaded.unchanged) == (0, 0, 0)
    assert build_document() == document


@pytest.mark.django_db
def test_a_row_that_says_the_same_keeps_its_version_and_one_that_changes_does_not():
    one_of_each()
    document = build_document()
    Skill.objects.update(title="Python 3")
    restore_rows(document)
    assert Skill.objects.get().version == 2
    assert Degree.objects.get().version == 1


@pytest.mark.django_db
def test_public_data_that_was_read_is_left_alone_with_its_source():
    one_of_each()
    document = build_document()
    source = build.source("onet", title="O*NET")
    release = Release.objects.create(kind="onet", edition="30.1", source=source)
    Reading.objects.create(release=release, code="15-1252.00", facts={"zone": 4})
    build.source("forgotten")
    restore_rows(document)
    assert Reading.objects.get().facts == {"zone": 4}
    left = set(Source.objects.values_list("slug", flat=True))
    assert left == {"survey", "other", "onet"}


@pytest.mark.django_db
def test_a_document_of_another_kind_is_refused_whole():
    one_of_each()
    document = build_document()
    older = json.loads(canonical(document))
    del older["degrees"][0]["position"]
    for wrong in [{"schema": "careerpath/plan/1"}, older]:
        with pytest.raises(CatalogueProblems):
            restore_rows(wrong)
    assert build_document() == document


class Editor:
    """Somebody who edits whatever comes to hand, and is refused what cannot be."""

    def __init__(self, choose: random.Random) -> None:
        self.choose = choose

    def edit(self, times: int) -> None:
        for _ in range(times):
            rows = list(self.choose.choice(MODELS)._default_manager.all()[:500])
            if rows:
                try:
                    with transaction.atomic():
                        self._edit(self.choose.choice(rows))
                except (DatabaseError, ValidationError):
                    pass  # the desk would refuse it, or others still name the row

    def _edit(self, row: Any) -> None:
        what = self.choose.random()
        if what < 0.15:
            row.delete()
            return
        if what < 0.3:
            # A new row like it, under another name.
            name = row.key_fields[-1]
            if name == "code":
                value = (
                    f"{self.choose.randrange(10, 99)}.{self.choose.randrange(99):02}"
                )
            else:
                value = f"{getattr(row, name)[:60]}-{self.choose.randrange(10**6)}"
            setattr(row, name, value)
            row.pk, row._state.adding = None, True
            row.full_clean()
            row.save()
            return
        for field in self.choose.sample(row._meta.concrete_fields, 3):
            if field.name not in {"id", "version", *row.key_fields}:
                setattr(row, field.attname, self._value(row, field))
        chosen = {}
        for field in row._meta.many_to_many:
            others = list(field.related_model._default_manager.all()[:50])
            chosen[field.name] = self.choose.sample(others, min(2, len(others)))
        row.chosen_counts_as = chosen.get("counts_as")
        row.full_clean()
        row.save()
        for name, others in chosen.items():
            getattr(row, name).set(others)

    def _value(self, row: Any, field: Any) -> object:
        value = getattr(row, field.attname)
        if field.remote_field is not None:
            keys = field.related_model._default_manager.values_list("pk", flat=True)
            return self.choose.choice([*keys[:50], None])
        if field.choices:
            return self.choose.choice([name for name, _ in field.choices])
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return self.choose.randrange(1000)
        if isinstance(value, Decimal):
            return value + Decimal(self.choose.randrange(99)) / 100
        if isinstance(value, str) and field.name not in {"window_from", "window_to"}:
            return f"{value[:30]} {self.choose.choice(['é', 'z', '“x”'])}".strip()
        return value


class Restoring(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        seed=st.integers(0, 10**9), first=st.integers(0, 30), more=st.integers(1, 40)
    )
    def test_any_draft_is_restored_after_any_edits(self, seed, first, more):
        one_of_each()
        editor = Editor(random.Random(seed))  # noqa: S311 - it guards nothing
        editor.edit(first)
        document = build_document()
        editor.edit(more)
        edited = build_document()
        assert bool(differences(document, edited)) == (document != edited)
        restore_rows(document)
        assert build_document() == document
        assert differences(document, build_document()) == ()


@pytest.mark.slow
@pytest.mark.django_db
def test_the_shipped_catalogue_is_restored_after_edits():
    call_command("load_catalogue", verbosity=0)
    version = CatalogueVersion.objects.get()
    document = json.loads(version.document)
    for seed in range(2):
        Editor(random.Random(seed)).edit(100)  # noqa: S311 - it guards nothing
        assert build_document() != document
        restore_rows(document)
        assert canonical(build_document()) == version.document
    assert publish_catalogue() == version


@pytest.mark.django_db
def test_a_document_with_every_field_has_the_shape_that_is_described():
    one_of_each()
    jsonschema.validate(build_document(), SCHEMA)
