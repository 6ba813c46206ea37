"""A PostgreSQL of the tests' own: found on this machine, started for them, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_DEBIAN = Path("/usr/lib/postgresql")
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB")
_START = 20
"""Seconds that the server has to start."""


@contextmanager
def running() -> Iterator[str]:
    """Start a server that listens on a socket only; yield the address of its database."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    programs = _programs()
    user = _user()
    # Not in pytest's own folder: the server may run as another user, who must be able to enter it.
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    as_user = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    try:
        if user is not None:
            shutil.chown(home, user, user)
        data = home / "data"
        making = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "tests",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        ]
        subprocess.run(making, check=True, stdout=subprocess.DEVNULL, cwd=home, **as_user)
        command = [programs / "postgres", "-D", data, "-k", home, "-c", "listen_addresses="]
        for setting in _FAST:
            command += ["-c", setting]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, cwd=home, **as_user)
        try:
            _wait(psycopg, home)
            yield f"postgresql+psycopg://tests@/postgres?host={home}"
        finally:
            server.send_signal(2)  # disconnect everybody, and stop
            server.wait(_START)
    finally:
        shutil.rmtree(home)


def _programs() -> Path:
    found = sorted(_DEBIAN.glob("*/bin/initdb")) or [
        Path(path) for path in (shutil.which("initdb"),) if path is not None
    ]
    if not found:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return found[-1].parent


def _user() -> str | None:
    """Return as whom the server runs, None for the present user: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    pwd = pytest.importorskip("pwd", reason="there are no users to run PostgreSQL as")
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return str(pwd.getpwnam(name).pw_name)
    pytest.skip("PostgreSQL does not run as root, and there is no user postgres or nobody")


def _wait(psycopg: object, home: Path) -> None:
    give_up = time.monotonic() + _START
    while True:
        try:
            psycopg.connect(f"host={home} user=tests dbname=postgres").close()
        except psycopg.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return
