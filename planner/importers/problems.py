"""What is wrong with files, each in a sentence that says where."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MOST = 1_000  # sentences; a column that is wrong throughout is understood by then


class BadFiles(Exception):
    """The files cannot be imported; each problem is a sentence with its place."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


class Problems:
    """Collects all that is wrong, so that it can be said at once.

    It goes wherever files are read, so it also passes on which is being read.
    """

    def __init__(self, reading: Callable[[str], None] | None = None) -> None:
        self.reading = reading or (lambda _file: None)
        self.sentences: list[str] = []
        self.more = 0

    def add(
        self,
        message: str,
        *,
        file: str = "",
        sheet: str = "",
        line: int = 0,
        column: str = "",
    ) -> None:
        """Note a problem, with the file, line and column that it stands in."""
        if len(self.sentences) >= MOST:
            self.more += 1
            return
        place = [file] if file else []
        if sheet:
            place.append(_("sheet %(sheet)s") % {"sheet": sheet})
        if line:
            place.append(_("line %(line)d") % {"line": line})
        if column:
            place.append(_("column %(column)s") % {"column": column})
        self.sentences.append(f"{', '.join(place)}: {message}" if place else message)

    def __bool__(self) -> bool:
        return bool(self.sentences)

    def refuse(self) -> None:
        """Raise BadFiles if anything is wrong."""
        if not self.sentences:
            return
        sentences = list(self.sentences)
        if self.more:
            words = ngettext(
                "And %(more)d more of these.",
                "And %(more)d more of these.",
                self.more,
            )
            sentences.append(words % {"more": self.more})
        raise BadFiles(sentences)
