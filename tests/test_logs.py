"""The log says what happened and where, and nothing that a person typed."""

import json
import logging
import sys

from django.test import RequestFactory
from django.urls import resolve

from careerpath.logs import JsonFormatter, WithoutQuery


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("test", logging.WARNING, __file__, 1, message, args, None)
    made.__dict__.update(extra)
    return made


def logged(made: logging.LogRecord) -> dict[str, object]:
    line = JsonFormatter().format(made)
    assert "\n" not in line
    event: dict[str, object] = json.loads(line)
    return event


def test_an_event_is_one_line_of_json():
    event = logged(record("Published version %s.", 7))
    assert event["level"] == "warning"
    assert event["message"] == "Published version 7."


def test_a_request_is_logged_without_its_query():
    request = RequestFactory().get("/no-such-page?email=ada@example.org")
    event = logged(record("Not Found: %s", request.path, request=request))
    assert event["page"] == "/no-such-page"
    assert "ada" not in json.dumps(event)


def test_a_known_page_is_logged_by_its_route():
    request = RequestFactory().get("/admin/auth/user/31/change/")
    request.resolver_match = resolve(request.path)
    event = logged(record("Oops", request=request, status_code=500))
    assert event["status"] == 500
    assert "31" not in str(event["page"])


def test_an_exception_is_logged_without_its_message():
    made = record("Import failed.")
    try:
        raise ValueError("Key (email)=(ada@example.org) already exists.")
    except ValueError:
        made.exc_info = sys.exc_info()
    event = logged(made)
    assert event["exception"] == "ValueError"
    assert "test_logs.py" in str(event["trace"])
    assert "ada" not in json.dumps(event)


def test_the_development_server_cuts_queries_off():
    made = record('"%s" %s %s', "GET /plan?hours=9 HTTP/1.1", "200", "512")
    assert WithoutQuery().filter(made)
    assert made.getMessage() == '"GET /plan HTTP/1.1" 200 512'
