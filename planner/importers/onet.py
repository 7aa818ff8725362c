"""The O*NET database: text, Excel and CSV builds, from 25.1 on.

Tables are known by their columns as well as by their names, since names changed in
30.3. What an edition lacks is missing in what is stored, and never zero.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from planner.importers.checking import (
    SOC_2010,
    Reader,
    as_number,
    missing_columns,
)
from planner.importers.problems import Problems
from planner.importers.releases import Parsed, files_of
from planner.importers.tables import Document, Table

KIND = "onet"
CODE = "O*NET-SOC Code"
FIRST = (25, 1)  # the first edition with the taxonomy of 2019
FOUR_ZONES = (30, 2)
NOTHING = {"", "n/a"}
YES_OR_NO = {"Y": True, "N": False, "n/a": None, "": None}
PUBLISHED = {"30.1": "December 2025"}  # all others came in the usual month
MONTHS = {
    0: ("August", 1995),
    1: ("November", 1995),
    2: ("February", 1996),
    3: ("May", 1996),
}

Facts = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A table that is kept: what it may be called, and how its columns may be."""

    names: frozenset[str]
    columns: Mapping[str, Sequence[str]]  # our word: its names, the newest first
    optional: frozenset[str] = frozenset()
    elements: str = ""  # what the ids of its elements begin with
    read: Callable[[_Read, Reader, Mapping[str, str]], None] = field(repr=False)


@dataclass(slots=True)
class _Read:
    """What has been read so far."""

    readings: dict[str, Facts] = field(default_factory=lambda: defaultdict(dict))
    facts: Facts = field(default_factory=dict)
    codes: set[str] | None = None  # of Occupation Data, once that is read
    zones: set[int] = field(default_factory=lambda: {1, 2, 3, 4, 5})
    seen: dict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))
    is_2010: bool = False

    def code(self, reader: Reader) -> str:
        """Return the code of a row, which Occupation Data must have."""
        code = reader.code(CODE, "onet")
        if self.codes is not None and code not in self.codes and not reader.is_bad:
            reader.wrong(
                _(
                    "%(code)s is not in Occupation Data, so the files are of different "
                    "editions, or one of them is damaged."
                )
                % {"code": code},
                CODE,
            )
        return code


# How each table is read. `names` are the columns of this file by our words for them.

Names = Mapping[str, str]


def _occupations(read: _Read, reader: Reader, names: Names) -> None:
    codes: set[str] = set()
    for _row in reader.rows():
        code = reader.code(CODE, "onet")
        if reader.once(codes, code, CODE):
            read.readings[code]["occupation"] = {
                "title": reader.text("Title"),
                "description": reader.cell("Description"),
            }
    read.codes = codes


def _zone_reference(read: _Read, reader: Reader, names: Names) -> None:
    zones: Facts = {}
    for _row in reader.rows():
        zone = reader.whole("Job Zone", 1, 9)
        if str(zone) in zones:
            reader.wrong(_("%(key)s stands here a second time.") % {"key": zone})
        zones[str(zone)] = {
            "name": reader.text("Name"),
            "svp": reader.text("SVP Range"),
        }
    read.facts["zones"] = zones
    read.zones = {int(zone) for zone in zones}


def _scales(read: _Read, reader: Reader, names: Names) -> None:
    read.facts["scales"] = {
        reader.text("Scale ID"): {
            "name": reader.text("Scale Name"),
            "minimum": reader.number("Minimum"),
            "maximum": reader.number("Maximum"),
        }
        for _row in reader.rows()
    }


def _categories(read: _Read, reader: Reader, names: Names) -> None:
    categories: dict[str, dict[str, str]] = read.facts.setdefault("categories", {})
    for _row in reader.rows():
        scale = categories.setdefault(reader.text("Scale ID"), {})
        category = str(reader.whole("Category", 0, 99))
        if category in scale:
            reader.wrong(_("%(key)s stands here a second time.") % {"key": category})
        scale[category] = reader.text("Category Description")


def _zones(read: _Read, reader: Reader, names: Names) -> None:
    seen: set[str] = set()
    for _row in reader.rows():
        code = read.code(reader)
        zone = reader.whole("Job Zone", 0, 99)
        if zone not in read.zones and not reader.is_bad:
            reader.wrong(
                _("%(zone)d is no job zone of this edition; there are %(zones)s.")
                % {"zone": zone, "zones": ", ".join(map(str, sorted(read.zones)))},
                "Job Zone",
            )
        if reader.once(seen, code, CODE):
            read.readings[code]["zone"] = {"zone": zone, "date": reader.month("Date")}


