"""What editors curate: degrees, roles, skills, milestones, and what each takes.

Every row has a stable natural key, so that fixtures, imports and published
versions can name it. Relations to "any of the four kinds" are explicit foreign
keys, of which a check constraint lets exactly one be set.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from planner.models.history import History

Row = TypeVar("Row", bound="NaturalKeyModel")

# Fields that the database counts or compares by itself; no editor reads or writes them.
KEPT_ALONG = frozenset({"version", "generated_as"})


class NaturalKeyManager(models.Manager[Row]):
    """Finds rows by their natural key, which the model names in `key_fields`."""

    def get_by_natural_key(self, *key: str) -> Row:
        return self.get(**dict(zip(self.model.key_fields, key, strict=True)))


class NaturalKeyModel(models.Model):
    """A row with a stable natural key and a version that two tabs can compare.

    Fixtures name rows by it, so the same facts load into any database. What a key
    names by a foreign key is sorted before it when rows are dumped: Django follows
    the foreign keys of models that have natural keys by itself.
    """

    key_fields: ClassVar[tuple[str, ...]] = ("slug",)

    version = models.PositiveIntegerField(
        _("version"),
        default=1,
        editable=False,
        help_text=_(
            "Counts the edits, so that two open tabs cannot overwrite each other."
        ),
    )

    objects: ClassVar[NaturalKeyManager[Self]] = NaturalKeyManager()
    history: ClassVar[Any] = History(inherit=True)

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[str, ...]:
        key: list[str] = []
        for name in self.key_fields:
            value: object = self
            for part in name.split("__"):
                value = getattr(value, part)
            key.append(str(value))
        return tuple(key)


def exactly_one(*names: str) -> Q:
    """Return the condition that exactly one of these foreign keys is set."""
    condition = Q()
    for chosen in names:
        condition |= Q(
            **{f"{name}__isnull": name != chosen for name in names},
        )
    return condition


Node = tuple[str, int]  # the kind of a thing, and its primary key


def node_of(row: models.Model) -> Node | None:
    """Return the thing that a row belongs to, or that an alternative names.

    A teaching names a skill as well, which is not what it belongs to: so the skill is
    asked for last.
    """
    for kind in ("degree", "role", "milestone", "skill"):
        if (pk := getattr(row, f"{kind}_id", None)) is not None:
            return kind, pk
    return None


def first_set(row: models.Model, names: Iterable[str]) -> Thing | None:
    """Return what the first of these foreign keys that is set points to."""
    for name in names:
        if getattr(row, f"{name}_id") is not None or row._state.fields_cache.get(name):
            thing: Thing = getattr(row, name)
            return thing
    return None


def key_for(owner: models.Model | None, *words: str) -> str:
    """Return a key made of the slug of the owner and some words, at most 150 long."""
    parts = [getattr(owner, "slug", ""), *(slugify(word) for word in words)]
    return "-".join(part for part in parts if part)[:150].strip("-")


cip_code = RegexValidator(
    r"^\d{2}(\.\d{2}(\d{2})?)?$",
    _("A CIP code reads 11, 11.07 or 11.0701."),
)


class Source(NaturalKeyModel):
    """Where a figure comes from. Nothing is published without one."""

    slug = models.SlugField(
        _("slug"),
        max_length=80,
        unique=True,
        help_text=_("A short name in kebab case, such as bls-oews-2025."),
    )
    title = models.CharField(
        _("title"), max_length=200, help_text=_("As the publisher calls it.")
    )
    publisher = models.CharField(
        _("publisher"),
        max_length=200,
        help_text=_("Who stands behind the figures, such as an office or a journal."),
    )
    url = models.URLField(
        _("address"),
        max_length=500,
        blank=True,
        help_text=_("Where it can be read. A primary source needs one."),
    )
    as_of = models.CharField(
        _("as of"),
        max_length=60,
        help_text=_(
            "The date or period that the figures speak of, such as “May 2025”."
        ),
    )
    licence = models.CharField(
        _("licence"),
        max_length=200,
        help_text=_("What we may do with it, such as “public domain” or “CC BY 4.0”."),
    )
    attribution = models.TextField(
        _("attribution"),
        blank=True,
        help_text=_("The line that the licence asks us to show."),
    )
    is_judgement = models.BooleanField(
        _("editors’ judgement"),
        default=False,
        help_text=_("An estimate of our own editors; it is shown as such."),
    )
    confidence = models.CharField(
        _("confidence"),
        max_length=12,
        choices=[
            ("primary", _("read at the primary source")),
            ("secondary", _("read in a secondary source")),
            ("judgement", _("editors’ judgement")),
        ],
        default="primary",
        help_text=_("How near to the source somebody read the figures."),
    )

    class Meta:
        ordering = ["title", "slug"]

    def __str__(self) -> str:
        return f"{self.title} ({self.as_of})"

    def clean(self) -> None:
        """Refuse a figure's own source if nobody could look it up.

        An article may have reached us without its address; who cites it says so.
        """
        super().clean()
        if not self.url and self.confidence == "primary":
            raise ValidationError(
                {
                    "url": _(
                        "Give the address at which the figures were read, or say "
                        "that it is a secondary source or editors’ judgement."
                    )
                }
            )


class FieldOfStudy(NaturalKeyModel):
    """A field of study of the Classification of Instructional Programs (CIP 2020)."""

    key_fields: ClassVar[tuple[str, ...]] = ("code",)

    code = models.CharField(
        _("CIP code"),
        max_length=7,
        unique=True,
        validators=[cip_code],
        help_text=_("Of 2, 4 or 6 digits: 11, 11.07 or 11.0701."),
    )
    title = models.CharField(
        _("title"), max_length=200, help_text=_("As CIP 2020 words it.")
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("field of study")
        verbose_name_plural = _("fields of study")

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Thing(NaturalKeyModel):
    """What degrees, roles, skills and milestones have in common."""

    slug = models.SlugField(
        _("slug"),
        max_length=80,
        unique=True,
        help_text=_(
            "The plain English name in kebab case. Plans name it: never change it."
        ),
    )
    title = models.CharField(
        _("title"), max_length=200, help_text=_("As students read it.")
    )
    summary = models.TextField(
        _("what to do"), blank=True, help_text=_("A sentence or two, in plain words.")
    )
    position = models.PositiveSmallIntegerField(
        _("position"),
        default=100,
        help_text=_(
            "Where two things serve equally well, the lower number is planned."
        ),
    )
    is_generated = models.BooleanField(
        _("made from public data, not yet reviewed"),
        default=False,
        help_text=_(
            "Pages and plans say so. Take it away once you have read all of it."
        ),
    )

    # Of all its rows as they were made; they differ once an editor changed one.
    generated_as = models.CharField(
        _("SHA-256 as made"), max_length=64, blank=True, editable=False
    )

    class Meta:
        abstract = True
        ordering = ["title", "slug"]

    def __str__(self) -> str:
        return self.title

    @property
    def thing_id(self) -> str:
        """The name that plans and published versions use, such as `skill:python`."""
        return f"{self._meta.model_name}:{self.slug}"


class StartsMixin(models.Model):
    """When in a year a thing may begin."""

    class Starts(models.TextChoices):
        ANY = "any", _("any week")
        TERM = "term", _("at an academic term")
        WINDOW = "window", _("inside a yearly window")

    starts = models.CharField(
        _("may start"),
        max_length=8,
        choices=Starts.choices,
        default=Starts.ANY,
        help_text=_("For a yearly window, give its first and last day below."),
    )
    window_from = models.CharField(
        _("window from"),
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^\d\d-\d\d$", _("Month and day, such as 06-01."))],
        help_text=_("Month and day, such as 06-01."),
    )
    window_to = models.CharField(
        _("window to"),
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^\d\d-\d\d$", _("Month and day, such as 08-31."))],
        help_text=_("Month and day, such as 08-31."),
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse a window with a day that not every year has."""
        super().clean()
        wrong = {
            name: gettext("No year has this day each time: %(day)s.") % {"day": day}
            for name in ("window_from", "window_to")
            if (day := getattr(self, name)) and not _is_day_of_every_year(day)
        }
        if wrong:
            raise ValidationError(wrong)


