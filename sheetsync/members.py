"""The workbooks of a check, opened when their turn comes; those that belong together are judged together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sheetsync.address import BitableAddress, Book, FeishuSheetAddress
from sheetsync.errors import OpenElsewhereError, SheetSyncError, UsageError
from sheetsync.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from sheetsync.operations.check import BookResult, Writing
    from sheetsync.operations.standards import Standards
    from sheetsync.operations.together import Member, Opened
    from sheetsync.project import Project


def check_unit(
    project: Project,
    standards: Standards,
    now: datetime,
    writing: Writing,
    unit: tuple[Sequence[tuple[Book | UsageError, Path | None]], Sequence[Book]],
) -> list[BookResult]:
    """Check workbooks that belong together; their errors, ours too, become part of their results."""
    from sheetsync.operations.together import check_together
    from sheetsync.state.held import connections_held

    places, beside = unit
    members = [member(project, path, judged=False) for path in beside]
    members += [member(project, path, output, writing) for path, output in places]
    with connections_held():
        return check_together(members, standards, now=now, writing=writing)


def check_unit_or_copy(
    project: Project,
    standards: Standards,
    now: datetime,
    writing: Writing,
    unit: tuple[Sequence[tuple[Book | UsageError, Path | None]], Sequence[Book]],
) -> list[BookResult]:
    """Check as `check_unit` does; of a workbook that somebody has open, mark a copy beside it."""
    from sheetsync.disk.folder import side_copy_of

    places, beside = unit
    results = check_unit(project, standards, now, writing, unit)
    for number, (result, (path, _)) in enumerate(zip(results, places, strict=True)):
        if not isinstance(path, Path) or not isinstance(result.error, OpenElsewhereError):
            continue
        copy = side_copy_of(path)
        others = [other for other, _ in places if not isinstance(other, UsageError) and other != path]
        (marked,) = check_unit(project, standards, now, writing, ([(path, copy)], [*beside, *others]))
        if marked.error is None:
            held = OpenElsewhereError(
                result.error.what,
                fix=Text(
                    f"标记后的副本在旁边：{copy.name}。",
                    f"The marked copy is beside it: {copy.name}.",
                ),
                where=result.error.where,
            )
            results[number] = replace(marked, held=held)
    return results


def lost_unit(
    now: datetime,
    unit: tuple[Sequence[tuple[Book | UsageError, Path | None]], Sequence[Book]],
    error: SheetSyncError,
) -> list[BookResult]:
    """Return what stands for workbooks whose worker died while it was at work on them."""
    from sheetsync.operations.check import BookResult

    paths = [_shown(path) for path, _ in unit[0]]
    return [BookResult(path=path, now=now, error=_at(error, path)) for path in paths]


def member(
    project: Project,
    path: Book | UsageError,
    output: Path | None = None,
    writing: Writing = "none",
    *,
    judged: bool = True,
) -> Member:
    """Return one workbook of a check, not opened yet.

    Args:
        project: The project it is judged in.
        path: The workbook, or what the user named in vain.
        output: Where the marked copy goes; None marks the workbook itself.
        writing: As for `check`.
        judged: False for one that is only looked into.
    """
    from sheetsync.operations.together import Member

    return Member(path=_shown(path), open=partial(_opened, project, path, output, writing), judged=judged)


def _shown(path: Book | UsageError) -> str:
    return (path.where or "") if isinstance(path, UsageError) else str(path)


def _at(error: SheetSyncError, path: str) -> SheetSyncError:
    return type(error)(error.what, why=error.why, fix=error.fix, where=path)


def _opened(project: Project, path: Book | UsageError, output: Path | None, writing: Writing) -> Opened:
    """Open one workbook of a check; what was named in vain is refused here, as its own result."""
    from sheetsync.operations.together import Opened

    if isinstance(path, UsageError):
        raise path
    if isinstance(path, BitableAddress | FeishuSheetAddress):
        return _opened_remote(project, path, output, writing)
    marked = None if writing == "none" else project.store(path, output)
    memory = project.memory(path)
    return Opened(
        reader=marked or project.reader(path),
        presenter=marked,
        memory=memory,
        history=project.history(path),
        forms=project.workbooks.get(path.resolve(), ()),
        # Without a project nobody keeps the trail; a marked copy is not the workbook that people agreed on.
        automatic=project.settings.changes.apply and memory is not None and output is None,
        notes=marked.prepare() if marked is not None and writing == "write" and output is None else (),
    )


def _opened_remote(
    project: Project, address: BitableAddress | FeishuSheetAddress, output: Path | None, writing: Writing
) -> Opened:
    """Open a base or a spreadsheet of Feishu, or one table or tab of it.

    Raises:
        UsageError: A marked copy is asked for, which neither has.
        SpecFileError: No app is set up.
    """
    from sheetsync.operations.together import Opened

    if output is not None:
        raise UsageError(
            Text("飞书里的表格不能另存标记副本。", "There is no marked copy of what lies at Feishu."),
            fix=Text("去掉 -o；要在原表里标记，用 --write。", "Leave -o out; --write marks it where it is."),
        )
    store = project.bitable(address) if isinstance(address, BitableAddress) else project.feishu_sheet(address)
    memory = project.memory(address)
    return Opened(
        reader=store,
        presenter=None if writing == "none" else store,
        memory=memory,
        history=project.history(address),
        forms=project.workbooks.get(address, ()),
        automatic=project.settings.changes.apply and memory is not None,
    )
