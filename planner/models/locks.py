"""What nobody else may change meanwhile, in either database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models, transaction


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


def lock(model: type[models.Model], mode: str = "SHARE ROW EXCLUSIVE") -> None:
    """Let others read a table and not write it until the transaction ends."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")
