"""A table for the cache that all processes share."""

from django.core.management import call_command
from django.db import migrations

TABLE = "planner_cache"


def make(apps, schema_editor):
    call_command(
        "createcachetable",
        TABLE,
        database=schema_editor.connection.alias,
        verbosity=0,
    )


class Migration(migrations.Migration):
    dependencies = [("planner", "0010_reports")]

    operations = [
        migrations.RunPython(
            make,
            lambda apps, schema_editor: schema_editor.execute(f"DROP TABLE {TABLE}"),
        )
    ]