def _is_day_of_every_year(text: str) -> bool:
    try:
        # 2001 is no leap year, so 29 February is refused as well.
        date.fromisoformat(f"2001-{text}")
    except ValueError:
        return False
    return True


class Degree(StartsMixin, Thing):
    """A level of education in a field."""

    class Level(models.TextChoices):
        HIGH_SCHOOL = "high-school", _("high school diploma")
        CERTIFICATE = "certificate", _("certificate")
        ASSOCIATE = "associate", _("associate’s degree")
        BACHELOR = "bachelor", _("bachelor’s degree")
        MASTER = "master", _("master’s degree")
        DOCTORATE = "doctorate", _("doctorate")

    level = models.CharField(
        _("level"),
        max_length=12,
        choices=Level.choices,
        help_text=_("A higher degree in a field that is taken counts as well."),
    )
    field = models.ForeignKey(
        FieldOfStudy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="degrees",
        verbose_name=_("field of study"),
        help_text=_(
            "Empty for a high school diploma, and where the title says “any field”."
        ),
    )
    counts_as = models.ManyToManyField(
        FieldOfStudy,
        blank=True,
        related_name="counted_by",
        verbose_name=_("also taken"),
        help_text=_(
            "Further CIP codes, of 2, 4 or 6 digits, that are taken for this degree."
        ),
    )

    _history_m2m_fields: ClassVar[tuple[str, ...]] = ("counts_as",)

    class Meta(Thing.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(level="high-school")
                | Q(field__isnull=False)
                | Q(title__contains="any field"),
                name="degree_has_field",
                violation_error_message=_(
                    "Give the field of study, or say “any field” in the title."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(starts="window") | (~Q(window_from="") & ~Q(window_to="")),
                name="degree_window_has_days",
                violation_error_message=_(
                    "A yearly window needs its first and last day."
                ),
            ),
        ]

    # A form puts here what was chosen as `counts_as`, which is not saved yet.
    chosen_counts_as: Iterable[FieldOfStudy] | None = None

    def clean(self) -> None:
        """Refuse further fields where there is no first one, or that repeat it."""
        super().clean()
        further = self.chosen_counts_as
        if further is None:
            further = [] if self._state.adding else self.counts_as.all()
        codes = {field.code for field in further}
        if codes and self.field is None:
            raise ValidationError(
                _("A degree without a field of study takes every field already.")
            )
        if self.field is not None and self.field.code in codes:
            raise ValidationError(
                _("“Also taken” repeats the field of study: %(code)s."),
                params={"code": self.field.code},
            )


