"""The people on whom a change is tried are those whom the home page begins with."""

from datetime import date
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict

from planner import queries
from planner.forms import BackgroundForm
from planner.samples import samples
from planner.views.roadmaps import examples
from tests.web import world

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 21)
CAREER = "machine-learning-engineer"


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """Begin as a process that has read no version yet."""
    monkeypatch.setattr(queries, "_kept", None)


def test_the_samples_are_the_examples_of_the_home_page():
    world.publish()
    published = queries.published()
    pairs = zip(samples(CAREER, TODAY), examples(TODAY), strict=True)
    for sample, example in pairs:
        answers = QueryDict(urlsplit(example.address).query)
        form = BackgroundForm(answers, published=published, today=TODAY)
        assert form.is_valid(), form.errors
        assert form.background == sample.background
        assert str(example.title).lower() == sample.name
