import uuid

import django.db.models.deletion
from django.db import DatabaseError, migrations, models

NO_FTS5 = (
    "This SQLite was built without FTS5, by which careers are searched. Use the SQLite "
    "that comes with Python from python.org or with your system, or PostgreSQL "
    "(DATABASE_URL)."
)


def make_index(apps, schema_editor):
    """Make what looks words up: of another kind in each database."""
    if schema_editor.connection.vendor == "sqlite":
        # The words are in planner_searchtitle already, so they are not kept twice.
        try:
            schema_editor.execute(
                "CREATE VIRTUAL TABLE planner_searchwords USING fts5(words, "
                "content='planner_searchtitle', content_rowid='place', "
                "tokenize='ascii', detail='none', columnsize=0, prefix='1 2 3')"
            )
        except DatabaseError as error:
            if "fts5" in str(error):
                raise DatabaseError(NO_FTS5) from error
            raise
    elif schema_editor.connection.vendor == "postgresql":
        # Not to_tsvector: its parser would take words apart, or drop them, in ways
        # that SQLite does not. Words that wait in a list would be read one by one.
        schema_editor.execute(
            "CREATE INDEX planner_searchwords ON planner_searchtitle USING gin "
            "(array_to_tsvector(string_to_array(words, ' '))) WITH (fastupdate = off)"
        )


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE planner_searchwords")
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX planner_searchwords")


class Migration(migrations.Migration):
    dependencies = [
        ("planner", "0005_releases_in_use"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchIndex",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                        verbose_name="id",
                    ),
                ),
                ("words", models.JSONField(default=dict, verbose_name="words")),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_index",
                        to="planner.catalogueversion",
                        verbose_name="version",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SearchTitle",
            fields=[
                (
                    "place",
                    models.IntegerField(
                        help_text="The order in which it is looked at.",
                        primary_key=True,
                        serialize=False,
                        verbose_name="place",
                    ),
                ),
                ("title", models.TextField(verbose_name="title")),
                ("role", models.CharField(max_length=80, verbose_name="career")),
                ("kind", models.PositiveSmallIntegerField(verbose_name="kind")),
                ("words", models.TextField(verbose_name="words")),
                (
                    "index",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="titles",
                        to="planner.searchindex",
                        verbose_name="index",
                    ),
                ),
            ],
            options={
                "ordering": ["place"],
            },
        ),
        migrations.RunPython(make_index, drop_index),
    ]