def _alternate_titles(read: _Read, reader: Reader, names: Names) -> None:
    for _row in reader.rows():
        code = read.code(reader)
        _title(read, code, reader.text(names["title"]), "alternate")
        short = reader.cell(names["short"]) if "short" in names else ""
        if short not in NOTHING:
            _title(read, code, short, "short")


def _reported_titles(read: _Read, reader: Reader, names: Names) -> None:
    for _row in reader.rows():
        _title(read, read.code(reader), reader.text("Reported Job Title"), "reported")


def _title(read: _Read, code: str, title: str, kind: str) -> None:
    if (code, title, kind) not in read.seen["titles"]:
        read.seen["titles"].add((code, title, kind))
        read.readings[code].setdefault("titles", []).append([title, kind])


def _tasks(read: _Read, reader: Reader, names: Names) -> None:
    seen: set[tuple[str, int]] = set()
    for _row in reader.rows():
        code = read.code(reader)
        number = reader.whole("Task ID", 1, 10**9)
        if reader.once(seen, (code, number), "Task ID"):
            kind = reader.cell("Task Type")
            read.readings[code].setdefault("tasks", []).append(
                {
                    "id": number,
                    "text": reader.text("Task"),
                    "type": None if kind in NOTHING else kind,
                    "date": reader.month("Date"),
                }
            )


def _technologies(read: _Read, reader: Reader, names: Names) -> None:
    seen: set[tuple[str, str, str]] = set()
    for _row in reader.rows():
        code = read.code(reader)
        name, commodity = reader.text(names["name"]), reader.text(names["commodity"])
        if reader.once(seen, (code, name, commodity), names["name"]):
            demand = names.get("in_demand")
            read.readings[code].setdefault("technologies", []).append(
                {
                    "name": name,
                    "commodity": commodity,
                    "hot": bool(reader.one_of("Hot Technology", YES_OR_NO)),
                    "in_demand": demand and reader.one_of(demand, YES_OR_NO),
                }
            )


def _related(read: _Read, reader: Reader, names: Names) -> None:
    seen: set[tuple[str, str]] = set()
    places: set[tuple[str, int]] = set()
    for _row in reader.rows():
        code = read.code(reader)
        other = reader.code("Related O*NET-SOC Code", "onet")
        index = reader.whole("Index", 1, 1000)
        if reader.once(seen, (code, other)) and reader.once(places, (code, index)):
            read.readings[code].setdefault("related", []).append(
                {
                    "code": other,
                    "tier": reader.text("Relatedness Tier"),
                    "index": index,
                }
            )
    for facts in read.readings.values():
        facts.get("related", []).sort(key=lambda one: one["index"])
        for one in facts.get("related", []):
            if occupation := read.readings.get(one["code"], {}).get("occupation"):
                one["title"] = occupation["title"]


# Two elements of this table are not shares but how important something is.
_IMPORTANT = {"certification": "certification", "apprenticeship": "apprenticeship"}


def _education(read: _Read, reader: Reader, names: Names) -> None:
    seen = read.seen["education"]
    totals: dict[tuple[str, str], float] = defaultdict(float)
    for _row in reader.rows():
        code, scale = read.code(reader), reader.text("Scale ID")
        facts = read.readings[code].setdefault("education", {"suppress": []})
        facts.setdefault("date", reader.month("Date"))
        suppress = bool(reader.one_of("Recommend Suppress", YES_OR_NO))
        if reader.cell("Category") in NOTHING:
            element = reader.text("Element Name").lower()
            found = next(
                (key for word, key in _IMPORTANT.items() if word in element), ""
            )
            if scale == "IM" and found and reader.once(seen, (code, found)):
                facts[found] = {
                    "importance": reader.number("Data Value", 1, 5),
                    "suppress": suppress,
                }
            continue
        category = str(reader.whole("Category", 0, 99))
        value = reader.number("Data Value", 0, 100)
        if not reader.once(seen, (code, scale, category), "Category") or reader.is_bad:
            continue
        facts.setdefault(scale, {})[category] = value
        totals[code, scale] += value
        # Shares are rounded, so that they sum up to 100.03 at most; 101 is a mistake.
        if totals[code, scale] > 101 and totals[code, scale] - value <= 101:
            reader.wrong(
                _("The shares of %(code)s on scale %(scale)s sum up to more than 100.")
                % {"code": code, "scale": scale},
                "Data Value",
            )
        if suppress:
            if scale not in facts["suppress"]:
                facts["suppress"].append(scale)
            facts.setdefault("suppressed", {}).setdefault(scale, []).append(category)
        if (count := as_number(reader.row.get("N"))) is not None:
            facts.setdefault("n", {}).setdefault(scale, count)


