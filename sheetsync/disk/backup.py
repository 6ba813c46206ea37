"""Earlier versions of a workbook: kept beside it before each write, a number of them, newest first."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import FileIO
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sheetsync.disk.attributes import adopt
from sheetsync.disk.commit import (
    SHORT,
    create_file,
    digest_in,
    digest_of,
    failed,
    saved_meanwhile,
)
from sheetsync.disk.content import digest
from sheetsync.disk.copying import copy_content
from sheetsync.disk.locks import only_writer_in
from sheetsync.disk.rename import sync_folder
from sheetsync.errors import BusyError, InputRefusedError, OutputRefusedError, StaleError
from sheetsync.ports import Backup
from sheetsync.text import Text, same

FOLDER = Path(".sheetsync") / "backups"
_NAME = re.compile(r"([0-9]{6})-([0-9]{8}T[0-9]{6})Z-([0-9a-f]{16})(\.[a-z]+)", re.IGNORECASE)


def utc_now() -> datetime:
    """Return the present time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Which earlier versions of a workbook are kept.

    Args:
        keep: So many of the last ones.
        days: Besides, the first one of each of so many days.
        most_bytes: How much room they may take; the last one is kept in any case.
    """

    keep: int = 10
    days: int = 30
    most_bytes: int = 2 << 30


RETENTION = Retention()


class Backups:
    """The kept versions of one workbook.

    Args:
        path: The workbook itself, links resolved.
        retention: Which versions are kept.
        root: The folder that holds `.sheetsync`; the workbook's own when None.
        zone: In which times are shown; names are in UTC.
        now: Tells the time, in UTC. The number in front of a name, not the time, says which is newer.
    """

    def __init__(
        self,
        path: Path,
        *,
        retention: Retention = RETENTION,
        root: Path | None = None,
        zone: ZoneInfo,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._path = path
        self._retention = retention
        self._zone = zone
        self._now = now
        key = digest(str(path).encode("utf-8", "surrogateescape"))[:8]
        self._root = root or path.parent
        self.folder = self._root / FOLDER / f"{path.stem[:40]}-{key}"

    def versions(self) -> tuple[Backup, ...]:
        """Return the kept versions, newest first."""
        found = []
        for path, match in self._files():
            size = path.stat().st_size
            found.append(Backup(id=path.stem, taken=self._taken(match), size=size, path=str(path)))
        return tuple(reversed(found))

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Make the folder of the kept versions, and let no other run write the workbook meanwhile.

        Raises:
            BusyError: Another run is writing it.
            OutputRefusedError: The folder cannot be made.
        """
        with _no_backup_no_write(self.folder):
            self._make_folder()
        with only_writer_in(self.folder, self._path):
            yield

    def keep(self, expected: str, *, source: Path | None = None) -> None:
        """Keep the workbook as the newest version, unless it is that already; drop what need not stay.

        Args:
            expected: SHA-256 of what was read.
            source: The file; the workbook itself when None.

        Raises:
            StaleError: Somebody saved it since.
            OutputRefusedError: It cannot be kept; then nothing may be written.
        """
        place = source or self._path
        try:
            given = place.open("rb", buffering=0)
        except FileNotFoundError as error:
            raise saved_meanwhile(place) from error
        except OSError as error:
            raise failed(error, place) from error
        with given, _no_backup_no_write(self.folder):
            self._keep(given, place, expected)

    def load(self, backup: Backup, file: BinaryIO) -> None:
        """Copy a kept version into an empty file.

        Raises:
            InputRefusedError: It is gone or no longer what was kept.
        """
        path = Path(backup.path)
        match = _NAME.fullmatch(path.name)
        try:
            with path.open("rb", buffering=0) as given:
                copy_content(given, file)
        except FileNotFoundError as error:
            raise InputRefusedError(
                Text("备份文件读不出来。", "The backup cannot be read."), where=str(path)
            ) from error
        if match is None or digest_in(file)[:SHORT] != match[3]:
            raise InputRefusedError(
                Text("备份文件已损坏，没有恢复。", "The backup is damaged; nothing was restored."),
                fix=Text("请用 undo --list 选择另一个备份。", "Choose another one with undo --list."),
                where=str(path),
            )

    def holds(self, backup: Backup, version: str) -> bool:
        """Return True if a kept version is the one with this SHA-256."""
        match = _NAME.fullmatch(Path(backup.path).name)
        return match is not None and match[3] == version[:SHORT]

    def _keep(self, source: FileIO, place: Path, expected: str) -> None:
        self._make_folder()
        files = self._files()
        short = expected[:SHORT]
        if files and files[-1][1][3] == short and digest_of(files[-1][0]) == expected:
            return
        number = int(files[-1][1][1]) + 1 if files else 1
        name = f"{number:06d}-{self._now():%Y%m%dT%H%M%S}Z-{short}{self._path.suffix}"

        def copied(file: BinaryIO) -> str:
            copy_content(source, file)
            if digest_in(file) != expected:
                raise saved_meanwhile(place)
            return expected

        create_file(self.folder / name, copied, like=place)
        for path, match in files:
            if match[3] == short:
                path.unlink()
        self._drop_surplus()

    def _drop_surplus(self) -> None:
        files = self._files()
        kept = [(self._taken(match).date(), path.stat().st_size) for path, match in files]
        today = self._now().astimezone(self._zone).date()
        for number in surplus(kept, self._retention, today):
            files[number][0].unlink()

    def _taken(self, match: re.Match[str]) -> datetime:
        """Return when a version was kept, wall clock of the zone."""
        taken = datetime.strptime(match[2], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        return taken.astimezone(self._zone).replace(tzinfo=None)

    def _make_folder(self) -> None:
        """Make the folder; who may look into it is who may look into that of the workbook."""
        home = self._root / FOLDER
        for folder, like in ((home.parent, self._root), (home, self._root), (self.folder, self._path.parent)):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, exist_ok=True)
                adopt(folder, like)
                sync_folder(folder.parent)

    def _files(self) -> list[tuple[Path, re.Match[str]]]:
        if not self.folder.is_dir():
            return []
        return [
            (path, match) for path in sorted(self.folder.iterdir()) if (match := _NAME.fullmatch(path.name))
        ]


def surplus(kept: Sequence[tuple[date, int]], retention: Retention, today: date) -> list[int]:
    """Return the positions of the versions that are no longer to be kept.

    Args:
        kept: Day and size in bytes of each version, oldest first.
        retention: Which are kept.
        today: The present day.
    """
    wanted = set(range(len(kept))[-max(1, retention.keep) :])
    days = [day for day, _ in kept]
    wanted |= {days.index(day) for day in set(days) if (today - day).days < retention.days}
    room = retention.most_bytes
    for number in sorted(wanted, reverse=True):
        room -= kept[number][1]
        if room < 0 and number != len(kept) - 1:
            # The oldest go first: none before this one stays, however small.
            wanted = {one for one in wanted if one > number}
            break
    return [number for number in range(len(kept)) if number not in wanted]


@contextmanager
def _no_backup_no_write(folder: Path) -> Iterator[None]:
    """Turn every failure into one refusal; that somebody saved, or is writing, remains what it is."""
    try:
        yield
    except StaleError:
        raise
    except (OSError, OutputRefusedError, BusyError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise OutputRefusedError(
            Text("无法备份，因此没有写入。", "No backup can be made, so nothing was written."),
            why=same(f"({reason})") if reason else getattr(error, "why", None),
            fix=Text("请检查磁盘空间和文件夹权限。", "Check the free space and the rights of the folder."),
            where=str(folder),
        ) from error
