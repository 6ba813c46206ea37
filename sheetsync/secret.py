"""Secrets stand outside of every file of a project; there, `env:NAME` or `file:PATH` says where."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from sheetsync.errors import SpecFileError
from sheetsync.text import Text

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def is_reference(text: str) -> bool:
    """Return True if `text` says where a secret is, and is none itself."""
    kind, colon, place = text.partition(":")
    return kind in {"env", "file"} and bool(colon and place)


def reveal(reference: str, *, folder: Path, environ: Mapping[str, str], where: str) -> str:
    """Return the secret that a reference points to.

    Args:
        reference: `env:NAME`, or `file:PATH` from the project folder.
        folder: The project folder.
        environ: The environment.
        where: What to name as the place of a mistake, such as `sheetsync.toml`.

    Raises:
        SpecFileError: There is no such variable or file, or others may read the file (reliability, 13).
    """
    kind, _, place = reference.partition(":")
    if kind == "env":
        if not (secret := environ.get(place)):
            raise SpecFileError(
                Text(f"没有设置环境变量 {place}。", f"The environment variable {place} is not set."),
                fix=Text(f"请先设置 {place} 再运行。", f"Set {place} and run again."),
                where=where,
            )
        return secret
    path = folder / place
    try:
        status = path.stat()
        secret = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SpecFileError(
            Text(f"读不出密钥文件 {place}。", f"The file {place} of a secret cannot be read."),
            fix=Text(
                "请检查路径（从项目文件夹算起）和权限。",
                "Check its path, from the project folder, and its rights.",
            ),
            where=where,
        ) from error
    # Windows has no such bits; access lists guard the file there.
    if os.name == "posix" and (status.st_mode & _OTHERS or status.st_uid != os.geteuid()):
        raise SpecFileError(
            Text(f"密钥文件 {place} 别人也能读，没有使用。", f"Others may read {place}; it was not used."),
            fix=Text(
                f"请设为只有运行本程序的用户可读：chmod 600 {place}。",
                f"Let nobody read it but the user of this program: chmod 600 {place}.",
            ),
            where=where,
        )
    return secret
