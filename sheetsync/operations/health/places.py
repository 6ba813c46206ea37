"""Where things lie: folders that must be writable, room on the disk, network drives, the workbooks."""

from collections.abc import Iterator
from pathlib import Path

from sheetsync.address import is_remote
from sheetsync.disk.backup import FOLDER as BACKUPS
from sheetsync.disk.owners import refuse_if_open
from sheetsync.errors import OpenElsewhereError, SheetSyncError
from sheetsync.operations.health.diagnosis import Diagnosis, failure, of_error, ok, skipped, warning
from sheetsync.operations.health.premises import Premises
from sheetsync.text import Text, join

_LITTLE, _TOO_LITTLE = 1 << 30, 100 << 20
"""Free bytes below which a disk is told of, and below which it will not do."""

_WRITABLE = Text(
    "请让运行 SheetSync 的用户可以写这个文件夹（Windows：属性→安全；Linux：chown 或 chmod），"
    "并检查磁盘和杀毒软件。",
    "Let the user of SheetSync write this folder (Windows: properties, security; Linux: chown or chmod), "
    "and look at the disk and at virus scanners.",
)


def folders(at: Premises) -> Iterator[Diagnosis]:
    """A file can be made, renamed, read and deleted wherever something is ever written."""
    if at.folder is None:
        yield skipped("没有项目文件夹。", "There is no project folder.")
        return
    tried: dict[Path, OSError | None] = {}
    for title, folder in _folders(at, at.folder):
        if title is not None and not folder.is_dir():
            yield warning(
                Text(f"{title.zh}不存在。", f"The {title.en} does not exist."),
                Text("请新建它，或改 sheetsync.toml。", "Make it, or change sheetsync.toml."),
                where=str(folder),
            )
            continue
        place = _nearest(folder)
        if place not in tried:
            try:
                at.try_folder(place)
            except OSError as error:
                tried[place] = error
            else:
                tried[place] = None
        error_of = tried[place]
        if error_of is not None:
            yield failure(
                Text("文件夹不能写。", "The folder cannot be written."),
                _WRITABLE,
                where=str(folder),
                why=Text(f"（{error_of.strerror or error_of}）", f"({error_of.strerror or error_of})"),
            )
        else:
            yield ok("可以写。", "It can be written.", where=str(folder))


def _folders(at: Premises, project: Path) -> Iterator[tuple[Text | None, Path]]:
    """Yield the folders that are written; those with a title must be there already."""
    yield None, project
    if not at.settings.workbooks:
        yield Text("工作簿文件夹", "folder of workbooks"), project / "workbooks"
    paths = [one.path for one in at.settings.workbooks.values() if not is_remote(one.path)]
    named = [(project / path).resolve().parent for path in paths]
    for folder in dict.fromkeys(named):
        yield Text("工作簿所在的文件夹", "folder of a workbook"), folder
    yield None, project / ".sheetsync"
    yield None, project / BACKUPS
    yield None, project / at.settings.mail.outbox


def _nearest(folder: Path) -> Path:
    """Return the folder, or the one above it in which it would be made."""
    return next((one for one in (folder, *folder.parents) if one.is_dir()), folder)


def disk(at: Premises) -> Iterator[Diagnosis]:
    """There is room for backups and for the database."""
    place = at.folder or Path.cwd()
    free = at.free_bytes(place)
    said = f"{free / (1 << 30):.1f} GB"
    fix = Text(
        "请清理磁盘，或在 [backup] 里少留一些备份。",
        "Clear the disk up, or keep fewer backups in [backup].",
    )
    if free < _TOO_LITTLE:
        what = Text(f"磁盘只剩 {said}，写入会失败。", f"Only {said} are left on the disk; writes will fail.")
        yield failure(what, fix, where=str(place))
    elif free < _LITTLE:
        yield warning(Text(f"磁盘只剩 {said}。", f"Only {said} are left on the disk."), fix, where=str(place))
    else:
        yield ok(f"磁盘剩余 {said}。", f"{said} are left on the disk.", where=str(place))


def drive(at: Premises) -> Iterator[Diagnosis]:
    """The database file lies on a disk of this machine: on network drives SQLite loses data."""
    database = at.reached_database()
    file = None if database is None else database.file
    if file is None:
        yield skipped("没有可用的数据库文件。", "There is no database file to be used.")
        return
    kind = at.network_drive(_nearest(Path(file).parent))
    if kind is None:
        yield ok("数据库在本机磁盘上。", "The database is on a disk of this machine.", where=file)
        return
    yield warning(
        Text(f"数据库文件在网络盘上（{kind}）。", f"The database file is on a network drive ({kind})."),
        Text(
            "请把项目文件夹放在本机磁盘，或在 [state] url 里写一个本机路径或 PostgreSQL。"
            "工作簿可以留在网络盘。",
            "Move the project folder to a disk of this machine, or name a path on it, or PostgreSQL, in "
            "[state] url. Workbooks may stay on the network drive.",
        ),
        where=file,
        why=Text("SQLite 在网络盘上可能损坏。", "SQLite may be damaged there."),
    )


def workbooks(at: Premises) -> Iterator[Diagnosis]:
    """Each workbook of the project can be read, holds a form, and nobody has it open."""
    books = at.books()
    if not books:
        yield (
            skipped("还没有工作簿。", "There is no workbook yet.")
            if at.folder is None
            else warning(
                Text("项目里没有工作簿。", "The project has no workbook."),
                Text(
                    "请把工作簿放进 workbooks 文件夹，或在 [workbooks] 里写出路径。",
                    "Put one into the folder workbooks, or name its path in [workbooks].",
                ),
                where=str(at.folder),
            )
        )
    for path in books:
        try:
            yield _workbook(at, path)
        except OpenElsewhereError as error:
            yield of_error(error)
        except SheetSyncError as error:
            yield of_error(error, Text("请在 Excel 里打开并另存。", "Open it in Excel and save it anew."))


def _workbook(at: Premises, path: Path) -> Diagnosis:
    titles = dict.fromkeys(at.recognised(path))
    if not titles:
        return warning(
            Text("没有认出任何表单。", "No form was recognised."),
            Text(
                "表单按表头识别；sheetsync forms 列出各表的表头，sheetsync new 生成标准表。",
                "Forms are known by their headers: sheetsync forms lists them, sheetsync new makes them.",
            ),
            where=str(path),
        )
    refuse_if_open(path.resolve())
    told = join(list(titles), "、", ", ")
    return ok(f"可以读，有{told.zh}。", f"It can be read and has {told.en}.", where=str(path))