class Skill(Thing):
    """Something one knows or can do."""

    class Nature(models.TextChoices):
        KNOWLEDGE = "knowledge", _("knowledge")
        LANGUAGE = "language", _("language")
        TOOL = "tool", _("tool")
        PRACTICE = "practice", _("practice")

    nature = models.CharField(
        _("what it is"),
        max_length=10,
        choices=Nature.choices,
        default=Nature.KNOWLEDGE,
        help_text=_("Pages group skills by it."),
    )


class Milestone(StartsMixin, Thing):
    """Every other dated thing."""

    class Nature(models.TextChoices):
        INTERNSHIP = "internship", _("internship")
        PROJECT = "project", _("project or portfolio")
        CERTIFICATION = "certification", _("certification")
        COURSE = "course", _("course or bootcamp")
        EXAM = "exam", _("exam")
        SEARCH = "search", _("job search")

    nature = models.CharField(
        _("what it is"),
        max_length=14,
        choices=Nature.choices,
        default=Nature.PROJECT,
        help_text=_("An internship is work; a full-time course is study."),
    )
    status_note = models.CharField(
        _("status"),
        max_length=200,
        blank=True,
        help_text=_(
            "For certifications: whether it can still be taken, and as of when."
        ),
    )
    is_closed = models.BooleanField(
        _("closed"),
        default=False,
        help_text=_("Can no longer be taken; it is never planned."),
    )

    class Meta(Thing.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(starts="window") | (~Q(window_from="") & ~Q(window_to="")),
                name="milestone_window_has_days",
                violation_error_message=_(
                    "A yearly window needs its first and last day."
                ),
            ),
        ]


