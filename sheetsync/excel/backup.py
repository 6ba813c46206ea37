"""Earlier versions of a workbook: kept beside it before each write, a number of them, newest first."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sheetsync.errors import BusyError, InputRefusedError, OutputRefusedError, StaleError
from sheetsync.excel.commit import SHORT, create_file, digest, digest_in, digest_of, saved_meanwhile
from sheetsync.excel.copying import copy_content
from sheetsync.ports import Backup
from sheetsync.text import Text

FOLDER = Path(".sheetsync") / "backups"
_NAME = re.compile(r"([0-9]{6})-([0-9]{8}T[0-9]{6})Z-([0-9a-f]{16})(\.[a-z]+)", re.IGNORECASE)


def utc_now() -> datetime:
    """Return the present time, in UTC."""
    return datetime.now(UTC)


class Backups:
    """The kept versions of one workbook.

    Args:
        path: The workbook itself, links resolved.
        keep: How many versions are kept.
        root: The folder that holds `.sheetsync`; the workbook's own when None.
        zone: In which times are shown; names are in UTC.
        now: Tells the time, in UTC. The number in front of a name, not the time, says which is newer.
    """

    def __init__(
        self,
        path: Path,
        *,
        keep: int,
        root: Path | None = None,
        zone: ZoneInfo,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._suffix = path.suffix
        self._keep = max(1, keep)
        self._zone = zone
        self._now = now
        key = digest(str(path).encode("utf-8", "surrogateescape"))[:8]
        self.folder = (root or path.parent) / FOLDER / f"{path.stem[:40]}-{key}"

    def versions(self) -> tuple[Backup, ...]:
        """Return the kept versions, newest first."""
        found = []
        for path, match in self._files():
            taken = datetime.strptime(match[2], "%Y%m%dT%H%M%S").replace(tzinfo=UTC).astimezone(self._zone)
            size = path.stat().st_size
            found.append(Backup(id=path.stem, taken=taken.replace(tzinfo=None), size=size, path=str(path)))
        return tuple(reversed(found))

    def keep(self, source: Path, expected: str) -> None:
        """Keep a version as the newest, unless it is that already; drop the oldest beyond the number kept.

        Args:
            source: The workbook; its owner and mode are kept, too.
            expected: SHA-256 of what was read.

        Raises:
            StaleError: Somebody saved it since.
            OutputRefusedError: It cannot be kept; then nothing may be written.
        """
        try:
            files = self._files()
            short = expected[:SHORT]
            if files and files[-1][1][3] == short and digest_of(files[-1][0]) == expected:
                return
            number = int(files[-1][1][1]) + 1 if files else 1
            name = f"{number:06d}-{self._now():%Y%m%dT%H%M%S}Z-{short}{self._suffix}"
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

            def copied(file: BinaryIO) -> None:
                copy_content(source, file)
                if digest_in(file) != expected:
                    raise saved_meanwhile(source)

            create_file(self.folder / name, copied, like=source)
            same = [path for path, match in files if match[3] == short]
            for old in (*same, *(path for path, _ in self._files()[: -self._keep])):
                old.unlink(missing_ok=True)
        except StaleError:
            raise
        except (OSError, OutputRefusedError, BusyError) as error:
            raise OutputRefusedError(
                Text("无法备份，因此没有写入。", "No backup can be made, so nothing was written."),
                fix=Text(
                    "请检查磁盘空间和文件夹权限。", "Check the free space and the rights of the folder."
                ),
                where=str(self.folder),
            ) from error

    def load(self, backup: Backup, file: BinaryIO) -> None:
        """Copy a kept version into an empty file.

        Raises:
            InputRefusedError: It is gone or no longer what was kept.
        """
        path = Path(backup.path)
        match = _NAME.fullmatch(path.name)
        try:
            whole = path.open("rb")
        except OSError as error:
            raise InputRefusedError(
                Text("备份文件读不出来。", "The backup cannot be read."), where=str(path)
            ) from error
        whole.close()
        copy_content(path, file)
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

    def _files(self) -> list[tuple[Path, re.Match[str]]]:
        if not self.folder.is_dir():
            return []
        return [
            (path, match) for path in sorted(self.folder.iterdir()) if (match := _NAME.fullmatch(path.name))
        ]
