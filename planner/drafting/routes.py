"""A draft route for each occupation: what public data say of the way into it.

The typical education at entry, related experience and training are those of the
Employment Projections; the fields of study those of the CIP-SOC crosswalk; related
occupations, the length of the experience and the technologies those of O*NET.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from planner.drafting.rules import (
    APPRENTICESHIP,
    BOUNDS,
    CERTIFIED,
    DIPLOMA,
    EVERYDAY,
    HOURS,
    JUDGEMENT,
    LEVEL_OF,
    LICENSED,
    MODES,
    MONTHS,
    MOST_ROLES,
    MOST_SKILLS,
    NAMES,
    NO_DEGREES,
    PROGRAMMERS,
    PROGRAMMING,
    RANKS,
    RESEARCH,
    RESIDENCIES,
    RW_MONTHS,
    SEARCH,
    SHIPPED_SKILLS,
    TOO_WIDE,
    ModeRule,
    TrainingRule,
)
from planner.drafting.titles import field_title, occupation_title
from planner.engine.facts import LEVEL_NAMES

Facts = Mapping[str, Any]
LONGEST_TITLE = 190
FILLERS = frozenset(
    {
        *("all", "and", "for", "general", "in", "not", "of", "other", "programs"),
        *("the", "with"),
    }
)
ANY = ""  # in place of a code: every field will do
KINDS = ("degree", "role", "skill", "milestone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One release of public data: the slug of its source, and what it says by code."""

    source: str
    readings: Mapping[str, Facts]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFacts:
    """The releases that routes are made from."""

    onet: Edition
    projections: Edition
    crosswalk: Edition  # O*NET-SOC to the codes of the projections
    fields: Edition  # CIP-SOC
    field_titles: Mapping[str, str]  # CIP code to title

    def projection(self, code: str) -> Facts | None:
        """Return what the projections say of an occupation, or of its group."""
        matrix = self.crosswalk.readings.get(code, {}).get("nem")
        return self.projections.readings.get(matrix or "") or (
            self.projections.readings.get(code[:7])
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the catalogue, as a Django fixture has it."""

    model: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A thing and everything that belongs to it; its own row comes first."""

    thing: str  # such as role:registered-nurse
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """The drafts, the code behind each career, and what could not be drafted."""

    drafts: tuple[Draft, ...]
    careers: Mapping[str, str]  # O*NET-SOC code to slug
    refused: Mapping[str, str]  # O*NET-SOC code to the reason, a sentence


def draft_routes(
    facts: PublicFacts, *, reviewed: Mapping[str, str], taken: Collection[str] = ()
) -> Drafted:
    """Draft a career for every occupation that has none, and what it names.

    `reviewed` is the slug of the career that editors keep for a code; it is named as
    experience like any other. `taken` are slugs of roles that no draft may have.
    """
    return _Drafting(facts, reviewed, taken).draft()


def slug_of(title: str, most: int = 80) -> str:
    """Return a title as a slug of at most so many characters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:most].strip("-")


@dataclass(slots=True)
class _Drafting:
    facts: PublicFacts
    reviewed: Mapping[str, str]
    taken: Collection[str]
    slugs: dict[str, str] = field(default_factory=dict)  # by code
    drafts: dict[str, Draft] = field(default_factory=dict)  # by id
    degrees: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def draft(self) -> Drafted:
        codes = sorted(self.facts.onet.readings)
        self.slugs.update(self.reviewed)
        for code in codes:
            if code not in self.reviewed:
                if reason := self._why_not(code):
                    self.refused[code] = reason
                else:
                    self._name(code)
        for code in codes:
            if code in self.slugs and code not in self.reviewed:
                self._draft_role(code)
        return Drafted(
            drafts=tuple(self.drafts[name] for name in sorted(self.drafts)),
            careers=dict(self.slugs),
            refused=self.refused,
        )

    def _why_not(self, code: str) -> str:
        """Return why there is no route, or nothing."""
        known = self.facts.projection(code)
        if known is None:
            return "The projections have no such occupation, so its entry is unknown."
        if known.get("education") not in LEVEL_OF:
            return "The projections do not say which education is typical at entry."
        if self._experience(known) and not self._stepping_stones(code):
            return (
                "It asks for experience in a related occupation, and the data name "
                "none that one can enter without."
            )
        return ""

    def _name(self, code: str) -> None:
        slug = slug_of(occupation_title(self._official(code)))
        if slug in self.taken or slug in self.slugs.values():
            slug = f"{slug[:68].strip('-')}-{code.replace('.', '-')}"
        self.slugs[code] = slug

    def _official(self, code: str) -> str:
        title: str = self.facts.onet.readings[code]["occupation"]["title"]
        return title

    # A career and what it requires

    def _draft_role(self, code: str) -> None:
        slug = self.slugs[code]
        known = self.facts.projection(code)
        assert known is not None  # noqa: S101 - or it would have been refused
        reading = self.facts.onet.readings[code]
        role = ["role", slug]
        official = self._official(code)
        rows = [
            Row(
                model="role",
                fields={
                    "slug": slug,
                    "title": occupation_title(official)[:LONGEST_TITLE],
                    "summary": reading["occupation"].get("description", ""),
                    "position": 500,
                    "is_generated": True,
                    "is_career": True,
                    "is_entry": not self._experience(known),
                    "search": [SEARCH],
                    "search_share": "0.9",
                },
            ),
            Row(
                model="occupation",
                fields={
                    "role": [slug],
                    "code": code,
                    "title": official[:200],
                    "source": [self.facts.onet.source],
                    "note": "",
                },
            ),
        ]
        studies = self._studies(code, known)
        rows += self._education(role, known, studies)
        rows += self._related_work(role, code, known)
        rows += self._training(role, code, known, studies)
        rows += self._technologies(role, code)
        rows += self._licence(slug, reading)
        self._add(f"role:{slug}", rows)

    def _studies(self, code: str, known: Facts) -> list[dict[str, Any]]:
        """Return the ways to meet the education that is typical at entry."""
        level = LEVEL_OF[known["education"]]
        if not level:
            return []
        if level == "high-school":
            return [{"degree": [DIPLOMA]}]
        if level == "some-college":
            return [{"degree": [self._degree("associate", code)], "share": "0.5"}]
        # Who rises into a job mostly has the degree of the job before: nobody takes
        # a second bachelor's to become a manager.
        codes = [code]
        if self._experience(known):
            codes += [
                other
                for other in self._stepping_stones(code)[:MOST_ROLES]
                if self._studied(other) == known["education"]
            ]
        degrees = dict.fromkeys(self._degree(level, one) for one in codes)
        return [{"degree": [degree]} for degree in degrees]

    def _education(
        self, role: list[str], known: Facts, ways: Sequence[Mapping[str, Any]]
    ) -> list[Row]:
        if not ways:
            return []
        first = ways[0]["degree"][0]
        if first == DIPLOMA:
            text = "a high school diploma"
        elif "share" in ways[0]:
            text = "some college, as much as half of an associate’s degree"
        else:
            text = _in_requirement(self.drafts[f"degree:{first}"].rows[0].fields)
        source = self.facts.projections.source
        return _requirement(role, "education", text, source, ways, position=1)

    def _related_work(self, role: list[str], code: str, known: Facts) -> Iterator[Row]:
        asked = self._experience(known)
        if not asked:
            return
        low, likely, high, source = self._months(code, asked)
        ways = [
            {
                "role": [self.slugs[other]],
                "months_low": f"{low:g}",
                "months_likely": f"{likely:g}",
                "months_high": f"{high:g}",
            }
            for other in self._stepping_stones(code)[:MOST_ROLES]
        ]
        yield from _requirement(
            role,
            "experience",
            f"{asked[:1].lower()}{asked[1:]} of work in a related occupation",
            source,
            ways,
            position=2,
        )

    def _training(
        self,
        role: list[str],
        code: str,
        known: Facts,
        studies: Sequence[Mapping[str, Any]],
    ) -> Iterator[Row]:
        rule = _training_rule(known.get("training"), code)
        if rule is None:
            return
        slug = self._milestone(rule, role[1], self._official(code), studies)
        yield from _requirement(
            role,
            "training",
            rule.text,
            self.facts.projections.source,
            [{"milestone": [slug]}],
            position=3,
        )

    def _technologies(self, role: list[str], code: str) -> Iterator[Row]:
        named: dict[str, str] = {}  # slug of the skill to the name in O*NET
        others = EVERYDAY if code.startswith(PROGRAMMERS) else EVERYDAY | PROGRAMMING
        for technology in self.facts.onet.readings[code].get("technologies", ()):
            name = technology["name"]
            if (
                technology["in_demand"]
                and technology["hot"]
                and technology["commodity"] not in others
                and name not in TOO_WIDE
                and len(named) < MOST_SKILLS
            ):
                named.setdefault(SHIPPED_SKILLS.get(name) or self._skill(name), name)
        for position, (slug, name) in enumerate(named.items(), start=10):
            yield from _requirement(
                role,
                slug[:60],
                name,
                self.facts.onet.source,
                [{"skill": [slug]}],
                position=position,
                strength="recommended",
                scope="as-target",
            )

    def _licence(self, slug: str, reading: Facts) -> Iterator[Row]:
        """Hint at a licence where the description or those who do the job name one."""
        asked = reading.get("education", {}).get("certification")
        if LICENSED.search(reading["occupation"].get("description", "")):
            text = "A licence or official certificate is required."
        elif asked and not asked["suppress"] and asked["importance"] >= CERTIFIED:
            text = (
                "A licence or professional certification matters much here: "
                f"{asked['importance']:g} of 5, say those who do the job."
            )
        else:
            return
        yield Row(
            model="point",
            fields={
                "key": f"{slug}-licence",
                "role": [slug],
                "nature": "qualification",
                "text": f"{text} Ask the board of your state what it takes; no date of "
                "this plan counts it.",
                "source": [self.facts.onet.source],
                "position": 1,
            },
        )

    # What careers name

    def _degree(self, level: str, code: str) -> str:
        """Return the slug of the degree that an occupation asks for, and draft it."""
        codes = self._fields(code)
        kind = level
        if level == "doctorate" and code.startswith(RESEARCH):
            kind = "research-doctorate"
        held = self.degrees.get((kind, codes))
        if held is not None:
            return held
        title = f"{NAMES[kind]} in any field"
        slug = f"{level}-any-field"
        summary = ""
        if codes:
            names = [field_title(self.facts.field_titles[code]) for code in codes]
            title = f"{NAMES[kind]} in {names[0]}"
            if len(names) > 1:
                title += ", or a field close to it"
                shown = ", ".join(names[:12])
                more = f" and {len(names) - 12} more" if len(names) > 12 else ""
                summary = f"Fields that lead to this job: {shown}{more}."
            main = self.facts.fields.readings.get(code[:7], {}).get("title")
            slug = slug_of(f"{level} for {main or self._official(code)}")
        if f"degree:{slug}" in self.drafts or kind != level:
            slug = f"{slug[:64].strip('-')}-{code[:7]}"
        rows = [
            Row(
                model="degree",
                fields={
                    "slug": slug,
                    "title": title[:LONGEST_TITLE],
                    "summary": summary,
                    "position": 600,
                    "is_generated": True,
                    "level": level,
                    "field": [codes[0]] if codes else None,
                    "counts_as": [[code] for code in codes[1:]],
                    "starts": "term",
                    "window_from": "",
                    "window_to": "",
                },
            ),
            *_modes("degree", slug, kind),
        ]
        self.degrees[kind, codes] = slug
        if level in ("master", "doctorate"):
            rows += _requirement(
                ["degree", slug],
                "before",
                "a bachelor’s degree",
                JUDGEMENT,
                [{"degree": [name]} for name in self._first_degrees(level, code)],
                position=1,
            )
        elif level in ("bachelor", "associate", "certificate"):
            rows += _requirement(
                ["degree", slug],
                "before",
                "a high school diploma",
                JUDGEMENT,
                [{"degree": [DIPLOMA]}],
                position=1,
            )
        self._add(f"degree:{slug}", rows)
        return slug

    def _first_degrees(self, level: str, code: str) -> list[str]:
        """Return the bachelor's degrees that one can have before a higher degree.

        Nobody has a bachelor's in medicine or law, so before a doctorate any will do.
        """
        any_field = self._degree("bachelor", ANY)
        if level == "doctorate" or not self._fields(code):
            return [any_field]
        return [self._degree("bachelor", code), any_field]

    def _fields(self, code: str) -> tuple[str, ...]:
        """Return the CIP codes that lead to an occupation, the nearest title first."""
        named = self.facts.fields.readings.get(code[:7], {}).get("fields", ())
        codes = [
            one
            for one in named
            if one in self.facts.field_titles and not one.startswith(NO_DEGREES)
        ]
        if not codes:
            return ()
        title = self.facts.fields.readings[code[:7]].get("title", "")
        nearest = max(
            sorted(codes),
            key=lambda one: _nearness(title, self.facts.field_titles[one]),
        )
        return (nearest, *sorted(set(codes) - {nearest}))

    def _milestone(
        self,
        rule: TrainingRule,
        owner: str,
        official: str,
        studies: Sequence[Mapping[str, Any]],
    ) -> str:
        slug = slug_of(f"{rule.title} {owner}")
        name = occupation_title(official)
        low, likely, high = rule.months
        fields = {
            "slug": slug,
            "title": f"{rule.title}: {name[:1].lower()}{name[1:]}"[:LONGEST_TITLE],
            "summary": rule.summary,
            "position": 500,
            "is_generated": True,
            "nature": "internship",
            "starts": "any",
            "window_from": "",
            "window_to": "",
            "status_note": "",
            "is_closed": False,
        }
        way = ModeRule(
            name="full-time",
            takes=(low, likely, high, "months"),
            is_main=True,
            is_academic=False,
        )
        rows = [Row(model="milestone", fields=fields), _mode("milestone", slug, way, 1)]
        if rule.after and studies:
            rows += _requirement(
                ["milestone", slug],
                "degree",
                "the degree that the job asks for"
                if rule.after == "1"
                else "three quarters of the degree that the job asks for",
                JUDGEMENT,
                [{**study, "share": rule.after} for study in studies],
                position=1,
            )
        self._add(f"milestone:{slug}", rows)
        return slug

    def _skill(self, name: str) -> str:
        slug = slug_of(name)
        if f"skill:{slug}" not in self.drafts:
            fields = {
                "slug": slug,
                "title": name[:LONGEST_TITLE],
                "summary": "",
                "position": 500,
                "is_generated": True,
                "nature": "tool",
            }
            way = ModeRule(
                name="self-study", takes=(*HOURS, "hours"), hours="", is_academic=False
            )
            rows = [Row(model="skill", fields=fields), _mode("skill", slug, way, 1)]
            self._add(f"skill:{slug}", rows)
        return slug

    def _add(self, thing: str, rows: Iterable[Row]) -> None:
        self.drafts[thing] = Draft(thing=thing, rows=tuple(rows))

    # What the data say of experience

    def _experience(self, known: Facts) -> str:
        asked = known.get("experience", "None")
        return asked if asked in MONTHS else ""

    def _stepping_stones(self, code: str) -> list[str]:
        """Return the occupations that one can enter without experience before this.

        The related ones of a lower job zone, else those of the same, else those of
        the same minor or major group that employ the most.
        """
        zones = {
            other: facts["zone"]["zone"]
            for other, facts in self.facts.onet.readings.items()
            if "zone" in facts
        }
        highest = zones.get(code, max(zones.values(), default=0))
        related = [
            tie["code"]
            for tie in self.facts.onet.readings[code].get("related", ())
            if self._is_open_before(tie["code"], code)
        ]
        near = [one for one in related if zones.get(one, highest) < highest] or [
            one for one in related if zones.get(one, highest) == highest
        ]
        near = [
            one for one in near if self._studied(one) == self._studied(code)
        ] or near
        for length in (4, 2):
            if not near:
                group = [
                    one
                    for one in self.facts.onet.readings
                    if one[:length] == code[:length]
                    and one in zones
                    and zones[one] <= highest
                    and self._is_open_before(one, code)
                ]
                near = sorted(group, key=lambda one: (-self._jobs(one), one))
        return near

    def _is_open_before(self, other: str, code: str) -> bool:
        """Say whether a job asks for no experience, and for no more study."""
        first, then = self.facts.projection(other), self.facts.projection(code)
        if other == code or first is None or then is None:
            return False
        levels = [str(known.get("education")) for known in (first, then)]
        return (
            other in self.facts.onet.readings
            and not self._experience(first)
            and all(level in LEVEL_OF for level in levels)
            and RANKS.index(LEVEL_OF[levels[0]]) <= RANKS.index(LEVEL_OF[levels[1]])
            and _training_rule(first.get("training"), other) is None
        )

    def _studied(self, code: str) -> str:
        return str((self.facts.projection(code) or {}).get("education"))

    def _jobs(self, code: str) -> float:
        known = self.facts.projection(code) or {}
        return known.get("employment") or 0.0

    def _months(self, code: str, asked: str) -> tuple[float, float, float, str]:
        """Return months of experience, and the source: O*NET's quarters, or ours."""
        education = self.facts.onet.readings[code].get("education", {})
        shares = education.get("RW")
        if not shares or "RW" in education.get("suppress", ()):
            return (*MONTHS[asked], JUDGEMENT)
        least, most = BOUNDS[asked]
        # What contradicts the projections, such as no experience at all, is left out.
        within = [
            (months, shares.get(str(category), 0.0))
            for category, months in enumerate(RW_MONTHS, start=1)
            if least <= months <= most
        ]
        total = sum(share for _months, share in within)
        if not total:
            return (*MONTHS[asked], JUDGEMENT)
        low, likely, high = (
            _quantile(within, part * total) for part in (0.25, 0.5, 0.75)
        )
        return low, likely, high, self.facts.onet.source


def _quantile(within: Sequence[tuple[float, float]], wanted: float) -> float:
    """Return the first value at which the shares before and at it reach a sum."""
    reached = accumulate(share for _value, share in within)
    return next(
        value
        for (value, _share), so_far in zip(within, reached, strict=True)
        if so_far >= wanted - 1e-9
    )


def _nearness(occupation: str, official: str) -> float:
    """Return the share of their words that an occupation and a field have in common.

    Words are alike that begin alike: "Accounting" and "Accountants", "Law" and
    "Lawyers".
    """
    job = _beginnings(re.split(r", Except|, All Other", occupation)[0])
    return max(
        _in_common(job, _beginnings(t)) for t in (official, *official.split("/"))
    )


def _in_common(some: set[str], others: set[str]) -> float:
    both = [one for one in some if any(map(one.startswith, others))]
    both += [one for one in some if any(o.startswith(one) for o in others)]
    common = len(set(both))
    return common / (len(some) + len(others) - common or 1)


def _beginnings(title: str) -> set[str]:
    words = re.findall(r"[a-z]+", title.lower())
    return {word[:4] for word in words if word not in FILLERS and len(word) > 2}


def _training_rule(asked: str | None, code: str) -> TrainingRule | None:
    if asked == "Apprenticeship":
        return APPRENTICESHIP
    if asked == "Internship/residency":
        start = max((s for s in RESIDENCIES if code.startswith(s)), key=len)
        return RESIDENCIES[start]
    return None


def _in_requirement(degree: Mapping[str, Any]) -> str:
    """Return what is asked for; the degree itself says in which field."""
    words = LEVEL_NAMES[degree["level"]].replace("'", "’")
    words = f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
    return words if degree["field"] is None else f"{words} in a field that leads here"


def _modes(kind: str, slug: str, level: str) -> Iterator[Row]:
    for position, rule in enumerate(MODES[level], start=1):
        yield _mode(kind, slug, rule, position)


def _mode(kind: str, slug: str, rule: ModeRule, position: int) -> Row:
    low, likely, high, unit = rule.takes
    cost, per, cost_source = rule.cost or (None, "", None)
    return Row(
        model="mode",
        fields={
            "key": f"{slug}-{slug_of(rule.name)}"[:160],
            kind: [slug],
            "name": rule.name,
            "low": low,
            "likely": likely,
            "high": high,
            "unit": unit,
            "hours_per_week": rule.hours or None,
            "is_main": rule.is_main,
            "is_academic": rule.is_academic,
            "source": [rule.source],
            "cost": cost,
            "cost_per": per,
            "cost_source": cost_source and [cost_source],
            "position": position,
        },
    )


def _requirement(
    owner: Sequence[str],
    subject: str,
    text: str,
    source: str,
    ways: Sequence[Mapping[str, Any]],
    *,
    position: int,
    strength: str = "required",
    scope: str = "always",
) -> list[Row]:
    kind, slug = owner
    key = f"{slug}-{subject}"
    rows = [
        Row(
            model="requirement",
            fields={
                "key": key,
                kind: [slug],
                "text": text,
                "strength": strength,
                "scope": scope,
                "source": [source],
                "position": position,
            },
        )
    ]
    for number, way in enumerate(ways, start=1):
        named = next(way[one][0] for one in KINDS if one in way)
        rows.append(
            Row(
                model="alternative",
                fields={
                    "key": f"{key}-{named}"[:200],
                    "requirement": [key],
                    "share": "1",
                    "position": number,
                    **way,
                },
            )
        )
    return rows