def _rated(key: str) -> Callable[[_Read, Reader, Names], None]:
    def read_ratings(read: _Read, reader: Reader, names: Names) -> None:
        seen = read.seen[key]
        found: dict[tuple[str, str], Facts] = {}
        for _row in reader.rows():
            code, scale = read.code(reader), reader.text("Scale ID")
            if scale not in {"IM", "LV"}:
                continue
            element = reader.text("Element ID")
            if not reader.once(seen, (code, element, scale), "Element ID"):
                continue
            entry = found.get((code, element))
            if entry is None:
                entry = found[code, element] = {
                    "id": element,
                    "name": reader.text("Element Name"),
                    "importance": None,
                    "level": None,
                    "suppress": False,
                    "not_relevant": None,
                    "date": reader.month("Date"),
                }
                read.readings[code].setdefault(key, []).append(entry)
            suppress = bool(reader.one_of("Recommend Suppress", YES_OR_NO))
            if scale == "IM":
                entry["importance"] = reader.number("Data Value", 1, 5)
                entry["suppress"] = suppress
            else:
                entry["level"] = reader.number("Data Value", 0, 7)
                entry["not_relevant"] = reader.one_of("Not Relevant", YES_OR_NO)
                if suppress:
                    entry["level_suppress"] = True

    return read_ratings


def _interests(read: _Read, reader: Reader, names: Names) -> None:
    seen: set[tuple[str, str]] = set()
    for _row in reader.rows():
        code = read.code(reader)
        if reader.text("Scale ID") != "OI":
            continue
        name = reader.text("Element Name")
        if reader.once(seen, (code, name), "Element Name"):
            value = reader.number("Data Value", 1, 7)
            read.readings[code].setdefault("interests", {})[name] = value


def _same(*names: str) -> dict[str, Sequence[str]]:
    return {name: (name,) for name in names}


_RATINGS = _same(
    CODE, "Element ID", "Element Name", "Scale ID", "Data Value",
    "Recommend Suppress", "Not Relevant", "Date",
)  # fmt: skip

