"""One line of JSON for each event, without anything a person typed.

Query strings, form fields, addresses of visitors and the messages of exceptions
(which quote values: "Key (email)=(…) already exists") stay out of the log. What
remains says what happened, where in the code, and on which page.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.http import HttpRequest


class JsonFormatter(logging.Formatter):
    """Write a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with keys always in the same order."""
        event: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            event["method"] = request.method
            event["page"] = _page(request)
            event["status"] = getattr(record, "status_code", None)
        else:
            event["message"] = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            event["exception"] = record.exc_info[0].__qualname__
            event["trace"] = _trace(record.exc_info[2])
        return json.dumps(event, ensure_ascii=False)


class WithoutQuery(logging.Filter):
    """Cut the query string off the request line that `runserver` logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, its request line cut at the question mark."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                _without_query(part) if isinstance(part, str) else part
                for part in record.args
            )
        return True


def _page(request: HttpRequest) -> str:
    """Name the route, whose ids are blanks; an unknown address is given as it is."""
    match = request.resolver_match
    return f"/{match.route}" if match else request.path


def _trace(trace: TracebackType | None) -> list[str]:
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]


def _without_query(line: str) -> str:
    """Turn `GET /a?b=c HTTP/1.1` into `GET /a HTTP/1.1`."""
    before, mark, after = line.partition("?")
    if not mark:
        return line
    _, space, version = after.rpartition(" ")
    return before + space + version
