"""What a PDF says, letter by letter, as a reader that copies or searches finds it."""

from __future__ import annotations

import re
from typing import Any

import pikepdf

MAPPED = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")


def text_of(pdf: pikepdf.Pdf) -> str:
    """Return the text of all pages, each run of letters as it comes."""
    return "\n".join(_page_text(page) for page in pdf.pages)


def _page_text(page: Any) -> str:
    fonts = {name: _letters(font) for name, font in page.Resources.Font.items()}
    letters: dict[int, str] = {}
    runs = []
    spans: list[bool] = []  # of the marks that are open: whether their words are given
    stream: Any = pikepdf.parse_content_stream(page)
    for operands, operator in stream:
        name = str(operator)
        if name in {"BMC", "BDC"}:
            told = operands[1] if name == "BDC" else {}
            given = isinstance(told, pikepdf.Dictionary) and "/ActualText" in told
            if given and not any(spans):
                runs.append(str(told["/ActualText"]))
            spans.append(given)
        elif name == "EMC":
            spans.pop()
        elif name == "Tf":
            letters = fonts[str(operands[0])]
        elif name in {"Tj", "TJ"} and not any(spans):
            [shown] = operands
            pieces = shown if isinstance(shown, pikepdf.Array) else [shown]
            codes = b"".join(bytes(p) for p in pieces if isinstance(p, pikepdf.String))
            pairs = zip(codes[::2], codes[1::2], strict=True)
            runs.append("".join(letters[256 * a + b] for a, b in pairs))
    return "".join(runs)


def _letters(font: Any) -> dict[int, str]:
    """Return the letters of a font by their codes; all must have one."""
    return {
        int(code, 16): bytes.fromhex(letters.decode()).decode("utf-16-be")
        for code, letters in MAPPED.findall(font.ToUnicode.read_bytes())
    }