# In the order in which they are read: what others are checked against comes first.
KEPT: dict[str, Kept] = {
    "occupation": Kept(
        names=frozenset({"occupation data"}),
        columns=_same(CODE, "Title", "Description"),
        read=_occupations,
    ),
    "zones": Kept(
        names=frozenset({"job zone reference"}),
        columns=_same("Job Zone", "Name", "SVP Range"),
        read=_zone_reference,
    ),
    "scales": Kept(
        names=frozenset({"scales reference"}),
        columns=_same("Scale ID", "Scale Name", "Minimum", "Maximum"),
        read=_scales,
    ),
    "categories": Kept(
        names=frozenset(
            {
                "education training and experience categories",
                "education categories",
                "training and experience categories",
            }
        ),
        columns=_same("Element ID", "Scale ID", "Category", "Category Description"),
        elements=r"[23]\.",
        read=_categories,
    ),
    "zone": Kept(
        names=frozenset({"job zones"}),
        columns=_same(CODE, "Job Zone", "Date"),
        read=_zones,
    ),
    "alternate": Kept(
        names=frozenset({"alternate titles", "job titles"}),
        columns={
            **_same(CODE),
            "title": ("Job Title", "Alternate Title"),
            "short": ("Short Title",),
        },
        optional=frozenset({"short"}),
        read=_alternate_titles,
    ),
    "reported": Kept(
        names=frozenset({"sample of reported titles"}),
        columns=_same(CODE, "Reported Job Title"),
        read=_reported_titles,
    ),
    "tasks": Kept(
        names=frozenset({"task statements"}),
        columns=_same(CODE, "Task ID", "Task", "Task Type", "Date"),
        read=_tasks,
    ),
    "technologies": Kept(
        names=frozenset({"technology skills", "software skills"}),
        columns={
            **_same(CODE, "Hot Technology"),
            "name": ("Workplace Example", "Example"),
            "commodity": ("Commodity Title", "Element Name"),
            "in_demand": ("In Demand",),
        },
        optional=frozenset({"in_demand"}),
        read=_technologies,
    ),
    "related": Kept(
        names=frozenset({"related occupations"}),
        columns=_same(CODE, "Related O*NET-SOC Code", "Relatedness Tier", "Index"),
        read=_related,
    ),
    "education": Kept(
        names=frozenset(
            {
                "education training and experience",
                "education",
                "training and experience",
            }
        ),
        columns={
            **_same(CODE, "Element ID", "Element Name", "Scale ID", "Category"),
            **_same("Data Value", "Recommend Suppress", "Date"),
            "N": ("N",),
        },
        optional=frozenset({"N"}),
        elements=r"[23]\.",
        read=_education,
    ),
    "skills": Kept(
        names=frozenset({"skills", "essential skills", "transferable skills"}),
        columns=_RATINGS,
        elements=r"2\.[AB]",
        read=_rated("skills"),
    ),
    "knowledge": Kept(
        names=frozenset({"knowledge"}),
        columns=_RATINGS,
        elements=r"2\.C",
        read=_rated("knowledge"),
    ),
    "interests": Kept(
        names=frozenset({"interests", "career interest types"}),
        columns=_same(CODE, "Element ID", "Element Name", "Scale ID", "Data Value"),
        elements=r"1\.B\.1",
        read=_interests,
    ),
}
# Those of which an edition may have two files, such as Essential and Transferable.
_IN_PARTS = {"skills", "education", "categories"}
# What the occupations are looked up by: a release of these alone says nothing.
_REFERENCE = {"zones", "scales", "categories"}


# Which tables there are, and of which edition


def recognise(table: Table) -> str:
    """Return which table of O*NET this is, or an empty string if none that is kept.

    A known name and half of the columns are enough, so that what is missing is said;
    under another name, all columns have to be there.
    """
    found = set(table.columns)
    for key, kept in KEPT.items():
        wanted = [
            not found.isdisjoint(names)
            for word, names in kept.columns.items()
            if word not in kept.optional
        ]
        if table.document.stem in kept.names:
            if sum(wanted) * 2 >= len(wanted):
                return key
        elif all(wanted) and (
            not kept.elements
            or re.match(kept.elements, str(table.first.get("Element ID") or ""))
        ):
            return key
    return ""


def is_named_so(document: Document) -> bool:
    """Tell whether a file is called as a table is that is kept."""
    return any(document.stem in kept.names for kept in KEPT.values())


def release_in(text: str) -> tuple[str, str] | None:
    """Return the edition and the month that a “Read Me.txt” tells."""
    edition = re.search(r"O\*NET\W{0,3}\s*(\d\d?\.\d)\s+Database", text)
    month = re.search(r"\b([A-Z][a-z]+ (?:19|20)\d\d)\s+Release", text)
    if edition is None:
        return None
    return edition[1], month[1] if month else ""


def edition_in(name: str) -> str:
    """Return the edition that a folder or ZIP is named after, as db_30_1_text is."""
    found = re.search(
        r"(?:^|[^a-z])(?:db|onet)[ _-](\d\d)[ _.-](\d)(?!\d)", name.lower()
    )
    return f"{found[1]}.{found[2]}" if found else ""


