"""This machine: Python, libraries, fonts."""

import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires

from sheetsync.operations.health.diagnosis import Diagnosis, failure, ok
from sheetsync.operations.health.premises import Premises
from sheetsync.render.pictures import late_by_department
from sheetsync.text import Text

_OLDEST = (3, 11)
_NEEDED = re.compile(r"([A-Za-z0-9._-]+)(?:>=([0-9.]+))?(.*)")
_ELSEWHERE = re.compile(r"extra\s*==")


def programs(at: Premises) -> Iterator[Diagnosis]:
    """Python and the libraries are there, and new enough."""
    found = platform.python_version()
    if sys.version_info[:2] < _OLDEST:
        yield failure(
            Text(f"Python {found} 太旧。", f"Python {found} is too old."),
            Text("请安装 Python 3.11 或更新版本。", "Install Python 3.11 or later."),
            where=sys.executable,
        )
        return
    wrong = [line for name, least in needed() if (line := _wrong(name, least, at.versions(name)))]
    if wrong:
        yield failure(
            Text(
                f"程序库缺失或太旧：{'、'.join(wrong)}。",
                f"Libraries are missing or too old: {', '.join(wrong)}.",
            ),
            Text("请运行 pip install -U sheetsync。", "Run pip install -U sheetsync."),
        )
        return
    ours = at.versions("sheetsync") or "?"
    yield ok(
        f"SheetSync {ours}，Python {found}，{len(needed())} 个程序库齐全。",
        f"SheetSync {ours}, Python {found}, all {len(needed())} libraries are there.",
        where=sys.executable,
    )


def needed() -> list[tuple[str, str]]:
    """Return the libraries that every installation needs, each with its oldest version."""
    try:
        lines = requires("sheetsync") or []
    except PackageNotFoundError:
        # Run from a folder of sources: what is missing says so by itself.
        return []
    found = [_NEEDED.match(line) for line in lines]
    return [(one[1], one[2] or "0") for one in found if one is not None and not _ELSEWHERE.search(one[3])]


def _wrong(name: str, least: str, version: str | None) -> str | None:
    if version is None:
        return name
    return f"{name} {version} < {least}" if _numbers(version) < _numbers(least) else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.partition("+")[0])[:3])


def fonts(_: Premises) -> Iterator[Diagnosis]:
    """The pictures in mails can be drawn; their words stand beside them, so no Chinese font is needed."""
    try:
        late_by_department([(2, 1)])
    except (OSError, ImportError) as error:
        yield failure(
            Text("邮件里的图画不出来。", "The pictures in mails cannot be drawn."),
            Text(
                "请运行 pip install --force-reinstall pillow。", "Run pip install --force-reinstall pillow."
            ),
            why=Text(f"（{type(error).__name__}）", f"({type(error).__name__})"),
        )
    else:
        yield ok(
            "邮件里的图能画；图里只有数字，不需要中文字体。",
            "The pictures in mails can be drawn; they hold numbers only and need no Chinese font.",
        )
