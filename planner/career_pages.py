"""What the templates of the careers loop over: worded, sorted and drawn.

It is made from the published document, as `documents.catalogue.SCHEMA` has it.
What the document lacks is left out here, and never shown as zero.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from posixpath import commonprefix
from typing import Any

from planner.documents.catalogue import titles_in
from planner.documents.public import Said, all_figures
from planner.engine.facts import LEVEL_NAMES
from planner.pages import SourceLink
from planner.titles import Hit, Kind

Document = Mapping[str, Any]
Entry = Mapping[str, Any]

A_PAGE = 20  # cards
YEAR = re.compile(r"\b(?:19|20)\d\d\b")

# What each measure is called, group by group, in the order of the page. A measure
# that comes in several kinds is named by its note as well.
GROUPS: dict[str, dict[str, str]] = {
    "Pay": {
        "annual-wage-median": "Median pay a year",
        "annual-wage-mean": "Mean pay a year",
        "annual-wage-p10": "A tenth earns less than",
        "annual-wage-p25": "A quarter earns less than",
        "annual-wage-p75": "A quarter earns more than",
        "annual-wage-p90": "A tenth earns more than",
        "hourly-wage-median": "Median pay an hour",
        "hourly-wage-mean": "Mean pay an hour",
    },
    "Outlook": {
        "employment-change": "Change in ten years",
        "annual-openings": "Openings a year",
        "employment": "Jobs",
        "employment-projected": "Jobs, projected",
        "employment-oews": "Jobs, by the wage survey",
        "self-employed-share": "Self-employed",
    },
    "Getting in": {
        "typical-entry-education": "Usual education at entry",
        "work-experience-required": "Work experience in a related job",
        "on-the-job-training": "Training on the job",
        "job-zone": "Preparation needed, from 1 to 5",
        "job-zone-svp-range": "Specific vocational preparation",
    },
    "Education of those who do it": {
        "required-education-share": "Say that the job asks for: {note}",
        "attainment": "Have as their highest: {note}",
    },
    "Skills and knowledge": {
        "top-skill": "Most important skills: {note}",
        "skill-importance": "Skill: {note}",
        "knowledge-importance": "Knowledge: {note}",
    },
}
OPEN = {"Pay", "Outlook", "Getting in"}  # the others open at a click
# These stand elsewhere on the page, or only say how others were looked up.
APART = {
    "technology",
    "field-of-study",
    "related-occupation",
    "alternate-title",
    "alternate-title-count",
    "occupation-title",
    "projections-code",
}
PAY, GROWTH, OPENINGS = "annual-wage-median", "employment-change", "annual-openings"
ENTRY = "typical-entry-education"

PAY_STEPS = (60_000, 80_000, 100_000, 120_000, 140_000)
GROWTH_STEPS = (0, 5, 10, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A published figure, with everything that says where it comes from."""

    key: str
    measure: str
    name: str
    value: str
    each: tuple[str, ...]  # the values, where it stands for several codes
    amount: float | None
    as_of: str
    code: str
    code_title: str
    cell: str
    note: str
    source: SourceLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A kind of figure, with the figure of each code; None where there is none."""

    name: str
    cells: tuple[Number | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Figures in rows by kind and in columns by the code that they belong to."""

    codes: tuple[tuple[str, str], ...]  # code, official title
    rows: tuple[Row, ...]
    sources: tuple[SourceLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Figures of one kind: the newest of each, and older ones behind them."""

    name: str
    is_open: bool
    newest: Table
    earlier: Table | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something said in words, and where it comes from."""

    text: str
    source: SourceLink


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPage:
    """What an article says beside what the official source says."""

    states: str
    article: SourceLink
    finding: str
    verdict: str
    verdict_words: str
    figure: Number | None
    today: Number | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A career that one can go to; the slug is empty for what has no page."""

    slug: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One alternative that meets a requirement."""

    title: str
    detail: str
    slug: str = ""  # of a career that has a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A requirement, met by any one of its ways."""

    text: str
    kind: str
    strength: str
    ways: tuple[Way, ...]
    source: SourceLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A place on the drawn way to the job: what is needed there, and its ways."""

    name: str
    note: str  # how the ways go together
    strength: str
    ways: tuple[Way, ...]
    sources: tuple[SourceLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CareerPage:
    """Everything that the page of a career says."""

    slug: str
    title: str
    is_generated: bool
    summary: str
    codes: tuple[Told, ...]
    headline: tuple[Number, ...]
    duties: tuple[Told, ...]
    tasks: tuple[Told, ...]  # by O*NET, the core ones first
    qualifications: tuple[Told, ...]
    pros: tuple[Told, ...]
    cons: tuple[Told, ...]
    groups: tuple[Group, ...]
    open_sources: tuple[SourceLink, ...]  # of the groups that stand open
    claims: tuple[ClaimPage, ...]
    tally: str  # how many claims came to which verdict
    technologies: tuple[str, ...]
    technologies_source: SourceLink | None
    studies: tuple[str, ...]
    studies_source: SourceLink | None
    needs: tuple[Need, ...]
    stops: tuple[Stop, ...]
    related: tuple[Link, ...]
    related_occupations: tuple[Link, ...]
    other_titles: tuple[str, ...]
    sources: tuple[SourceLink, ...]  # those that are named by their marks
    has_judgement: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A career in the list."""

    slug: str
    title: str
    summary: str
    is_generated: bool
    matched: str  # why it was found, if not by its title
    pay: Number | None
    growth: Number | None
    entry: Number | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice of a filter."""

    value: str
    title: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CareersPage:
    """The list of careers that fit a search."""

    query: str
    cards: tuple[Card, ...]  # of this page
    found: int  # on all pages
    total: int
    number: int  # of this page, from 1
    first: int  # places of the first card and the last, from 1
    last: int
    has_more: bool
    unknown: int  # left out because the figure that the filter asks for is missing
    nearest: tuple[Link, ...]  # when nothing was found
    pay: tuple[Option, ...]
    growth: tuple[Option, ...]
    entry: tuple[Option, ...]


# The pages


def careers_index(document: Document) -> dict[str, Card]:
    """Return the card of every career by slug; it is the same for one version."""
    cards = (_card(role, document) for role in document["roles"] if role["is_career"])
    ordered = sorted(cards, key=lambda card: (card.title, card.slug))
    return {card.slug: card for card in ordered}


def careers_page(
    index: Mapping[str, Card],
    *,
    query: str = "",
    hits: Sequence[Hit] = (),
    pay: str = "",
    growth: str = "",
    entry: str = "",
    number: int = 1,
) -> CareersPage:
    """List the careers that were hit, or all if nothing is asked, page by page.

    A filter value that is no choice filters nothing, and a page beyond the last is
    the last.
    """
    entries = _entries(index.values())
    least_pay = _chosen(pay, PAY_STEPS)
    least_growth = _chosen(growth, GROWTH_STEPS)
    asked_entry = entry if entry in entries else ""
    wanted: Iterable[Card] = index.values()
    if query.strip():
        wanted = [
            replace(index[hit.role], matched=why(hit, index[hit.role].title))
            for hit in hits
            if hit.is_found and hit.role in index
        ]
    cards, unknown = [], 0
    for card in wanted:
        fits = [
            _at_least(card.pay, least_pay),
            _at_least(card.growth, least_growth),
            _is_entry(card.entry, asked_entry),
        ]
        if all(fits):
            cards.append(card)
        elif False not in fits:
            unknown += 1
    number = max(1, min(number, -(-len(cards) // A_PAGE)))
    start = (number - 1) * A_PAGE
    return CareersPage(
        query=query,
        cards=tuple(cards[start : start + A_PAGE]),
        found=len(cards),
        total=len(index),
        number=number,
        first=start + 1,
        last=min(start + A_PAGE, len(cards)),
        has_more=start + A_PAGE < len(cards),
        unknown=unknown,
        nearest=() if cards else career_links(index, hits),
        pay=_options(
            "Any pay", [(str(s), f"${s:,} or more") for s in PAY_STEPS], least_pay
        ),
        growth=_options(
            "Any growth",
            [
                (str(s), f"{s} % or more" if s else "Not shrinking")
                for s in GROWTH_STEPS
            ],
            least_growth,
        ),
        entry=_options(
            "Any level", [(value, value) for value in entries], asked_entry or None
        ),
    )


def career_links(
    index: Mapping[str, Card], hits: Sequence[Hit], *, most: int = 5
) -> tuple[Link, ...]:
    """Return links to the careers that were hit, the best first."""
    return tuple(
        Link(slug=hit.role, title=index[hit.role].title)
        for hit in hits[:most]
        if hit.role in index
    )


def career_page(
    document: Document, slug: str, said: Sequence[Said] = ()
) -> CareerPage | None:
    """Return the page of a career, or None if there is no such career.

    `said` is what the releases of public data say of it, the newest first.
    """
    role = next(
        (r for r in document["roles"] if r["slug"] == slug and r["is_career"]), None
    )
    if role is None:
        return None
    role = {**role, "figures": all_figures(role, said), "public_figures": []}
    numbers = _numbers(role, document)
    marks = _Marks(document)
    needs = tuple(_needs(role, document, marks))
    points = {
        nature: tuple(
            Told(text=point["text"], source=marks.of(point["source"]))
            for point in role["points"]
            if point["nature"] == nature
        )
        for nature in ("duty", "qualification", "pro", "con")
    }
    groups = tuple(_groups(numbers))
    claims = tuple(_claims(role, document, marks))
    technologies = _told_apart(role, "technology")
    studies = _told_apart(role, "field-of-study")
    careers = {r["slug"]: r for r in document["roles"]}
    return CareerPage(
        slug=slug,
        title=role["title"],
        is_generated=role["is_generated"],
        summary=role["summary"],
        codes=tuple(
            Told(
                text=f"{o['code']} {o['title']}", source=_source(document, o["source"])
            )
            for o in role["occupations"]
        ),
        headline=tuple(
            number
            for measure in (PAY, GROWTH, OPENINGS, ENTRY)
            if (number := _newest(numbers, measure)) is not None
        ),
        duties=points["duty"],
        tasks=tuple(_tasks(said, marks)),
        qualifications=points["qualification"],
        pros=points["pro"],
        cons=points["con"],
        groups=groups,
        open_sources=tuple(
            dict.fromkeys(
                source
                for group in groups
                if group.is_open
                for source in group.newest.sources
            )
        ),
        claims=claims,
        tally=_tally(claims),
        technologies=tuple(dict.fromkeys(f["text"] for f in technologies)),
        technologies_source=_source(document, technologies[0]["source"])
        if technologies
        else None,
        studies=tuple(dict.fromkeys(f"{f['note']} ({f['text']})" for f in studies)),
        studies_source=_source(document, studies[0]["source"]) if studies else None,
        needs=needs,
        stops=tuple(_stops(needs)),
        related=tuple(
            Link(
                slug=other if careers[other]["is_career"] else "",
                title=careers[other]["title"],
            )
            for other in role["related"]
            if other in careers
        ),
        related_occupations=tuple(dict.fromkeys(_occupations(role, document))),
        other_titles=tuple(
            dict.fromkeys(
                [
                    *(title["title"] for title in role["alternate_titles"]),
                    *(
                        title
                        for each in said
                        for title, kind in each.facts.get("titles", ())
                        if kind != "short"
                    ),
                ]
            )
        ),
        sources=marks.all(),
        has_judgement=any(
            document["sources"][source]["is_judgement"] for source in role["sources"]
        ),
    )


def _tasks(said: Iterable[Said], marks: _Marks) -> Iterator[Told]:
    tasks = [
        (task["type"] != "Core", task["text"], each.source)
        for each in said
        for task in each.facts.get("tasks", ())
    ]
    for _is_minor, text, source in sorted(tasks, key=lambda task: task[0]):
        yield Told(text=text, source=marks.of(source))


def _occupations(role: Entry, document: Document) -> Iterator[Link]:
    """Yield the related occupations by O*NET, in its order, with their pages."""
    careers = {
        occupation["code"]: other
        for other in document["roles"]
        for occupation in other["occupations"]
        if other["is_career"] and not occupation["note"]
    }
    for figure in _told_apart(role, "related-occupation"):
        if (other := careers.get(figure["text"])) is not None:
            yield Link(slug=other["slug"], title=other["title"])
        elif title := figure["note"].partition(": ")[2]:
            yield Link(slug="", title=title)


def figures_in_words(role: Entry) -> list[tuple[str, str]]:
    """Return the key and words of each figure on the page of a career."""
    told = []
    for figure in role["figures"]:
        if figure["measure"] in APART:
            continue
        name = NAMES.get(figure["measure"]) or figure["measure"].replace("-", " ")
        name = _capital(name.replace("{note}", figure["note"]))
        words = f"{name}: {_value(figure)} ({figure['as_of']}, {figure['soc_code']})"
        told.append((figure["key"], words))
    return told


def source_links(document: Document) -> dict[str, SourceLink]:
    """Return every source by its slug, as pages name them."""
    return {slug: _source(document, slug) for slug in document["sources"]}


# Searching and filtering


def why(hit: Hit, title: str) -> str:
    """Say by which of its names a career was found, if not by its title."""
    if hit.kind == Kind.OWN or hit.title == title:
        return ""
    if hit.kind == Kind.SKILL:
        return f"Works with: {hit.title}"
    if hit.kind == Kind.FIELD:
        return f"Field of study: {hit.title}"
    return f"matches “{hit.title}”"


def _card(role: Entry, document: Document) -> Card:
    shown = [
        figure
        for figure in all_figures(role)
        if figure["measure"] in {PAY, GROWTH, ENTRY}
    ]
    numbers = [_number(figure, role, document) for figure in shown]
    return Card(
        slug=role["slug"],
        title=role["title"],
        summary=role["summary"],
        is_generated=role["is_generated"],
        matched="",
        pay=_newest(numbers, PAY),
        growth=_newest(numbers, GROWTH),
        entry=_newest(numbers, ENTRY),
    )


def _entries(cards: Iterable[Card]) -> list[str]:
    """Return the levels of entry that occur, from school to doctorate."""
    found = {
        value for card in cards if card.entry is not None for value in card.entry.each
    }
    return sorted(found, key=lambda value: (_level(value), value))


def _level(value: str) -> int:
    for place, start in enumerate(ENTRY_LEVELS):
        if value.lower().startswith(start):
            return place
    return len(ENTRY_LEVELS)


# How the names of the official levels begin, from low to high.
ENTRY_LEVELS = ("no ", "high", "some", "post", "assoc", "bach", "mast", "doct")


def _chosen(value: str, steps: Sequence[int]) -> int | None:
    return next((step for step in steps if str(step) == value), None)


def _at_least(number: Number | None, least: int | None) -> bool | None:
    """Tell whether a figure reaches the least asked for; None if there is none."""
    if least is None:
        return True
    if number is None or number.amount is None:
        return None
    return number.amount >= least


def _is_entry(number: Number | None, asked: str) -> bool | None:
    """Tell whether one enters at this level; None if it is not known."""
    if not asked:
        return True
    return None if number is None else asked in number.each


def _options(
    every: str, choices: Iterable[tuple[str, str]], chosen: object
) -> tuple[Option, ...]:
    return (
        Option(value="", title=every, is_chosen=chosen is None),
        *(
            Option(value=value, title=title, is_chosen=str(chosen) == value)
            for value, title in choices
        ),
    )


# Figures


def _numbers(role: Entry, document: Document) -> list[Number]:
    return [
        _number(figure, role, document)
        for figure in all_figures(role)
        if figure["measure"] not in APART
    ]


def _number(figure: Entry, role: Entry, document: Document) -> Number:
    note = figure["note"]
    name = NAMES.get(figure["measure"]) or _capital(figure["measure"].replace("-", " "))
    if "{note}" in name:
        name, note = name.format(note=note), ""
    return Number(
        key=figure["key"],
        measure=figure["measure"],
        name=name,
        value=_value(figure),
        each=(_value(figure),),
        amount=figure["value"],
        as_of=figure["as_of"],
        code=figure["soc_code"],
        code_title=_code_title(figure["soc_code"], role),
        cell=figure["cell"],
        note="; ".join(filter(None, [note, _beside(figure["unit"])])),
        source=_source(document, figure["source"]),
    )


def _code_title(code: str, role: Entry) -> str:
    """Say whom the figures of a code count.

    Some codes of O*NET are a part of the code that is counted: figures of 15-1299
    are of all computer occupations without a code of their own.
    """
    for occupation in role["occupations"]:
        if occupation["code"] in {code, f"{code}.00"}:
            return str(occupation["title"])
    for occupation in role["occupations"]:
        if occupation["code"].startswith(code):
            return f"the whole group, of which {occupation['title']} are a part"
    return ""


NAMES = {
    measure: name for measures in GROUPS.values() for measure, name in measures.items()
}


def _value(figure: Entry) -> str:
    if figure["value"] is None:
        return str(figure["text"])
    amount, unit = figure["value"], figure["unit"]
    digits = f"{amount:,.2f}".rstrip("0").rstrip(".").replace("-", "−")
    if unit.startswith("US dollars"):
        return f"${amount:,.2f}" if "hour" in unit else f"${amount:,.0f}"
    if unit.startswith("percent"):
        return f"{digits} %"
    if unit.startswith("thousand"):
        return f"{round(amount * 1000):,}"
    if unit.startswith("importance"):
        return f"{digits} of 5"
    return digits if unit in {"jobs", "titles"} else f"{digits} {unit}".strip()


def _beside(unit: str) -> str:
    """Return what a unit says beside what the value shows: of whom a percentage is."""
    return unit.removeprefix("percent").strip() if unit.startswith("percent") else ""


def _newest(numbers: Iterable[Number], measure: str) -> Number | None:
    """Return the newest figure of a measure: of each code, where there are several.

    A career that is counted under three codes has three medians. None of them is
    the career's own, so they are told as the range that they span.
    """
    newest: dict[str, Number] = {}
    for number in numbers:
        held = newest.get(number.code[:7])
        if number.measure == measure and (held is None or _year(number) > _year(held)):
            newest[number.code[:7]] = number
    if not newest:
        return None
    several = sorted(newest.values(), key=lambda number: number.amount or 0)
    low, high = several[0], several[-1]
    each = tuple(dict.fromkeys(number.value for number in several))
    if low.amount is None:
        value = " or ".join(sorted(each, key=_level))
    else:
        value = low.value if low.value == high.value else f"{low.value} to {high.value}"
    return replace(
        low,
        value=value,
        each=each,
        as_of=", ".join(dict.fromkeys(number.as_of for number in several)),
        code=", ".join(sorted(number.code for number in several)),
        code_title=low.code_title if len(several) == 1 else "",
    )


def _year(number: Number) -> int:
    return max((int(year) for year in YEAR.findall(number.as_of)), default=0)


def _groups(numbers: Sequence[Number]) -> Iterator[Group]:
    """Yield the figures by group: the newest of each kind and code, then the others."""
    unnamed = [number.measure for number in numbers if number.measure not in NAMES]
    groups = [(name, list(measures)) for name, measures in GROUPS.items()]
    # Those that stand open are one table, with the same columns for all.
    opened = [measure for name in OPEN for measure in GROUPS[name]]
    shared = _codes(number for number in numbers if number.measure in opened)
    for name, order in [*groups, ("Further figures", unnamed)]:
        ours = sorted(
            (number for number in numbers if number.measure in order),
            key=lambda number: (order.index(number.measure), -_year(number)),
        )
        newest: dict[tuple[str, str], Number] = {}
        for number in ours:
            newest.setdefault((number.name, number.code[:7]), number)
        kept = {number.key for number in newest.values()}
        earlier = [number for number in ours if number.key not in kept]
        if ours:
            yield Group(
                name=name,
                is_open=name in OPEN,
                newest=_table(
                    [number for number in ours if number.key in kept],
                    codes=shared if name in OPEN else None,
                ),
                earlier=_table(earlier, dated=True) if earlier else None,
            )


def _codes(numbers: Iterable[Number]) -> list[tuple[str, str]]:
    return sorted({number.code[:7]: number.code_title for number in numbers}.items())


def _table(
    numbers: Sequence[Number],
    *,
    codes: list[tuple[str, str]] | None = None,
    dated: bool = False,
) -> Table:
    """Lay figures out by code; those of earlier years have a row for each year."""
    if codes is None:
        codes = _codes(numbers)
    rows: dict[str, dict[str, Number]] = {}
    for number in numbers:
        name = f"{number.name}, {number.as_of}" if dated else number.name
        rows.setdefault(name, {})[number.code[:7]] = number
    return Table(
        codes=tuple(codes),
        rows=tuple(
            Row(name=name, cells=tuple(cells.get(code) for code, _title in codes))
            for name, cells in rows.items()
        ),
        sources=tuple(dict.fromkeys(number.source for number in numbers)),
    )


def _told_apart(role: Entry, measure: str) -> list[Entry]:
    return [figure for figure in role["figures"] if figure["measure"] == measure]


VERDICTS = {
    "confirmed": "Confirmed by the source",
    "misread": "True of something else",
    "outdated": "Superseded by newer figures",
    "contradicted": "Contradicted by the source",
    "unverified": "Could not be verified",
}


def _claims(role: Entry, document: Document, marks: _Marks) -> Iterator[ClaimPage]:
    figures = {
        figure["key"]: (figure, owner)
        for owner in document["roles"]
        for figure in owner["figures"]
    }

    def numbered(key: str | None) -> Number | None:
        if key is None or key not in figures:
            return None
        figure, owner = figures[key]
        number = _number(figure, owner, document)
        return replace(number, source=marks.of(figure["source"]))

    for claim in role["claims"]:
        yield ClaimPage(
            states=claim["states"],
            article=marks.of(claim["article"]),
            finding=claim["finding"],
            verdict=claim["verdict"],
            verdict_words=VERDICTS[claim["verdict"]],
            figure=numbered(claim["figure"]),
            today=numbered(claim["today"]),
        )


def _tally(claims: Sequence[ClaimPage]) -> str:
    """Say how many claims came to which verdict, in the order of the verdicts."""
    found = Counter(claim.verdict for claim in claims)
    return ", ".join(
        f"{found[verdict]} {words[0].lower()}{words[1:]}"
        for verdict, words in VERDICTS.items()
        if found[verdict]
    )


# Sources


class _Marks:
    """Numbers the sources of a page, in the order in which it names them."""

    def __init__(self, document: Document):
        self.document = document
        self.marked: dict[str, SourceLink] = {}

    def of(self, slug: str) -> SourceLink:
        if slug not in self.marked:
            mark = str(len(self.marked) + 1)
            self.marked[slug] = replace(_source(self.document, slug), mark=mark)
        return self.marked[slug]

    def all(self) -> tuple[SourceLink, ...]:
        return tuple(self.marked.values())


def _source(document: Document, slug: str) -> SourceLink:
    source = document["sources"].get(slug)
    if source is None:
        return SourceLink(title=slug)
    title = source["title"]
    if source["is_judgement"] and "judgement" not in title.lower():
        title = f"Editors’ judgement: {title}"
    return SourceLink(title=title, url=source["url"], as_of=source["as_of"])


# The routes into a career, in words and drawn

STRENGTHS = {"required": "", "recommended": "recommended", "optional": "optional"}


def _needs(role: Entry, document: Document, marks: _Marks) -> Iterator[Need]:
    """Yield what a career asks of someone who has it as the target."""
    titles = titles_in(document)
    careers = {r["slug"] for r in document["roles"] if r["is_career"]}
    notes = {f"milestone:{m['slug']}": m["status_note"] for m in document["milestones"]}
    for requirement in role["requires"]:
        if requirement["scope"] == "on-the-way":
            continue
        ways = tuple(
            _way(way, titles, careers, notes) for way in requirement["alternatives"]
        )
        kinds = [
            "degree" if way["thing"] is None else way["thing"].partition(":")[0]
            for way in requirement["alternatives"]
        ]
        yield Need(
            text=_capital(requirement["text"]),
            kind=kinds[0],
            strength=STRENGTHS[requirement["strength"]],
            ways=ways,
            source=marks.of(requirement["source"]),
        )
    if role["search"]:
        search = f"milestone:{role['search']}"
        yield Need(
            text="Getting hired",
            kind="hired",
            strength="",
            ways=(Way(title=titles[search], detail=""),),
            source=SourceLink(title=""),
        )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _way(
    way: Entry,
    titles: Mapping[str, str],
    careers: set[str],
    notes: Mapping[str, str],
) -> Way:
    if way["thing"] is None:
        return Way(
            title=f"Any {LEVEL_NAMES[way['level']]}", detail=_share(way["share"])
        )
    kind, _colon, slug = way["thing"].partition(":")
    detail = _share(way["share"]) or notes.get(way["thing"], "")
    if way["months"] is not None:
        low, high = way["months"]["low"], way["months"]["high"]
        detail = f"{low:g} months" if low == high else f"{low:g} to {high:g} months"
    return Way(
        title=titles[way["thing"]],
        detail=detail,
        slug=slug if kind == "role" and slug in careers else "",
    )


def _share(share: float) -> str:
    return "" if share >= 1 else f"from {share:.0%} of it"


def _stops(needs: Sequence[Need]) -> Iterator[Stop]:
    """Yield the requirements as stops; skills that stand alone share one."""
    alone: dict[str, list[Need]] = {}
    for need in needs:
        if need.kind == "skill" and len(need.ways) == 1:
            alone.setdefault(need.strength, []).append(need)
    for need in needs:
        together = alone.get(need.strength, [])
        if need not in together or len(together) == 1:
            ways, note = _short(need.ways)
            yield Stop(
                name=need.text,
                note=note,
                strength=need.strength,
                ways=ways,
                sources=(need.source,) if need.source.title else (),
            )
        elif need is together[0]:
            yield Stop(
                name="Skills",
                note="all of these",
                strength=need.strength,
                ways=tuple(each.ways[0] for each in together),
                sources=tuple(dict.fromkeys(each.source for each in together)),
            )


def _short(ways: Sequence[Way]) -> tuple[tuple[Way, ...], str]:
    """Say once what all ways have in common: how they begin, and how long they take.

    They begin alike as "Bachelor’s degree in statistics" and "… in mathematics" do.
    """
    if len(ways) < 2:
        return tuple(ways), ""
    note = "any one of these"
    if ways[0].detail and len({way.detail for way in ways}) == 1:
        note += f", {ways[0].detail}"
        ways = [replace(way, detail="") for way in ways]
    start = commonprefix([way.title for way in ways])
    if " in " in start:
        cut = start.rfind(" in ") + len(" in ")
        ways = [replace(way, title=_capital(way.title[cut:])) for way in ways]
    return tuple(ways), note
