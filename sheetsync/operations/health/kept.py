"""What outlives a run: the database, its copies, messages that wait for somebody."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sheetsync.operations.health.diagnosis import Diagnosis, failure, ok, skipped, warning
from sheetsync.operations.health.premises import Premises
from sheetsync.text import Text

_OLD_COPY = timedelta(days=3)
_LONG = timedelta(hours=24)
"""A message that waits longer is told of: it was tried again and again meanwhile."""


def database(at: Premises) -> Iterator[Diagnosis]:
    """The database can be reached and read, is whole, and not of a newer program."""
    if at.folder is None:
        yield skipped("没有项目文件夹，不保存历史。", "There is no project folder; no history is kept.")
        return
    found = at.database()
    where = found.file or "[state] url"
    if found.newer:
        yield failure(
            Text(
                f"数据库由更新版本的 SheetSync 建立（{found.revision}，本版本只到 {found.wanted}）。",
                f"A newer SheetSync made the database ({found.revision}; this one knows {found.wanted}).",
            ),
            Text("请升级 SheetSync。", "Upgrade SheetSync."),
            where=where,
        )
    elif found.absent or found.revision is None:
        yield ok(
            "数据库还没有建立，第一次运行时会建。",
            "There is no database yet; the first run makes it.",
            where=where,
        )
    elif found.revision != found.wanted:
        yield ok(
            f"数据库是旧版（{found.revision}），下次运行时先备份再升级到 {found.wanted}。",
            f"The database is of revision {found.revision}; the next run copies and upgrades it.",
            where=where,
        )
    else:
        yield ok(
            f"数据库完好，版本 {found.revision}。",
            f"The database is sound, revision {found.revision}.",
            where=where,
        )


def copies(at: Premises) -> Iterator[Diagnosis]:
    """There is a copy of a database file to go back to, and it can be read."""
    found = at.reached_database()
    if found is None or found.file is None or found.absent:
        yield skipped("没有需要备份的数据库文件。", "There is no database file to be copied.")
        return
    folder = Path(found.file).with_name(f"{Path(found.file).stem}-copies")
    fix = Text(
        f"运行一次 sheetsync check 会备份；请检查 {folder.name} 文件夹的权限和磁盘空间。",
        f"A run of sheetsync check makes one; look at the rights of {folder.name} and at the disk.",
    )
    if found.copy is None:
        what = Text("数据库还没有备份。", "There is no copy of the database yet.")
        yield warning(what, fix, where=str(folder))
        return
    day = f"{found.copy.taken:%Y-%m-%d}"
    if not found.copy.sound:
        what = Text(
            f"最近一份数据库备份（{day}）已损坏。", f"The last copy of the database ({day}) is damaged."
        )
        again = Text("请删除它，再运行一次 sheetsync check。", "Delete it and run sheetsync check.")
        yield failure(what, again, where=found.copy.path)
    elif at.utc() - found.copy.taken > _OLD_COPY:
        what = Text(f"最近一份数据库备份是 {day} 的。", f"The last copy of the database is of {day}.")
        yield warning(what, fix, where=found.copy.path)
    else:
        yield ok(
            f"最近备份于 {day}，可以读。", f"Copied on {day}; the copy can be read.", where=found.copy.path
        )


def messages(at: Premises) -> Iterator[Diagnosis]:
    """No message waits for a person's word or for a day."""
    if at.usable_database() is None:
        yield skipped("没有可用的数据库。", "There is no database to be used.")
        return
    entries = at.messages()
    counted = Counter(one.state for one in entries)
    listed = Text("用 sheetsync outbox 查看和处理。", "sheetsync outbox lists and settles them.")
    if counted["doubt"]:
        count = counted["doubt"]
        yield warning(
            Text(
                f"{count} 条消息不知道是否送达。", f"Of {count} messages nobody knows whether they arrived."
            ),
            Text(f"请向收件人确认，再{listed.zh}", f"Ask those they are for; {listed.en}"),
        )
    if counted["refused"]:
        count = counted["refused"]
        yield warning(
            Text(f"{count} 条消息被拒收或放弃。", f"{count} messages were refused or dropped."),
            Text(f"请核对收件地址，再{listed.zh}", f"Look at the addresses; {listed.en}"),
        )
    late = [one for one in entries if one.state == "pending" and at.now - one.first > _LONG]
    if late:
        first = f"{late[0].first:%Y-%m-%d %H:%M}"
        yield warning(
            Text(f"{len(late)} 条消息待发超过一天，最早的从 {first} 起。",
                 f"{len(late)} messages have waited for more than a day, the first since {first}."),
            listed,
        )  # fmt: skip
    if not (counted["doubt"] or counted["refused"] or late):
        yield ok("没有等人处理的消息。", "No message waits for anybody.")
