"""Nothing that is sent to the pages of an organisation makes an error page."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner import talking
from planner.models import Invitation, Organisation, User
from tests.web.people import advisor, consent, lead, organisation, person, signed_in
from tests.web.test_kept import VALUES, kept
from tests.web.world import publish

pytestmark = pytest.mark.django_db

NAMES = st.sampled_from(
    [
        *("text", "nb", "ex", "no", "step", "review", "thing", "because", "advisor"),
        *("to", "open", "q", "status", "career", "within", "term", "sort", "c", "page"),
        *("s", "do", "name", "query", "kind", "about", "steps", "roadmap", "email"),
        *("role", "days", "message", "addresses", "suggestion", "as_of", "revision"),
    ]
)
# Whose page it is, its name, and what stands in its address beside the first id.
VIEWS = [
    *(("ada", view) for view in ("organisation", "saved-views", "roster-ticked")),
    *(("ada", view) for view in ("cohort", "remarks", "exports", "export-order")),
    *(("ada", view) for view in ("invitations", "invitations-list")),
    *(("ada", f"student{part}") for part in ("", "-say", "-review", "-agree")),
    *(("ada", view) for view in ("student-note", "student-assign")),
    *(("boss", view) for view in ("members", "organisation-about", "usage")),
    *(("ruth", view) for view in ("roadmap-advice", "roadmap-say", "roadmap-review")),
    *(("ruth", view) for view in ("roadmap-change", "consent-roadmap", "invitation")),
    *(("ruth", view) for view in ("advisors", "organisations")),
]


@pytest.fixture
def people(db) -> dict[str, User]:
    publish()
    college = organisation()
    ruth = person("ruth")
    ada, boss = advisor(college, "ada"), lead(college, "boss")
    given_ = consent(college, kept(ruth))
    talking.say(given_, ada, "Well", now=timezone.now(), step="skill:python")
    Invitation.objects.create(
        organisation=college,
        kind="student",
        created_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    return {"ruth": ruth, "ada": ada, "boss": boss}


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    page=st.sampled_from(VIEWS),
    query=st.dictionaries(NAMES, VALUES, max_size=4),
    sent=st.dictionaries(NAMES, VALUES, max_size=5),
    is_post=st.booleans(),
)
def test_nothing_that_is_sent_makes_an_error_page(people, page, query, sent, is_post):
    who, view = page
    client = signed_in(people[who])
    address = f"{address_of(view)}?{urlencode(query, errors='surrogatepass')}"
    body = urlencode(sent, errors="surrogatepass")
    response = (
        client.post(address, body, "application/x-www-form-urlencoded")
        if is_post
        else client.get(address)
    )
    assert response.status_code < 500


def address_of(view: str) -> str:
    college = Organisation.objects.get()
    given_ = college.consents.get()
    assert given_.roadmap is not None
    args: list[object] = [college.code]
    if view in ("advisors", "organisations"):
        args = []
    elif view == "invitation":
        args = [college.invitations.filter(email="").earliest("pk").token]
    elif view == "consent-roadmap":
        args = [given_.code]
    elif view.startswith("student"):
        args.append(given_.code)
    elif view.startswith("roadmap"):
        args = [given_.roadmap.code]
        if view == "roadmap-review":
            args.append(given_.code)
    return reverse(f"planner:{view}", args=args)
