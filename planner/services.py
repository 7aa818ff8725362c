"""Things people do that change more than one row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from django.core.exceptions import (
    FieldDoesNotExist,
    ObjectDoesNotExist,
    ValidationError,
)
from django.db import Error as DatabaseError
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.utils.translation import gettext as _

from planner.documents.catalogue import NAME, canonical, digest_of
from planner.documents.public import HEADLINES, Said, codes_of, headline_figures
from planner.documents.review import circle_in_words, problems_in
from planner.documents.rows import rows_in
from planner.engine.facts import cycle_in
from planner.models import (
    MODELS,
    OWNERS,
    AlternateTitle,
    Alternative,
    CatalogueVersion,
    Claim,
    Degree,
    FieldOfStudy,
    Figure,
    Milestone,
    Mode,
    Occupation,
    Point,
    Reading,
    Release,
    Requirement,
    Role,
    SearchIndex,
    Skill,
    Source,
    Teaching,
    User,
)
from planner.models.catalogue import Thing
from planner.models.history import bulk_create, editing
from planner.search import rebuild_search

NOTE = 300  # characters; the length of a version's note


class CatalogueProblems(Exception):
    """The catalogue cannot be published, or loaded; each problem is a sentence."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


# Publishing


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What somebody looked at: the draft's digest, and what it was held against."""

    draft: str
    published: int  # the number of the version; 0 where there was none


class DraftMoved(Exception):
    """The draft, or what is published, is not what somebody has looked at."""


def publish_catalogue(
    *, note: str = "", by: User | None = None, seen: Seen | None = None
) -> CatalogueVersion:
    """Make the rows as they are now a version that never changes, and return it.

    If nothing changed since the newest version, that one is returned. Raises
    DraftMoved if it would not be what was seen, and CatalogueProblems if there is
    something that a plan could not stand on.
    """
    with _publishing():
        text = canonical(document := build_document())
        digest = digest_of(text)
        newest = CatalogueVersion.objects.current()
        _refuse_if_moved(seen, digest, newest)
        if newest is not None and newest.digest == digest:
            if not SearchIndex.objects.filter(version=newest).exists():
                rebuild_search(newest, document, _listed_titles(document))
            return newest
        if problems := problems_in(document):
            raise CatalogueProblems(problems)
        version = CatalogueVersion.objects.create(
            number=1 if newest is None else newest.number + 1,
            digest=digest,
            document=text,
            note=note,
            published_by=by,
        )
        rebuild_search(version, document, _listed_titles(document))
        return version


def index_titles() -> int:
    """Make the search of the newest version anew; return how many titles it has.

    Publishing a change does it by itself. Raises CatalogueProblems if nothing is
    published.
    """
    with _publishing():
        version = CatalogueVersion.objects.order_by("-number").first()
        if version is None:
            raise CatalogueProblems(
                [_("Nothing is published yet. Run `manage.py load_catalogue` first.")]
            )
        document = json.loads(version.document)
        return rebuild_search(version, document, _listed_titles(document))


