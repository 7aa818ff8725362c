"""A site on a database of its own, for as long as something is measured on it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def scratch_site() -> Iterator[None]:
    """Set Django up on an empty, migrated SQLite database that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        name = f"{folder}/bench.sqlite3"
        os.environ["DATABASE_URL"] = f"sqlite:///{name}"
        os.environ["DJANGO_SETTINGS_MODULE"] = "careerpath.settings"
        os.environ.setdefault("SECRET_KEY", "only for measuring, " * 3)
        os.environ["DEBUG"] = "1"
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connections

        # Another part may have measured on a database that is gone by now.
        connections["default"].close()
        settings.DATABASES["default"]["NAME"] = name
        connections["default"].settings_dict["NAME"] = name
        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connections["default"].close()
