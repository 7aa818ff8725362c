import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


# What an entry of the audit log says is never changed. `actor_id` is not among these:
# it is emptied when that account is deleted.
COLUMNS = "at, day, organisation_id, actor_name, student_id, action, detail"
REFUSAL = "Entries of the audit log are never changed."
MAKE = {
    "postgresql": f"""
        CREATE FUNCTION planner_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$;
        CREATE TRIGGER audit_is_append_only BEFORE UPDATE OF {COLUMNS}
        ON planner_auditentry FOR EACH ROW EXECUTE FUNCTION planner_refuse_change();
    """,
    "sqlite": f"""
        CREATE TRIGGER audit_is_append_only BEFORE UPDATE OF {COLUMNS}
        ON planner_auditentry BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END;
    """,
}
DROP = {
    "postgresql": """
        DROP TRIGGER audit_is_append_only ON planner_auditentry;
        DROP FUNCTION planner_refuse_change();
    """,
    "sqlite": "DROP TRIGGER audit_is_append_only;",
}


def make_triggers(apps, schema_editor):
    schema_editor.execute(MAKE[schema_editor.connection.vendor])


def drop_triggers(apps, schema_editor):
    schema_editor.execute(DROP[schema_editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = [
        ("planner", "0012_roadmaps"),
    ]

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "code",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="As students know it.",
                        max_length=120,
                        verbose_name="name",
                    ),
                ),
                (
                    "about",
                    models.TextField(
                        blank=True,
                        help_text="Students read this before they let the organisation see a plan.",
                        max_length=1000,
                        verbose_name="about",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="created at"),
                ),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RoadmapStanding",
            fields=[
                (
                    "roadmap",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="standing",
                        serialize=False,
                        to="planner.roadmap",
                    ),
                ),
                (
                    "career",
                    models.CharField(max_length=200, verbose_name="slug of the career"),
                ),
                (
                    "career_title",
                    models.CharField(max_length=200, verbose_name="career"),
                ),
                (
                    "arrival",
                    models.DateField(null=True, verbose_name="arrival, as planned"),
                ),
                (
                    "next_step",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="id of the next step"
                    ),
                ),
                (
                    "next_title",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="next step"
                    ),
                ),
                (
                    "next_day",
                    models.DateField(null=True, verbose_name="day of the next step"),
                ),
                (
                    "is_under_way",
                    models.BooleanField(
                        default=False, verbose_name="a step is under way"
                    ),
                ),
                (
                    "overdue_from",
                    models.DateField(
                        null=True, verbose_name="first day that was missed"
                    ),
                ),
                (
                    "steps_done",
                    models.PositiveIntegerField(default=0, verbose_name="steps done"),
                ),
                (
                    "steps_planned",
                    models.PositiveIntegerField(default=0, verbose_name="steps"),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="remindersettings",
            name="advice",
            field=models.BooleanField(
                default=False,
                verbose_name="When an advisor writes to my roadmap or reviews it, or I am named there",
            ),
        ),
        migrations.CreateModel(
            name="BulkExport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "code",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("xlsx", "Excel workbook"),
                            ("csv", "CSV"),
                            ("zip", "ZIP of PDFs and calendars"),
                        ],
                        max_length=4,
                        verbose_name="kind",
                    ),
                ),
                ("columns", models.JSONField(default=list, verbose_name="columns")),
                ("ordered_at", models.DateTimeField(verbose_name="ordered at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "being made"),
                            ("done", "ready"),
                            ("cancelled", "cancelled"),
                            ("failed", "failed"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "worker",
                    models.CharField(blank=True, max_length=100, verbose_name="worker"),
                ),
                (
                    "beat_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="worker heard of at"
                    ),
                ),
                (
                    "finished_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="finished at"
                    ),
                ),
                (
                    "students",
                    models.PositiveIntegerField(
                        default=0, verbose_name="students in it"
                    ),
                ),
                ("body", models.BinaryField(null=True, verbose_name="workbook")),
                (
                    "ordered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bulk_exports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="planner.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-ordered_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "code",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                ("given_at", models.DateTimeField(verbose_name="given at")),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="withdrawn at"
                    ),
                ),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("changes", "Changes asked"),
                            ("approved", "Approved"),
                        ],
                        default="draft",
                        max_length=9,
                        verbose_name="review",
                    ),
                ),
                (
                    "reviewed_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="review changed at"
                    ),
                ),
                (
                    "reviewed_revision",
                    models.PositiveIntegerField(blank=True, null=True),
                ),
                (
                    "advisor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="assigned advisor",
                    ),
                ),
                (
                    "roadmap",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="consents",
                        to="planner.roadmap",
                        verbose_name="the roadmap that is shown",
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="planner.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="id of the step"
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("text", models.TextField(max_length=5000, verbose_name="text")),
                (
                    "resolved_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="resolved at"
                    ),
                ),
                (
                    "review",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("changes", "Changes asked"),
                            ("approved", "Approved"),
                        ],
                        max_length=9,
                        verbose_name="review",
                    ),
                ),
                (
                    "proposal",
                    models.CharField(
                        blank=True, max_length=2000, verbose_name="suggested change"
                    ),
                ),
                (
                    "proposed",
                    models.TextField(
                        blank=True, verbose_name="suggested change in words"
                    ),
                ),
                (
                    "taken_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="suggestion taken at"
                    ),
                ),
                (
                    "declined_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="suggestion declined at"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="comments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mentioned",
                    models.ManyToManyField(
                        blank=True,
                        related_name="mentioned_in",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "roadmap",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="planner.roadmap",
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="planner.consent",
                    ),
                ),
            ],
            options={
                "ordering": ["made_at", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AdvisorNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("text", models.TextField(max_length=5000, verbose_name="note")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="planner.consent",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("advisor", "Advisor"), ("lead", "Lead")],
                        help_text="Advisors see students’ plans; leads manage members, see none.",
                        max_length=7,
                        verbose_name="role",
                    ),
                ),
                ("joined_at", models.DateTimeField(verbose_name="joined at")),
                (
                    "left_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="left at"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="planner.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "code",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="made at")),
                (
                    "revoked_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="revoked at"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("student", "Student"),
                            ("advisor", "Advisor"),
                            ("lead", "Lead"),
                        ],
                        max_length=7,
                        verbose_name="invites as",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="e-mail address"
                    ),
                ),
                (
                    "message",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="message"
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                (
                    "sent_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="sent at"),
                ),
                (
                    "answered_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="answered at"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="planner.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("day", models.DateField(verbose_name="day")),
                ("actor_name", models.CharField(max_length=254, verbose_name="who")),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("listed", "saw you in the list of students"),
                            ("viewed", "looked at your roadmap"),
                            ("exported", "took along a file of your roadmap"),
                            ("ordered", "ordered a file in which you are"),
                            ("downloaded", "took along a file in which you are"),
                        ],
                        max_length=10,
                        verbose_name="did what",
                    ),
                ),
                (
                    "detail",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="what exactly"
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="audit_entries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="planner.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("query", models.CharField(max_length=2000, verbose_name="query")),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to="planner.membership",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="StandingStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "step",
                    models.CharField(max_length=200, verbose_name="id of the step"),
                ),
                ("title", models.CharField(max_length=300, verbose_name="step")),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                (
                    "nature",
                    models.CharField(blank=True, max_length=20, verbose_name="nature"),
                ),
                ("start", models.DateField(verbose_name="start")),
                ("finish", models.DateField(verbose_name="end")),
                (
                    "first_finish",
                    models.DateField(verbose_name="end, as first planned"),
                ),
                ("started", models.DateField(null=True, verbose_name="really started")),
                ("finished", models.DateField(null=True, verbose_name="really done")),
                (
                    "standing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="planner.roadmapstanding",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="BulkExportItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "place",
                    models.PositiveIntegerField(verbose_name="place in the file"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("made", "made"),
                            ("left-out", "left out"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "tries",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="times begun"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="name of the files"
                    ),
                ),
                ("pdf", models.BinaryField(null=True, verbose_name="PDF")),
                ("calendar", models.BinaryField(null=True, verbose_name="calendar")),
                ("rows", models.JSONField(null=True, verbose_name="rows of the table")),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="planner.bulkexport",
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="planner.consent",
                    ),
                ),
                (
                    "roadmap",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="planner.roadmap",
                    ),
                ),
            ],
            options={
                "ordering": ["export", "place"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("export", "place"), name="one_item_a_place"
                    ),
                    models.UniqueConstraint(
                        fields=("export", "consent"), name="one_item_a_student"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovedOverride",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "thing",
                    models.CharField(max_length=200, verbose_name="what is not needed"),
                ),
                ("because", models.TextField(verbose_name="reason")),
                ("approved_at", models.DateTimeField(verbose_name="approved at")),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "roadmap",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="planner.roadmap",
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approved_overrides",
                        to="planner.consent",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consent", "roadmap", "thing"), name="approved_once"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at", None)),
                fields=("organisation", "user", "role"),
                name="one_membership_a_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("organisation", "student"),
                name="one_consent_an_organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["student", "-at"], name="audit_of_a_student"),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("action", "listed")),
                fields=("organisation", "actor", "student", "day"),
                name="listed_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("membership", "name"), name="one_saved_view_a_name"
            ),
        ),
        migrations.AddIndex(
            model_name="standingstep",
            index=models.Index(fields=["step"], name="standing_by_step"),
        ),
        migrations.AddConstraint(
            model_name="standingstep",
            constraint=models.UniqueConstraint(
                fields=("standing", "step"), name="one_standing_a_step"
            ),
        ),
        migrations.RunPython(make_triggers, drop_triggers),
    ]
