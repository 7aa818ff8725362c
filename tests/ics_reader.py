"""A small and strict reader of RFC 5545: it knows nothing of what wrote the file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LINE = re.compile(
    r"(?P<name>[A-Z0-9-]+)(?P<parameters>(?:;[A-Z0-9-]+=(?:\"[^\"]*\"|[^\";:,]*))*)"
    r":(?P<value>.*)",
    re.DOTALL,
)
ESCAPES = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n", "\\N": "\n"}
TEXTS = {"SUMMARY", "DESCRIPTION", "NAME", "X-WR-CALNAME", "X-WR-CALDESC", "UID"}


@dataclass
class Part:
    """A component: its lines by name, and the components within."""

    kind: str
    lines: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        """Return the one value of a name; it must be there once."""
        [(_parameters, value)] = self.lines[name]
        return value


def read_ics(content: bytes) -> Part:
    """Return the calendar, or fail at whatever the standard does not allow."""
    assert content.endswith(b"\r\n")
    whole = Part("")
    open_parts = [whole]
    for line in unfolded(content):
        match = LINE.fullmatch(line)
        assert match, line
        name, value = match["name"], match["value"]
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value), line
        if name == "BEGIN":
            part = Part(value)
            open_parts[-1].parts.append(part)
            open_parts.append(part)
        elif name == "END":
            assert open_parts.pop().kind == value
        else:
            read = as_text(value) if name in TEXTS else value
            open_parts[-1].lines.setdefault(name, []).append(
                (match["parameters"], read)
            )
    assert open_parts == [whole]
    [calendar] = whole.parts
    assert calendar.kind == "VCALENDAR"
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    assert calendar.parts, "a calendar holds one component at least"
    return calendar


def unfolded(content: bytes) -> list[str]:
    """Join what is folded; each line is at most 75 octets, and whole letters."""
    lines: list[str] = []
    for octets in content.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(octets) <= 75, octets
        assert b"\n" not in octets
        assert b"\r" not in octets
        text = octets.decode("utf-8", errors="strict")
        if text.startswith((" ", "\t")):
            lines[-1] += text[1:]
        else:
            lines.append(text)
    return lines


def as_text(value: str) -> str:
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), f"not escaped: {value}"
    parts = re.split(r"(\\.)", value)
    for part in parts[1::2]:
        assert part in ESCAPES, f"no escape: {part}"
    return "".join(ESCAPES.get(part, part) for part in parts)