def parse(
    tables: Sequence[tuple[str, Table]],
    *,
    edition: str,
    published: str,
    problems: Problems,
) -> Parsed | None:
    """Read the tables of one edition; what is wrong is added to the problems."""
    number = edition_number(edition)
    label = tables[0][1].document.group
    if number is None or number < FIRST:
        problems.add(
            _(
                "O*NET %(edition)s uses the O*NET-SOC taxonomy of 2010, whose codes "
                "are not those of wages and projections today. Editions from 25.1 on "
                "can be imported."
            )
            % {"edition": edition},
            file=label if number is None else tables[0][1].label,
        )
        return None
    read = _Read()
    if number >= FOUR_ZONES:
        read.facts["zone_count"] = 4
    else:
        read.facts["zone_count"] = 5
    known: list[tuple[str, Table, Names]] = []
    by_key: dict[str, list[Table]] = defaultdict(list)
    for key, table in tables:
        by_key[key].append(table)
    for key, kept in KEPT.items():
        for place, table in enumerate(by_key[key]):
            if place and not _is_another_part(key, table, by_key[key]):
                problems.add(
                    _(
                        "This is the same table as %(other)s. Give one edition in one "
                        "form: either the text, the Excel or the CSV build."
                    )
                    % {"other": by_key[key][0].label},
                    file=table.label,
                )
                continue
            wanted, names = _names_of(kept, table)
            if not missing_columns(table, wanted, problems):
                before = len(problems.sentences)
                kept.read(read, Reader(table, problems), names)
                _refuse_2010(read, table, problems, before)
                known.append((key, table, names))
    if read.facts.get("zones"):
        read.facts["zone_count"] = len(read.zones)
    # As they are called in the readings, of which both files of titles fill one.
    read.facts["tables"] = list(
        dict.fromkeys(
            "titles" if key in {"alternate", "reported"} else key
            for key in KEPT
            if by_key[key] and key not in _REFERENCE
        )
    )
    read.facts["as_of"] = published or _usual_month(edition)
    if not problems and not read.facts["tables"]:
        problems.add(
            _("There are only tables of reference here, and none about occupations."),
            file=tables[0][1].label,
        )
    return Parsed(
        kind=KIND,
        edition=edition,
        rank="{:03}.{:02}".format(*number),
        source=_source(edition, read.facts["as_of"]),
        files=files_of(known),
        facts=read.facts,
        readings=dict(read.readings),
    )


def _is_another_part(key: str, table: Table, alike: Sequence[Table]) -> bool:
    """Tell Essential Skills beside Transferable Skills from the same table twice."""
    others = {other.document.stem for other in alike if other is not table}
    return key in _IN_PARTS and table.document.stem not in others


def _names_of(kept: Kept, table: Table) -> tuple[list[str], dict[str, str]]:
    """Return the columns that the table must have, and those it has by our words."""
    wanted, names = [], {}
    for word, choices in kept.columns.items():
        found = next((name for name in choices if name in table.columns), None)
        if found is not None:
            names[word] = found
        if word not in kept.optional:
            wanted.append(found or choices[0])
    return wanted, names


def _refuse_2010(read: _Read, table: Table, problems: Problems, before: int) -> None:
    """Say once that codes are of the taxonomy of 2010, in place of all that follows."""
    old = sorted(code for code in read.readings if code[:7] in SOC_2010)
    if old and not read.is_2010:
        read.is_2010 = True
        del problems.sentences[before:]
        problems.add(
            _(
                "%(code)s is a code of the O*NET-SOC taxonomy of 2010. Editions from "
                "25.1 on, with the taxonomy of 2019, can be imported."
            )
            % {"code": old[0]},
            file=table.label,
            sheet=table.sheet,
            column=CODE,
        )


def edition_number(edition: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"(\d\d?)\.(\d)", edition)
    return (int(found[1]), int(found[2])) if found else None


def _usual_month(edition: str) -> str:
    """Return when an edition came out: four a year, beginning each August."""
    if edition in PUBLISHED:
        return PUBLISHED[edition]
    major, minor = map(int, edition.split("."))
    if minor not in MONTHS:
        return f"O*NET {edition}"
    month, zero = MONTHS[minor]
    return f"{month} {zero + major}"


def _source(edition: str, as_of: str) -> dict[str, str]:
    return {
        "slug": f"onet-{edition.replace('.', '-')}",
        "title": f"O*NET {edition} Database",
        "publisher": "US Department of Labor, Employment and Training Administration",
        "url": "https://www.onetcenter.org/database.html",
        "as_of": as_of,
        "licence": "CC BY 4.0",
        "attribution": (
            f"This product includes information from the O*NET {edition} Database by "
            "the U.S. Department of Labor, Employment and Training Administration "
            "(USDOL/ETA). Used under the CC BY 4.0 license. O*NET is a trademark of "
            "USDOL/ETA."
        ),
        "confidence": "primary",
    }