class Role(Thing):
    """A job one can hold: an entry-level role, a target career, or both."""

    is_career = models.BooleanField(
        _("career"), default=False, help_text=_("Can be planned for, and has a page.")
    )
    is_entry = models.BooleanField(
        _("entry-level role"),
        default=False,
        help_text=_("Serves as a step on the way."),
    )
    search = models.ForeignKey(
        Milestone,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("job search"),
        help_text=_("The milestone by which one gets hired."),
    )
    search_share = models.DecimalField(
        _("search may begin at"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.9"),
        validators=[MinValueValidator(Decimal("0.05")), MaxValueValidator(Decimal(1))],
        help_text=_(
            "The share of everything else that must be done first, such as 0.9."
        ),
    )
    related = models.ManyToManyField(
        "self",
        blank=True,
        symmetrical=False,
        verbose_name=_("related careers"),
        help_text=_("Shown on the page of the career."),
    )

    _history_m2m_fields: ClassVar[tuple[str, ...]] = ("related",)

    class Meta(Thing.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(search_share__gt=0, search_share__lte=1),
                name="role_search_share_is_a_share",
                violation_error_message=_("A share lies above 0 and up to 1."),
            ),
        ]


class Occupation(NaturalKeyModel):
    """An O*NET-SOC or SOC code that a role belongs to."""

    key_fields: ClassVar[tuple[str, ...]] = ("role__slug", "code")

    role = models.ForeignKey(Role, models.CASCADE, related_name="occupations")
    code = models.CharField(
        _("O*NET-SOC code"),
        max_length=10,
        validators=[
            RegexValidator(
                r"^\d\d-\d{4}(\.\d\d)?$",
                _("A code reads 15-2051.00, or 15-2051 for a SOC code."),
            )
        ],
        help_text=_("Such as 15-2051.00, or 15-2051 for a SOC code."),
    )
    title = models.CharField(
        _("official title"), max_length=200, help_text=_("As O*NET or BLS words it.")
    )
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="+", verbose_name=_("source")
    )
    note = models.CharField(
        _("note"),
        max_length=300,
        blank=True,
        help_text=_("Shown beside the code, such as “one of three that come near”."),
    )

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["role", "code"],
                name="occupation_once_a_role",
                violation_error_message=_("The role has this code already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class AlternateTitle(NaturalKeyModel):
    """Another name that people search a role by."""

    key_fields: ClassVar[tuple[str, ...]] = ("role__slug", "title")

    role = models.ForeignKey(Role, models.CASCADE, related_name="alternate_titles")
    title = models.CharField(
        _("title"), max_length=200, help_text=_("Such as “ML engineer”.")
    )
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="+", verbose_name=_("source")
    )

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["role", "title"],
                name="alternate_title_once_a_role",
                violation_error_message=_("The role has this title already."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Mode(NaturalKeyModel):
    """One way to do a degree, skill or milestone, and how long it takes."""

    key_fields: ClassVar[tuple[str, ...]] = ("key",)

    class Unit(models.TextChoices):
        YEARS = "years", _("years")
        MONTHS = "months", _("months")
        WEEKS = "weeks", _("weeks")
        HOURS = "hours", _("hours of effort")

    class Per(models.TextChoices):
        YEAR = "year", _("a year")
        WHOLE = "whole", _("altogether")

    key = models.SlugField(
        _("key"),
        max_length=160,
        unique=True,
        help_text=_("Owner and name, such as bachelor-computer-science-full-time."),
    )
    degree = models.ForeignKey(
        Degree, models.CASCADE, null=True, blank=True, related_name="modes"
    )
    skill = models.ForeignKey(
        Skill, models.CASCADE, null=True, blank=True, related_name="modes"
    )
    milestone = models.ForeignKey(
        Milestone, models.CASCADE, null=True, blank=True, related_name="modes"
    )
    name = models.CharField(
        _("name"), max_length=60, help_text=_("Such as “full-time”.")
    )
    low = models.DecimalField(
        _("low"), max_digits=7, decimal_places=2, help_text=_("When all goes well.")
    )
    likely = models.DecimalField(
        _("likely"), max_digits=7, decimal_places=2, help_text=_("What most need.")
    )
    high = models.DecimalField(
        _("high"), max_digits=7, decimal_places=2, help_text=_("When little goes well.")
    )
    unit = models.CharField(
        _("unit"),
        max_length=6,
        choices=Unit.choices,
        help_text=_(
            "Hours are effort: the weeks follow from the student’s free hours."
        ),
    )
    hours_per_week = models.DecimalField(
        _("hours a week"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_(
            "Empty for effort, which goes as fast as the student’s free hours allow."
        ),
    )
    is_main = models.BooleanField(
        _("main occupation"),
        default=False,
        help_text=_("Takes the place of a full-time job while it lasts."),
    )
    is_academic = models.BooleanField(
        _("in term only"), default=False, help_text=_("Summers are free.")
    )
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        related_name="+",
        verbose_name=_("source of the duration"),
        help_text=_("Who says so; editors’ judgement where nobody does."),
    )
    cost = models.DecimalField(
        _("cost in US dollars"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Only where a source says so; else the student enters their own."),
    )
    cost_per = models.CharField(
        _("cost per"),
        max_length=5,
        choices=Per.choices,
        blank=True,
        help_text=_("What the cost is for."),
    )
    cost_source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source of the cost"),
        help_text=_("Needed where there is a cost."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=1, help_text=_("The lower number comes first.")
    )

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("degree", "skill", "milestone"),
                name="mode_has_one_owner",
                violation_error_message=_(
                    "Name one owner: a degree, a skill or a milestone."
                ),
            ),
            models.CheckConstraint(
                condition=Q(low__gte=0, low__lte=F("likely"), likely__lte=F("high")),
                name="mode_estimate_in_order",
                violation_error_message=_(
                    "Low, likely and high must rise in this order."
                ),
            ),
            models.CheckConstraint(
                condition=Q(unit="hours", hours_per_week__isnull=True)
                | (~Q(unit="hours") & Q(hours_per_week__isnull=False)),
                name="mode_effort_or_load",
                violation_error_message=_(
                    "Give the hours a week, or the effort in hours, not both."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(unit="hours") | Q(is_main=False, is_academic=False),
                name="mode_effort_is_beside",
                violation_error_message=_(
                    "Effort in hours goes beside the main occupation, all year round: "
                    "take “main occupation” and “in term only” away."
                ),
            ),
            models.CheckConstraint(
                condition=Q(hours_per_week__isnull=True) | Q(hours_per_week__gt=0),
                name="mode_load_is_positive",
                violation_error_message=_("The hours a week must be above 0."),
            ),
            models.CheckConstraint(
                condition=Q(cost__isnull=True, cost_source__isnull=True, cost_per="")
                | (
                    Q(cost__isnull=False, cost__gte=0, cost_source__isnull=False)
                    & ~Q(cost_per="")
                ),
                name="mode_cost_has_source",
                violation_error_message=_(
                    "A cost needs its source, and what it is per."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> Thing | None:
        """What is done in this way."""
        return first_set(self, ("degree", "skill", "milestone"))

    def suggest_key(self) -> str:
        """Return a key made of the owner and the name."""
        return key_for(self.owner, self.name)


class Requirement(NaturalKeyModel):
    """Something needed, met by any one of its alternatives."""

    key_fields: ClassVar[tuple[str, ...]] = ("key",)

    class Strength(models.TextChoices):
        REQUIRED = "required", _("required")
        RECOMMENDED = "recommended", _("recommended: planned where it delays nothing")
        OPTIONAL = "optional", _("optional: planned when asked for")

    class Scope(models.TextChoices):
        ALWAYS = "always", _("always")
        AS_TARGET = "as-target", _("only when the role is the target")
        ON_THE_WAY = "on-the-way", _("only when the role is held on the way")

    key = models.SlugField(
        _("key"),
        max_length=160,
        unique=True,
        help_text=_("Owner and subject, such as machine-learning-engineer-language."),
    )
    degree = models.ForeignKey(
        Degree, models.CASCADE, null=True, blank=True, related_name="requirements"
    )
    role = models.ForeignKey(
        Role, models.CASCADE, null=True, blank=True, related_name="requirements"
    )
    skill = models.ForeignKey(
        Skill, models.CASCADE, null=True, blank=True, related_name="requirements"
    )
    milestone = models.ForeignKey(
        Milestone, models.CASCADE, null=True, blank=True, related_name="requirements"
    )
    text = models.CharField(
        _("in words"),
        max_length=300,
        help_text=_(
            "As a student reads it: “a programming language of Python, R or Java”."
        ),
    )
    strength = models.CharField(
        _("strength"),
        max_length=12,
        choices=Strength.choices,
        default=Strength.REQUIRED,
        help_text=_("Nothing required is ever left out of a plan."),
    )
    scope = models.CharField(
        _("counts"),
        max_length=12,
        choices=Scope.choices,
        default=Scope.ALWAYS,
        help_text=_(
            "For roles: whether it counts for the target, on the way, or both."
        ),
    )
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        related_name="+",
        verbose_name=_("source"),
        help_text=_("Who says so; editors’ judgement where nobody does."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=1, help_text=_("The lower number comes first.")
    )

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("degree", "role", "skill", "milestone"),
                name="requirement_has_one_owner",
                violation_error_message=_(
                    "Name one owner: a degree, a role, a skill or a milestone."
                ),
            ),
            models.CheckConstraint(
                condition=Q(scope="always") | Q(role__isnull=False),
                name="requirement_scope_is_for_roles",
                violation_error_message=_("Only a role tells the target from the way."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def owner(self) -> Thing | None:
        """What needs it."""
        return first_set(self, OWNERS)

    def suggest_key(self) -> str:
        """Return a key made of the owner and the first words of the text."""
        return key_for(self.owner, " ".join(self.text.split()[:8]))

    def in_words(self) -> str:
        """Return the alternatives as a sentence, such as “Any one of: Python; R.”."""
        ways = [alternative.in_words() for alternative in self.alternatives.all()]
        if not ways:
            return gettext("Nothing meets it yet.")
        if len(ways) == 1:
            return gettext("%(way)s.") % {"way": ways[0]}
        return gettext("Any one of: %(ways)s.") % {"ways": "; ".join(ways)}


class Alternative(NaturalKeyModel):
    """One way to meet a requirement."""

    key_fields: ClassVar[tuple[str, ...]] = ("key",)

    key = models.SlugField(
        _("key"),
        max_length=200,
        unique=True,
        help_text=_("Requirement and what meets it."),
    )
    requirement = models.ForeignKey(
        Requirement, models.CASCADE, related_name="alternatives"
    )
    degree = models.ForeignKey(
        Degree, models.PROTECT, null=True, blank=True, related_name="meets"
    )
    role = models.ForeignKey(
        Role, models.PROTECT, null=True, blank=True, related_name="meets"
    )
    skill = models.ForeignKey(
        Skill, models.PROTECT, null=True, blank=True, related_name="meets"
    )
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="meets"
    )
    level = models.CharField(
        _("any degree of level"),
        max_length=12,
        choices=Degree.Level.choices,
        blank=True,
        help_text=_("In place of one thing: a degree of this level in any field."),
    )
    share = models.DecimalField(
        _("share done"),
        max_digits=3,
        decimal_places=2,
        default=Decimal(1),
        help_text=_("1 on completion; 0.5 once half of it is done."),
    )
    months_low = models.DecimalField(
        _("months, low"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("For a role. The fewest that an employer takes."),
    )
    months_likely = models.DecimalField(
        _("months, likely"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("For a role. What most ask for."),
    )
    months_high = models.DecimalField(
        _("months, high"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("For a role. The most that is asked for."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=1, help_text=_("The lower number comes first.")
    )

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    exactly_one("degree", "role", "skill", "milestone") & Q(level="")
                )
                | (
                    Q(
                        degree__isnull=True,
                        role__isnull=True,
                        skill__isnull=True,
                        milestone__isnull=True,
                    )
                    & ~Q(level="")
                ),
                name="alternative_names_one_thing",
                violation_error_message=_("Name one thing, or a level of degree."),
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1),
                name="alternative_share_is_a_share",
                violation_error_message=_("A share lies above 0 and up to 1."),
            ),
            models.CheckConstraint(
                condition=Q(
                    role__isnull=True,
                    months_low__isnull=True,
                    months_likely__isnull=True,
                    months_high__isnull=True,
                )
                | Q(
                    # A comparison with nothing is neither true nor false, and a
                    # constraint lets that pass: so each is asked for by name.
                    role__isnull=False,
                    months_low__isnull=False,
                    months_likely__isnull=False,
                    months_high__isnull=False,
                    months_low__gte=0,
                    months_low__lte=F("months_likely"),
                    months_likely__lte=F("months_high"),
                ),
                name="alternative_months_for_roles",
                violation_error_message=_(
                    "A role needs its months: low, likely and high, rising in this "
                    "order."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.in_words()

    @property
    def thing(self) -> Thing | None:
        """The one thing that it names, if it names no level."""
        return first_set(self, OWNERS)

    def suggest_key(self) -> str:
        """Return a key made of the requirement and what meets it."""
        subject = self.thing.slug if self.thing else f"any-{self.level}"
        return f"{self.requirement.key}-{subject}"[:200].strip("-")

    def in_words(self) -> str:
        """Return it as an editor reads it, such as “half of a bachelor’s …”."""
        if self.thing is None:
            words = gettext("any %(level)s") % {"level": self.get_level_display()}
        else:
            words = str(self.thing)
        if self.months_likely is not None:
            words = gettext("%(low)s to %(high)s months as %(role)s") % {
                "low": _plain(self.months_low),
                "high": _plain(self.months_high),
                "role": words,
            }
        if self.share < 1:
            words = gettext("%(percent)s %% of %(thing)s") % {
                "percent": _plain(self.share * 100),
                "thing": words,
            }
        return words


def _plain(number: Decimal | None) -> str:
    """Return 12 for 12.0, and 1.5 for 1.50."""
    return "" if number is None else f"{number.normalize():f}"


class Teaching(NaturalKeyModel):
    """A skill that a degree, role or milestone teaches."""

    key_fields: ClassVar[tuple[str, ...]] = ("key",)

    key = models.SlugField(
        _("key"), max_length=200, unique=True, help_text=_("Teacher and skill.")
    )
    degree = models.ForeignKey(
        Degree, models.CASCADE, null=True, blank=True, related_name="teaches"
    )
    role = models.ForeignKey(
        Role, models.CASCADE, null=True, blank=True, related_name="teaches"
    )
    milestone = models.ForeignKey(
        Milestone, models.CASCADE, null=True, blank=True, related_name="teaches"
    )
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="taught_by")
    is_full = models.BooleanField(
        _("fully"),
        default=True,
        help_text=_("Partly taught, half of its hours are left."),
    )
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        related_name="+",
        verbose_name=_("source"),
        help_text=_("Who says so; editors’ judgement where nobody does."),
    )

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("degree", "role", "milestone"),
                name="teaching_has_one_teacher",
                violation_error_message=_(
                    "Name one teacher: a degree, a role or a milestone."
                ),
            ),
        ]

    def __str__(self) -> str:
        if self.is_full:
            return gettext("teaches %(skill)s") % {"skill": self.skill}
        return gettext("teaches %(skill)s partly") % {"skill": self.skill}

    @property
    def owner(self) -> Thing | None:
        """What teaches."""
        return first_set(self, ("degree", "role", "milestone"))

    def suggest_key(self) -> str:
        """Return a key made of the teacher and the skill."""
        return key_for(self.owner, self.skill.slug)


class Point(NaturalKeyModel):
    """What a career's page tells in words: a duty, qualification, pro or con."""

    key_fields: ClassVar[tuple[str, ...]] = ("key",)

    class Nature(models.TextChoices):
        DUTY = "duty", _("duty")
        QUALIFICATION = "qualification", _("qualification")
        PRO = "pro", _("pro")
        CON = "con", _("con")

    key = models.SlugField(
        _("key"), max_length=160, unique=True, help_text=_("Role and subject.")
    )
    role = models.ForeignKey(Role, models.CASCADE, related_name="points")
    nature = models.CharField(
        _("what it is"),
        max_length=14,
        choices=Nature.choices,
        help_text=_("The heading under which it stands on the page."),
    )
    text = models.CharField(_("text"), max_length=300, help_text=_("In our own words."))
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        related_name="+",
        verbose_name=_("source"),
        help_text=_("Who says so; editors’ judgement where nobody does."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=1, help_text=_("The lower number comes first.")
    )

    class Meta:
        ordering = ["nature", "position", "key"]

    def __str__(self) -> str:
        return self.text

    def suggest_key(self) -> str:
        """Return a key made of the role and the first words of the text."""
        return key_for(self.role, self.nature, " ".join(self.text.split()[:8]))


class Figure(NaturalKeyModel):
    """A published figure about a role, with the cell that it was read from."""

    key_fields: ClassVar[tuple[str, ...]] = ("key",)

    key = models.SlugField(
        _("key"), max_length=200, unique=True, help_text=_("Role, measure and date.")
    )
    role = models.ForeignKey(Role, models.CASCADE, related_name="figures")
    measure = models.SlugField(
        _("measure"), max_length=60, help_text=_("Such as annual-wage-median.")
    )
    value = models.DecimalField(
        _("value"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("The number exactly as it is published."),
    )
    text = models.CharField(
        _("value in words"),
        max_length=300,
        blank=True,
        help_text=_("Where it is no number."),
    )
    unit = models.CharField(
        _("unit"), max_length=60, blank=True, help_text=_("Such as US dollars a year.")
    )
    as_of = models.CharField(
        _("as of"),
        max_length=40,
        help_text=_("The period that it speaks of: May 2025."),
    )
    soc_code = models.CharField(
        _("code"), max_length=10, help_text=_("The code that the figure belongs to.")
    )
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        related_name="figures",
        verbose_name=_("source"),
        help_text=_("Who published it."),
    )
    cell = models.CharField(
        _("file and table"),
        max_length=200,
        help_text=_("File, table and column that it was read from."),
    )
    note = models.CharField(
        _("note"),
        max_length=300,
        blank=True,
        help_text=_("What a reader should know, such as whom it leaves out."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=1, help_text=_("The lower number comes first.")
    )

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(value__isnull=False) & Q(text=""))
                | (Q(value__isnull=True) & ~Q(text="")),
                name="figure_is_number_or_words",
                violation_error_message=_("Give a number, or words, not both."),
            ),
        ]

    def __str__(self) -> str:
        value = self.text if self.value is None else f"{_plain(self.value)} {self.unit}"
        return f"{self.measure}, {self.as_of}: {value.strip()}"

    def suggest_key(self) -> str:
        """Return a key made of the role, measure, code and date."""
        return key_for(self.role, self.measure, self.soc_code, self.as_of)


class Claim(NaturalKeyModel):
    """A figure that an article states, beside what its source really says."""

    key_fields: ClassVar[tuple[str, ...]] = ("key",)

    key = models.SlugField(
        _("key"), max_length=160, unique=True, help_text=_("Role and subject.")
    )
    role = models.ForeignKey(Role, models.CASCADE, related_name="claims")
    states = models.CharField(
        _("what the article says"),
        max_length=300,
        help_text=_("In our own words, with its figure."),
    )
    article = models.ForeignKey(
        Source,
        models.PROTECT,
        related_name="+",
        verbose_name=_("article"),
        help_text=_("Where it is stated."),
    )
    finding = models.CharField(
        _("what the source says"),
        max_length=400,
        help_text=_("With the code, measure and year."),
    )
    verdict = models.CharField(
        _("verdict"),
        max_length=14,
        choices=[
            ("confirmed", _("confirmed")),
            ("misread", _("true of something else")),
            ("outdated", _("superseded")),
            ("contradicted", _("contradicted")),
            ("unverified", _("could not be verified")),
        ],
        help_text=_("What the claim turned out to be."),
    )
    figure = models.ForeignKey(
        Figure,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The official figure behind it."),
    )
    today = models.ForeignKey(
        Figure,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The newest figure of the same kind."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=1, help_text=_("The lower number comes first.")
    )

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.states

    def suggest_key(self) -> str:
        """Return a key made of the role and the first words of the claim."""
        return key_for(self.role, " ".join(self.states.split()[:8]))


OWNERS = ("degree", "role", "skill", "milestone")

# In the order in which rows can be stored: what is named comes before what names it.
MODELS: tuple[type[NaturalKeyModel], ...] = (
    Source,
    FieldOfStudy,
    Degree,
    Skill,
    Milestone,
    Role,
    Occupation,
    AlternateTitle,
    Mode,
    Requirement,
    Alternative,
    Teaching,
    Point,
    Figure,
    Claim,
)
