"""The API keeps to its OpenAPI document, whatever is sent to it."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.cache import caches
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from planner.views.api import openapi_document
from tests.web.world import publish

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Other methods are told which one to use, which tests/web/test_api.py sees to.
CONFIG: dict[str, Any] = {"phases": {"coverage": {"unexpected-methods": []}}}

schema = schemathesis.openapi.from_dict(
    openapi_document(), config=SchemathesisConfig.from_dict(CONFIG)
)
schema.app = get_wsgi_application()

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue(db):
    return publish()


@pytest.fixture(autouse=True)
def _connection_kept():
    """As in Django's test client: or a request ends the transaction of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def test_the_document_is_openapi():
    """By the metaschema of OpenAPI 3.1."""
    schema.validate()
    with pytest.raises(ValueError, match="required property"):
        schemathesis.openapi.from_dict(
            {**openapi_document(), "info": {"title": "no version"}}
        ).validate()


@schema.parametrize()
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_describes(case):
    caches["process"].clear()  # or there would be too many plans in a minute
    if isinstance(case.body, dict) and isinstance(case.body.get("career"), str):
        case.body["career"] = "machine-learning-engineer"  # or none would exist
    response = case.call(headers={"Accept-Encoding": "identity"})
    case.validate_response(response, checks=CHECKS)