def _listed_titles(document: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Return what public data call the occupations of the catalogue, by their codes.

    That is O*NET's titles and technologies in demand, by the code of an occupation,
    and fields of study that lead there, by the code of its group.
    """
    codes = {
        code
        for role in document["roles"]
        for code in [*role["codes"], *(each["code"] for each in role["occupations"])]
    }
    kinds = (Release.Kind.ONET, Release.Kind.CIP_SOC)
    releases = [one for one in Release.objects.in_force() if one.kind in kinds]
    readings = Reading.objects.filter(release__in=releases).order_by(
        "release__rank", "pk"
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for code, titles, technologies, fields in readings.values_list(
        "code", "facts__titles", "facts__technologies", "facts__fields"
    ):
        if code not in codes:
            continue
        names = [(title, kind) for title, kind in titles or ()]
        names += [
            (technology["name"], "technology")
            for technology in technologies or ()
            if technology["in_demand"]
        ]
        names += [
            (document["fields"][field], "field")
            for field in fields or ()
            if field in document["fields"]
        ]
        if names:
            found[code] = names
    return found


def _refuse_if_moved(
    seen: Seen | None, digest: str, newest: CatalogueVersion | None
) -> None:
    now = Seen(draft=digest, published=0 if newest is None else newest.number)
    if seen is not None and seen != now:
        raise DraftMoved


@contextmanager
def at_one_moment() -> Iterator[None]:
    """See all rows as they were at one moment, whoever saves meanwhile."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        # SQLite has taken its one write lock by now. PostgreSQL would show each
        # query the rows of its own moment.
        if connection.vendor == "postgresql" and is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


@contextmanager
def _publishing() -> Iterator[None]:
    """Be the only one who publishes or loads, and see all rows at one moment."""
    with at_one_moment():
        # The lock must come before the first query, so that who waited for another
        # sees what the other published.
        if connection.vendor == "postgresql":
            _lock(CatalogueVersion)
        yield


def _lock(model: type[models.Model], mode: str = "SHARE ROW EXCLUSIVE") -> None:
    """Let others read a table and not write it until the transaction ends."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")


def build_document() -> dict[str, Any]:
    """Copy the rows into a catalogue document, in 18 queries however many they are.

    Two more read public data, where some were imported.

    Everything is sorted here and not by the database: two databases disagree
    about the order of words.
    """
    sources = {source.pk: source for source in Source.objects.all()}
    fields = {field.pk: field for field in FieldOfStudy.objects.all()}
    degrees = {degree.pk: degree for degree in Degree.objects.all()}
    roles = {role.pk: role for role in Role.objects.all()}
    skills = {skill.pk: skill for skill in Skill.objects.all()}
    milestones = {milestone.pk: milestone for milestone in Milestone.objects.all()}
    slugs: dict[str, dict[int, str]] = {
        "source": {pk: row.slug for pk, row in sources.items()},
        "degree": {pk: row.slug for pk, row in degrees.items()},
        "role": {pk: row.slug for pk, row in roles.items()},
        "skill": {pk: row.slug for pk, row in skills.items()},
        "milestone": {pk: row.slug for pk, row in milestones.items()},
    }
    figures = list(Figure.objects.all())
    parts = _Parts(slugs, {figure.pk: figure.key for figure in figures})

    taken: dict[int, list[str]] = {}
    for link in Degree.counts_as.through.objects.all():
        taken.setdefault(link.degree_id, []).append(fields[link.fieldofstudy_id].code)
    related: dict[int, list[str]] = {}
    for tie in Role.related.through.objects.all():
        related.setdefault(tie.from_role_id, []).append(roles[tie.to_role_id].slug)

    modes = parts.by_owner(Mode.objects.all(), parts.mode)
    for alternative in sorted(Alternative.objects.all(), key=_place):
        parts.alternatives.setdefault(alternative.requirement_id, []).append(
            parts.alternative(alternative)
        )
    requires = parts.by_owner(Requirement.objects.all(), parts.requirement)
    # A teaching names a skill as well, which is not what it belongs to.
    teachers = ("degree", "role", "milestone")
    teaches = parts.by_owner(Teaching.objects.all(), parts.teaching, teachers)
    occupations = parts.by_owner(Occupation.objects.all(), parts.occupation)
    titles = parts.by_owner(AlternateTitle.objects.all(), parts.alternate_title)
    points = parts.by_owner(Point.objects.all(), parts.point)
    published_figures = parts.by_owner(figures, parts.figure)
    claims = parts.by_owner(Claim.objects.all(), parts.claim)
    public = _Public()

    def common(row: Degree | Role | Skill | Milestone, **more: Any) -> dict[str, Any]:
        owner = (str(row._meta.model_name), row.pk)
        entry = {
            "slug": row.slug,
            "title": row.title,
            "summary": row.summary,
            "position": row.position,
            "is_generated": row.is_generated,
            "requires": requires.get(owner, []),
            **{key: of.get(owner, []) for key, of in more.pop("lists").items()},
            **more,
        }
        return entry | {"sources": sorted(set(_sources_in(entry)))}

    return {
        "schema": NAME,
        "currency": "USD",
        "sources": {
            source.slug: {
                "title": source.title,
                "publisher": source.publisher,
                "url": source.url,
                "as_of": source.as_of,
                "licence": source.licence,
                "attribution": source.attribution,
                "is_judgement": source.is_judgement,
                "confidence": source.confidence,
            }
            for source in sources.values()
        },
        "fields": {field.code: field.title for field in fields.values()},
        "releases": [
            {
                "kind": release.kind,
                "edition": release.edition,
                "digest": release.digest,
                "source": release.source.slug,
                "codes": public.codes.get(release.pk, 0),
            }
            for release in public.releases
        ],
        "degrees": [
            common(
                degree,
                lists={"modes": modes, "teaches": teaches},
                level=degree.level,
                field="" if degree.field_id is None else fields[degree.field_id].code,
                counts_as=sorted(taken.get(degree.pk, [])),
                **_starting(degree),
            )
            for degree in sorted(degrees.values(), key=_place)
        ],
        "roles": [
            common(
                role,
                lists={
                    "teaches": teaches,
                    "occupations": occupations,
                    "alternate_titles": titles,
                    "points": points,
                    "figures": published_figures,
                    "claims": claims,
                },
                is_career=role.is_career,
                is_entry=role.is_entry,
                search=None
                if role.search_id is None
                else milestones[role.search_id].slug,
                search_share=_number(role.search_share),
                related=sorted(related.get(role.pk, [])),
                **public.of(role, occupations.get(("role", role.pk), [])),
            )
            for role in sorted(roles.values(), key=_place)
        ],
        "skills": [
            common(skill, lists={"modes": modes}, nature=skill.nature)
            for skill in sorted(skills.values(), key=_place)
        ],
        "milestones": [
            common(
                milestone,
                lists={"modes": modes, "teaches": teaches},
                nature=milestone.nature,
                status_note=milestone.status_note,
                is_closed=milestone.is_closed,
                **_starting(milestone),
            )
            for milestone in sorted(milestones.values(), key=_place)
        ],
    }


class _Public:
    """The releases that a version stands on, and what is copied out of them."""

    def __init__(self) -> None:
        self.releases = Release.objects.in_force()
        self.codes = dict(
            Reading.objects.filter(release__in=self.releases)
            .values_list("release")
            .annotate(models.Count("pk"))
        )
        copied = {"nem", *HEADLINES}
        by_pk = {one.pk: one for one in self.releases if one.kind in copied}
        self.said: dict[str, list[Said]] = {}
        self.matrix: dict[str, str] = {}
        readings = Reading.objects.filter(release__in=by_pk)
        for pk, code, facts in readings.order_by("pk").values_list(
            "release_id", "code", "facts"
        ):
            release = by_pk[pk]
            if release.kind == "nem":
                self.matrix[code] = facts["nem"]
            else:
                self.said.setdefault(code, []).append(release.said(code, facts))

    def of(
        self, role: Role, occupations: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]:
        """Return the codes under which a role is looked up, and its headlines."""
        codes = codes_of([each["code"] for each in occupations], self.matrix)
        said = [each for code in codes for each in self.said.get(code, ())]
        return {
            "codes": codes,
            "public_figures": headline_figures(role.slug, said),
        }


class _Parts:
    """What hangs below a thing, each as it stands in the document."""

    def __init__(
        self, slugs: Mapping[str, Mapping[int, str]], figures: Mapping[int, str]
    ) -> None:
        self.slugs = slugs
        self.figures = figures
        self.alternatives: dict[int, list[dict[str, Any]]] = {}

    def by_owner(
        self, rows: Any, copy: Any, kinds: Sequence[str] = OWNERS
    ) -> dict[tuple[str, int], list[Any]]:
        """Return the copies of rows, in their order, by the thing they belong to."""
        found: dict[tuple[str, int], list[Any]] = {}
        for row in sorted(rows, key=_place):
            for kind in kinds:
                owner_id = getattr(row, f"{kind}_id", None)
                if owner_id is not None:
                    found.setdefault((kind, owner_id), []).append(copy(row))
                    break
        return found

    def source(self, pk: int) -> str:
        return self.slugs["source"][pk]

    def mode(self, row: Mode) -> dict[str, Any]:
        return {
            "key": row.key,
            "position": row.position,
            "name": row.name,
            "takes": {
                "low": _number(row.low),
                "likely": _number(row.likely),
                "high": _number(row.high),
                "unit": row.unit,
            },
            "hours_per_week": _number(row.hours_per_week),
            "is_main": row.is_main,
            "is_academic": row.is_academic,
            "source": self.source(row.source_id),
            "cost": None
            if row.cost_source_id is None
            else {
                "amount": _number(row.cost),
                "per": row.cost_per,
                "source": self.source(row.cost_source_id),
            },
        }

    def requirement(self, row: Requirement) -> dict[str, Any]:
        return {
            "key": row.key,
            "position": row.position,
            "text": row.text,
            "strength": row.strength,
            "scope": row.scope,
            "source": self.source(row.source_id),
            "alternatives": self.alternatives.get(row.pk, []),
        }

    def alternative(self, row: Alternative) -> dict[str, Any]:
        thing = None
        for kind in OWNERS:
            if (pk := getattr(row, f"{kind}_id")) is not None:
                thing = f"{kind}:{self.slugs[kind][pk]}"
        return {
            "key": row.key,
            "position": row.position,
            "thing": thing,
            "level": row.level or None,
            "share": _number(row.share),
            "months": None
            if row.months_likely is None
            else {
                "low": _number(row.months_low),
                "likely": _number(row.months_likely),
                "high": _number(row.months_high),
            },
        }

    def teaching(self, row: Teaching) -> dict[str, Any]:
        return {
            "key": row.key,
            "skill": self.slugs["skill"][row.skill_id],
            "is_full": row.is_full,
            "source": self.source(row.source_id),
        }

    def occupation(self, row: Occupation) -> dict[str, Any]:
        return {
            "code": row.code,
            "title": row.title,
            "source": self.source(row.source_id),
            "note": row.note,
        }

    def alternate_title(self, row: AlternateTitle) -> dict[str, Any]:
        return {"title": row.title, "source": self.source(row.source_id)}

    def point(self, row: Point) -> dict[str, Any]:
        return {
            "key": row.key,
            "position": row.position,
            "nature": row.nature,
            "text": row.text,
            "source": self.source(row.source_id),
        }

    def figure(self, row: Figure) -> dict[str, Any]:
        return {
            "key": row.key,
            "position": row.position,
            "measure": row.measure,
            "value": _number(row.value),
            "text": row.text,
            "unit": row.unit,
            "as_of": row.as_of,
            "soc_code": row.soc_code,
            "source": self.source(row.source_id),
            "cell": row.cell,
            "note": row.note,
        }

    def claim(self, row: Claim) -> dict[str, Any]:
        return {
            "key": row.key,
            "position": row.position,
            "states": row.states,
            "article": self.source(row.article_id),
            "finding": row.finding,
            "verdict": row.verdict,
            "figure": None if row.figure_id is None else self.figures[row.figure_id],
            "today": None if row.today_id is None else self.figures[row.today_id],
        }


def _place(row: Any) -> tuple[int, str]:
    """Return where a row stands among its like: by position, then by its key."""
    return getattr(row, "position", 0), getattr(row, row.key_fields[-1])


def _number(value: Decimal | None) -> int | float | None:
    """Return 4 for 4.00, so that the same number is the same text everywhere."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _starting(row: Degree | Milestone) -> dict[str, Any]:
    return {
        "starts": row.starts,
        # Days that an editor left there count for nothing, and are kept all the same.
        "window": {"from": row.window_from, "to": row.window_to}
        if row.window_from or row.window_to
        else None,
    }


def _sources_in(entry: Any) -> Iterator[str]:
    """Yield the slug of every source that a part of the document names."""
    if isinstance(entry, dict):
        for key, value in entry.items():
            if key in {"source", "article"}:
                yield value
            else:
                yield from _sources_in(value)
    elif isinstance(entry, list):
        for part in entry:
            yield from _sources_in(part)


# Loading what is shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What loading did, in rows."""

    added: int
    changed: int
    removed: int
    unchanged: int


def has_rows() -> bool:
    """Say whether anything is in the catalogue that editors curate.

    A source that only releases of public data name is no work of theirs.
    """
    if Source.objects.filter(releases__isnull=True).exists():
        return True
    return any(model._default_manager.exists() for model in MODELS if model != Source)


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """Load and publish as one: both happen, or neither does."""
    with _publishing():
        yield


def load_rows(paths: Sequence[Path], *, why: str = "The shipped catalogue.") -> Loaded:
    """Make the catalogue what the files say, in one transaction.

    The files are Django fixtures by natural key, in any order. A row that says the
    same already is left alone; a row that no file has is removed. Raises
    CatalogueProblems, with the file and the number of each row that cannot be
    stored. In the history of each row that it changes stands why.
    """
    with _publishing(), editing(why=why):
        return _make_rows(_entries(paths))


def _make_rows(entries: Mapping[Model, Sequence[_Entry]]) -> Loaded:
    """Make the catalogue what the entries say, within the transaction that runs."""
    loading = _Loading()
    for model in MODELS:
        loading.store(model, entries[model])
    for model in MODELS:  # later: a career may be related to one further down
        for field in model._meta.many_to_many:
            loading.link(model, field.name)
    if loading.problems:
        raise CatalogueProblems(loading.problems)
    removed = 0
    for model in reversed(MODELS):
        stale = set(model._default_manager.values_list("pk", flat=True))
        stale -= {row.pk for row in loading.rows[model].values()}
        if model is Source:
            # Public data that was read goes on naming where it came from.
            stale -= set(Release.objects.values_list("source_id", flat=True))
        removed += len(stale)
        gone = sorted(stale)
        for start in range(0, len(gone), 500):  # SQLite takes no list of any length
            some = gone[start : start + 500]
            model._default_manager.filter(pk__in=some).delete()
    total = sum(len(rows) for rows in loading.rows.values())
    added, changed = len(loading.added), len(loading.changed)
    return Loaded(
        added=added,
        changed=changed,
        removed=removed,
        unchanged=total - added - changed,
    )


Model = type[models.Model]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row as a file has it, and where it stands."""

    where: str
    fields: dict[str, Any]


def _entries(paths: Sequence[Path]) -> dict[Model, list[_Entry]]:
    """Return the rows of all files by their model, each in the order of the files."""
    labels: dict[str, Model] = {model._meta.label_lower: model for model in MODELS}
    found: dict[Model, list[_Entry]] = {model: [] for model in MODELS}
    problems: list[str] = []
    for path in sorted(paths, key=lambda path: path.name):
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:  # the message tells line and column
            problems.append(f"{path.name}: {error}")
            continue
        for number, row in enumerate(rows, start=1):
            where = f"{path.name}, row {number}"
            model = labels.get(str(row.get("model", "")).lower())
            if model is None:
                problems.append(
                    f"{where}: {row.get('model')!r} is no part of the catalogue."
                )
            else:
                found[model].append(_Entry(where, row["fields"]))
    if problems:
        raise CatalogueProblems(problems)
    return found


class _Loading:
    """The rows stored so far, by natural key, and what is wrong with the others.

    Django's own loader asks the database for every key in every row, which takes
    most of a minute for the fields of study alone.
    """

    def __init__(self, *, among_others: bool = False) -> None:
        # Rows that are stored already may be named, though no file has them.
        self.among_others = among_others
        self.rows: dict[Model, dict[Key, Any]] = {}
        self.many: dict[Model, dict[Key, dict[str, Any]]] = {}
        self.seen: set[tuple[Model, Key]] = set()
        self.added: set[tuple[Model, Key]] = set()
        self.changed: set[tuple[Model, Key]] = set()
        self.failed: set[tuple[Model, Key]] = set()
        self.problems: list[str] = []

    def store(self, model: Any, entries: Sequence[_Entry]) -> None:
        """Store the rows of one model; those that it names are stored already."""
        parents = {name.split("__")[0] for name in model.key_fields if "__" in name}
        before = {
            row.natural_key(): row
            for row in model._default_manager.select_related(*parents)
        }
        self.rows[model] = dict(before) if self.among_others else {}
        self.many[model] = {}
        new: list[tuple[str, Any]] = []
        for entry in entries:
            try:
                row = self._read(model, entry.fields)
            except _NamesWhatFailed:
                # One sentence for each mistake, and none for all that follows.
                names = model.key_fields
                self.failed.add((model, tuple(str(entry.fields.get(n)) for n in names)))
                continue
            except ValidationError as error:
                names = model.key_fields
                self.failed.add((model, tuple(str(entry.fields.get(n)) for n in names)))
                self._refuse(entry.where, error)
                continue
            key = row.natural_key()
            if (model, key) in self.seen:
                self._refuse(
                    entry.where, ValidationError(_("This row is there twice."))
                )
                continue
            self.seen.add((model, key))
            was = before.get(key)
            self.rows[model][key] = row
            if was is not None:
                row.pk = was.pk
                row.version = was.version
                if isinstance(row, Thing):
                    row.generated_as = was.generated_as
                row._state.adding = False
            if was is None or _values(was) != _values(row):
                try:
                    _check(row)
                    if was is None:
                        new.append((entry.where, row))
                        self.added.add((model, key))
                    else:
                        row.version += 1
                        row.validate_constraints()
                        row.save()
                        self.changed.add((model, key))
                except ValidationError as error:
                    self.failed.add((model, key))
                    self._refuse(entry.where, error)
        self._create(model, new)

    def link(self, model: Any, name: str) -> None:
        """Make the many-to-many rows of a model those that the files name."""
        field = model._meta.get_field(name)
        through = field.remote_field.through
        own, other = field.m2m_column_name(), field.m2m_reverse_name()
        linked: dict[int, set[int]] = {}
        for pk, other_pk in through._default_manager.values_list(own, other):
            linked.setdefault(pk, set()).add(other_pk)
        for key, row in self.rows[model].items():
            if (model, key) in self.failed or key not in self.many[model]:
                continue
            try:
                wanted = [
                    self._find(field.related_model, one).pk
                    for one in self.many[model][key].get(name, [])
                ]
            except _NamesWhatFailed:
                continue
            except ValidationError as error:
                self._refuse(f"{model._meta.verbose_name} {row}", error)
                continue
            if set(wanted) == linked.get(row.pk, set()):
                continue
            if not {(model, key)} & (self.added | self.changed):
                self.changed.add((model, key))
                row.version += 1
                model._default_manager.filter(pk=row.pk).update(version=row.version)
            getattr(row, name).set(wanted)

    def _read(self, model: Any, fields: Mapping[str, Any]) -> Any:
        row = model()
        many: dict[str, Any] = {}
        for name, value in fields.items():
            try:
                field = model._meta.get_field(name)
            except FieldDoesNotExist as error:
                raise ValidationError(
                    _("There is no field %(name)s."), params={"name": name}
                ) from error
            if name == "version":
                continue  # counts the edits in this database, not in another
            if field.many_to_many:
                many[name] = value
            elif field.remote_field is not None:
                other = (
                    None if value is None else self._find(field.related_model, value)
                )
                setattr(row, name, other)
            else:
                setattr(row, name, field.to_python(value))
        key = self._key_of(model, row)
        self.many[model][key] = many
        if isinstance(row, Degree):
            row.chosen_counts_as = [
                self._find(FieldOfStudy, one) for one in many.get("counts_as", [])
            ]
        return row

    def _key_of(self, model: Any, row: Any) -> Key:
        try:
            return cast(Key, row.natural_key())
        except ObjectDoesNotExist as error:
            raise ValidationError(
                _("The row does not say what it belongs to.")
            ) from error

    def _find(self, model: Any, key: Any) -> Any:
        """Return the row with a natural key, which a file writes as a list."""
        wanted = tuple(str(part) for part in key) if isinstance(key, list) else key
        if (model, wanted) in self.failed:
            raise _NamesWhatFailed
        try:
            return self.rows[model][wanted]
        except (KeyError, TypeError) as error:
            raise ValidationError(
                _("There is no %(kind)s %(key)s."),
                params={"kind": model._meta.verbose_name, "key": key},
            ) from error

    def _create(self, model: Any, new: Sequence[tuple[str, Any]]) -> None:
        try:
            with transaction.atomic():
                bulk_create(model, [row for _where, row in new])
        except DatabaseError as error:
            # The database refused one of them: ask each by itself which it is.
            found = len(self.problems)
            for where, row in new:
                self.failed.add((model, row.natural_key()))
                try:
                    row.full_clean(validate_unique=True)
                except ValidationError as refused:
                    self._refuse(where, refused)
            if len(self.problems) == found:
                self.problems.append(f"{model._meta.verbose_name}: {error}")

    def _refuse(self, where: str, error: ValidationError) -> None:
        self.problems += [f"{where}: {message}" for message in error.messages]


class _NamesWhatFailed(Exception):
    """A row names another that could not be stored, and for which that is said."""


def _check(row: models.Model) -> None:
    """Check a row by itself; what it names was looked up already."""
    row.clean_fields(
        exclude={f.name for f in row._meta.concrete_fields if f.remote_field}
    )
    row.clean()


def _values(row: models.Model) -> dict[str, Any]:
    # A fixture may say "0.9" where the database says 0.90: both become numbers.
    return {
        field.attname: field.to_python(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.name not in {"version", "generated_as"}
    }


# Going back

PATIENCE = "300ms"  # shorter than PostgreSQL waits before it looks for a deadlock


def revert_catalogue(
    version: CatalogueVersion,
    *,
    why: str,
    by: User | None = None,
    seen: Seen | None = None,
) -> CatalogueVersion:
    """Make the rows what a version says, and publish them as a new version.

    Both happen, or neither does. What editors changed since is gone from the rows,
    but for sources that public data stands on; no version is ever removed. Raises
    DraftMoved if the draft is not what was seen, or if somebody is saving just now,
    and CatalogueProblems if the version cannot be gone back to.
    """
    document = json.loads(version.document)
    try:
        with _publishing():
            _keep_editors_waiting()
            if seen is not None:
                digest = digest_of(canonical(build_document()))
                _refuse_if_moved(seen, digest, CatalogueVersion.objects.current())
            note = _("Back to version %(number)s: %(why)s")
            words = (note % {"number": version.number, "why": why})[:NOTE]
            with editing(user=by, why=words):
                restore_rows(document)
            return publish_catalogue(note=words, by=by)
    except models.ProtectedError as error:
        names = ", ".join(sorted(str(row) for row in error.protected_objects)[:5])
        words = _("The version has no row for what these name: %(names)s.")
        raise CatalogueProblems([words % {"names": names}]) from error
    except (IntegrityError, OperationalError) as error:
        # An editor saved the same row meanwhile, or is about to: theirs stays.
        raise DraftMoved from error


def restore_rows(document: Mapping[str, Any]) -> Loaded:
    """Make the rows those that a document was built from, all or none.

    Sources that public data stands on stay, whatever the document says. Raises
    CatalogueProblems if rows cannot be made from it.
    """
    with _publishing():
        loaded = _make_rows(_entries_of(document))
        _use_releases(document["releases"])
        return loaded


def _use_releases(pinned: Sequence[Mapping[str, Any]]) -> None:
    """Set aside what was imported after the releases that a version stands on."""
    digests = {release["digest"] for release in pinned}
    ranks: dict[str, str] = {}
    for release in Release.objects.filter(digest__in=digests):
        ranks[release.kind] = max(ranks.get(release.kind, ""), release.rank)
    for release in Release.objects.all():
        is_used = release.digest in digests or release.rank < ranks.get(
            release.kind, ""
        )
        if release.is_used != is_used:
            release.is_used = is_used
            release.save(update_fields=["is_used"])


def _keep_editors_waiting() -> None:
    """Let nobody else save until the transaction ends; who is saving now goes first.

    An editor's page looks up its rows once more when this is over, so that it is
    refused as by any other edit, with what was typed still in it.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        for model in MODELS:
            _lock(model, "EXCLUSIVE")


def _entries_of(document: Mapping[str, Any]) -> dict[Model, list[_Entry]]:
    labels: dict[str, Model] = {model._meta.label_lower: model for model in MODELS}
    found: dict[Model, list[_Entry]] = {model: [] for model in MODELS}
    try:
        for row in rows_in(document):
            model, fields = labels[row["model"]], row["fields"]
            name = fields.get("key") or fields.get("slug") or fields.get("code")
            where = f"{model._meta.verbose_name} {name or fields['title']}"
            found[model].append(_Entry(where, fields))
    except ValueError as error:
        raise CatalogueProblems([str(error)]) from error
    return found


# Editing without circles

Node = tuple[str, int]  # the kind of a thing, and its primary key


@dataclass(slots=True, kw_only=True)
class Needs:
    """Who needs what, as rows say it; an editor's change is tried on it first."""

    ways: dict[int, tuple[Node, list[Node | str]]]  # by requirement; str: any of level
    searches: dict[Node, Node]
    levels: dict[Node, str]

    def circle_through(self, start: Node) -> list[Node]:
        """Return the shortest circle from a thing back to itself, or an empty list."""
        came_from: dict[Node, Node] = {}
        todo = [start]
        for node in todo:  # the list grows while it is read: nearest first
            for needed in self._needed_by(node):
                if needed == start:
                    path = [start, node]
                    while path[-1] != start:
                        path.append(came_from[path[-1]])
                    return path[::-1] if node != start else [start, start]
                if needed not in came_from:
                    came_from[needed] = node
                    todo.append(needed)
        return []

    def graph(self) -> dict[str, list[str]]:
        """Return what each thing needs, by names such as `skill:12`."""
        found: dict[str, list[str]] = {}
        for owner, ways in self.ways.values():
            listed = found.setdefault(_name(owner), [])
            for way in ways:
                listed += [_name(node) for node in self._meant_by(way)]
        for node, search in self.searches.items():
            found.setdefault(_name(node), []).append(_name(search))
        return found

    def _meant_by(self, way: Node | str) -> Iterator[Node]:
        if isinstance(way, str):
            yield from (d for d, level in self.levels.items() if level == way)
        else:
            yield way

    def _needed_by(self, node: Node) -> Iterator[Node]:
        for owner, ways in self.ways.values():
            if owner != node:
                continue
            for way in ways:
                yield from self._meant_by(way)
        if node in self.searches:
            yield self.searches[node]


def _name(node: Node) -> str:
    kind, pk = node
    return f"{kind}:{pk}"


def read_needs() -> Needs:
    """Return who needs what, in three queries; nobody else can change it meanwhile.

    Must be called in the transaction that saves: two editors who each add one half
    of a circle would otherwise both be let through.
    """
    hold_needs()
    ways: dict[int, tuple[Node, list[Node | str]]] = {}
    for row in Alternative.objects.select_related("requirement").order_by("pk"):
        owner = node_of(row.requirement)
        if owner is not None:
            ways.setdefault(row.requirement_id, (owner, []))[1].append(
                node_of(row) or row.level
            )
    return Needs(
        ways=ways,
        searches={
            ("role", pk): ("milestone", search_id)
            for pk, search_id in Role.objects.filter(search__isnull=False).values_list(
                "pk", "search_id"
            )
        },
        levels={
            ("degree", pk): level
            for pk, level in Degree.objects.filter(is_generated=False).values_list(
                "pk", "level"
            )
        },
    )


def hold_needs() -> None:
    """Let nobody else change who needs what until the transaction ends.

    Who writes first and asks later would wait for another who does the same.
    """
    if connection.vendor == "postgresql":
        _lock(Alternative)


def node_of(row: Requirement | Alternative) -> Node | None:
    """Return the thing that a requirement belongs to, or that an alternative names."""
    for kind in OWNERS:
        if (pk := getattr(row, f"{kind}_id")) is not None:
            return kind, pk
    return None


def refuse_circle(needs: Needs, start: Node) -> None:
    """Raise ValidationError, with the circle in words, if one goes through a thing."""
    if circle := needs.circle_through(start):
        _refuse_circle(circle)


def refuse_circles(needs: Needs) -> None:
    """Raise ValidationError, with the circle in words, if there is one anywhere."""
    if circle := cycle_in(needs.graph()):
        nodes = [name.split(":") for name in circle]
        _refuse_circle([(kind, int(pk)) for kind, pk in nodes])


def _refuse_circle(circle: Sequence[Node]) -> None:
    kinds = {"degree": Degree, "role": Role, "skill": Skill, "milestone": Milestone}
    titles = [str(kinds[kind]._default_manager.get(pk=pk)) for kind, pk in circle]
    raise ValidationError(
        _("This would make a circle: %(circle)s. Nobody could ever begin."),
        params={"circle": circle_in_words(titles)},
        code="circle",
    )
