"""Who runs jobs, by machine and process, so that others can ask whether it still lives."""

import os
import secrets
import socket
import sys
import uuid
from functools import cache
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE = Path("/proc/self/ns/pid")
_STARTED = 19
"""Place of a process's start time in `/proc/PID/stat`, counted from behind its name."""


def me() -> str:
    """Return a new owner in this process: `host machine pid started word`."""
    pid = os.getpid()
    return f"{_host()} {_machine()} {pid} {_started(pid) or '-'} {secrets.token_hex(4)}"


def gone(owner: str) -> bool | None:
    """Return whether the process of an owner has ended; None where nobody here can tell.

    A process of another machine cannot be asked; one on Windows neither. Elsewhere a process that bears the
    number but began at another time is not the one that is meant.

    Args:
        owner: From `me`.
    """
    parts = owner.split(" ")
    if len(parts) != 5 or not parts[2].isdecimal():
        return None
    host, machine, pid, started, _ = parts
    # Windows has no harmless signal: os.kill would end the process that it is to ask.
    if (host, machine) != (_host(), _machine()) or sys.platform == "win32":
        return None
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass  # It lives, and is another user's.
    now = _started(int(pid))
    return None if now is None or started == "-" else now != started


def shown(owner: str) -> str:
    """Return what people are told of an owner: its host and process."""
    parts = owner.split(" ")
    return f"{parts[0]}, pid {parts[2]}" if len(parts) == 5 else owner


@cache
def _host() -> str:
    return socket.gethostname().replace(" ", "_") or "localhost"


@cache
def _machine() -> str:
    """Return what tells machines of one name apart, and containers whose process numbers are their own."""
    try:
        boot = _BOOT.read_text("ascii").strip().replace("-", "")[:12]
        return f"{boot}/{_NAMESPACE.stat().st_ino}"
    except OSError:
        return f"{uuid.getnode():012x}"


def _started(pid: int) -> str | None:
    """Return when a process began, in the machine's own count; None where that is not known."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    # A process that has ended but was not fetched by its parent works no more.
    return None if len(fields) <= _STARTED else "ended" if fields[0] in "ZX" else fields[_STARTED]
