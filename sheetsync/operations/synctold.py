"""What a sync came to, in words: a summary, the plan as a table, and why nothing was written."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from unicodedata import east_asian_width

from sheetsync.forms.spec import Form
from sheetsync.intake.ids import next_free
from sheetsync.mirror.guard import Alarm
from sheetsync.model.mirror import SIDES, UNREAD, Action, ActionKind, Hindrance, SideName, Skipped
from sheetsync.operations.sync import Compared, SyncResult
from sheetsync.operations.syncconflicts import column_title
from sheetsync.operations.syncends import Pair, ReadEnd
from sheetsync.operations.syncundo import Kept, UndoResult
from sheetsync.text import Language, Text

KINDS: tuple[ActionKind, ...] = ("create", "update", "mark", "delete")
SIDE: Mapping[SideName, Text] = {"left": Text("左", "left"), "right": Text("右", "right")}
_DID: Mapping[ActionKind, Text] = {
    "create": Text("新增", "add"),
    "update": Text("修改", "change"),
    "mark": Text("标为已取消", "mark as cancelled"),
    "delete": Text("删除", "delete"),
}
_SHORT: Mapping[ActionKind, Text] = {
    "create": Text("新增 {} 条", "{} added"),
    "update": Text("修改 {} 条", "{} changed"),
    "mark": Text("标为已取消 {} 条", "{} marked as cancelled"),
    "delete": Text("删除 {} 条", "{} deleted"),
}
_EMPTY = Text("（空）", "(empty)")
_LISTED = 8
"""Columns and records that are named in a line."""
_WIDEST = 36
"""Characters of a value in the table; the JSON document has it whole."""


def sync_lines(result: SyncResult) -> tuple[Text, ...]:
    """Return a sync as a few lines: what was or would be written on each side, and what was not."""
    pair, plan = result.pair, result.plan
    lines = []
    if result.first:
        lines.append(
            Text(
                f"首次同步：按编号合并，两边都有 {plan.compared} 条，不删除任何行。",
                f"First sync: united by id, {plan.compared} records on both sides, nothing is deleted.",
            )
        )
    actions = {name: plan.of(name) for name in SIDES}
    lines += _side_lines(pair, actions, would=result.dry_run or bool(result.alarms))
    lines += [alarm_text(alarm, result) for alarm in result.alarms]
    if plan.conflicts:
        lines.append(_conflicts(len(plan.conflicts), result))
    torn = [(one.key, column_title(one.field, result.read, pair.form)) for one in result.torn]
    lines += [
        Text(
            f"{key} 的“{title.zh}”：两个工作簿里选的不一样，请改成一致。",
            f"{key}, '{title.en}': the two workbooks choose different sides; make them the same.",
        )
        for key, title in torn
    ]
    lines += [
        Text(
            f"{_name(pair, name)}：没有写入。{one.why.zh}", f"{_name(pair, name)}: not written. {one.why.en}"
        )
        for name in SIDES
        for one in result.setbacks.get(name, ())
    ]
    lines += skipped_lines(result)
    if result.first or result.dry_run:
        lines += _alone(result)
    return (*lines, *result.notes)


def sync_table(result: SyncResult, language: Language) -> Iterator[str]:
    """Yield the plan as a table for a terminal, the titles first; nothing where there is nothing in it."""
    form = result.pair.form
    rows = list(_plan_rows({name: result.plan.of(name) for name in SIDES}, result.read, form, language))
    for one in result.plan.conflicts:
        field = column_title(one.field, result.read, form).say(language) if one.field else ""
        left, right = (_shown(token, language) for token in (one.left, one.right))
        rows.append(("↔", Text("冲突", "conflict").say(language), one.key, field, left, right))
    titles = [
        Text("边", "side"),
        Text("动作", "action"),
        Text("编号", "id"),
        Text("字段", "field"),
        Text("现值（冲突：左）", "now (conflict: left)"),
        Text("新值（冲突：右）", "then (conflict: right)"),
    ]
    yield from _aligned([tuple(title.say(language) for title in titles), *rows] if rows else [])


def undo_lines(result: UndoResult) -> tuple[Text, ...]:
    """Return what taking back a sync came to as a few lines."""
    pair = result.pair
    at = f"{result.run.at:%Y-%m-%d %H:%M}"
    verb = ("将撤销", "would be") if result.dry_run else ("撤销", "is")
    lines = [Text(f"{verb[0]} {at} 的同步：", f"The sync of {at} {verb[1]} taken back:")]
    lines += _side_lines(pair, result.actions, would=result.dry_run)
    lines += [
        Text(
            f"{_name(pair, name)}：没有写入。{one.why.zh}", f"{_name(pair, name)}: not written. {one.why.en}"
        )
        for name in SIDES
        for one in result.setbacks.get(name, ())
    ]
    lines += [_kept(one, result.both, pair) for one in result.kept]
    return tuple(lines)


def undo_table(result: UndoResult, language: Language) -> Iterator[str]:
    """Yield what is taken back as a table for a terminal."""
    rows = list(_plan_rows(result.actions, result.both.read, result.pair.form, language))
    titles = [
        Text("边", "side"),
        Text("动作", "action"),
        Text("编号", "id"),
        Text("字段", "field"),
        Text("现值", "now"),
        Text("恢复为", "back to"),
    ]
    yield from _aligned([tuple(title.say(language) for title in titles), *rows] if rows else [])


def alarm_text(alarm: Alarm, result: SyncResult) -> Text:
    """Return why nothing was written, and what to do."""
    name, count, of = _name(result.pair, alarm.side), alarm.count, alarm.of
    match alarm.danger:
        case "emptied":
            return Text(
                f"已停止，没有写入：{name} 一条记录也没有了（原有 {of} 条）。"
                "请检查文件；确实清空了，用 --adopt 重新开始。",
                f"Stopped, nothing was written: {name} has no records any more ({of} before). Check the "
                "file; if it was emptied on purpose, begin anew with --adopt.",
            )
        case "columns":
            titles = [column_title(one, result.read, result.pair.form) for one in alarm.names]
            zh, en = "、".join(one.zh for one in titles), ", ".join(one.en for one in titles)
            return Text(
                f"已停止，没有写入：{name} 少了列 {zh}。请恢复这些列；确实不要了，用 --adopt 重新开始。",
                f"Stopped, nothing was written: {name} lost the columns {en}. Put them back; if they are not "
                "wanted any more, begin anew with --adopt.",
            )
        case "deletions":
            return Text(
                f"已停止，没有写入：{name} 的 {of} 条里有 {count} 条会被删除或取消，超过上限。"
                "请先看 --dry-run；确认无误用 --max-delete 提高上限。",
                f"Stopped, nothing was written: {count} of {of} records of {name} would be deleted or "
                "cancelled, more than allowed. Look with --dry-run first; raise the limit with --max-delete.",
            )
        case "changes":
            return Text(
                f"已停止，没有写入：{name} 的 {of} 条里有 {count} 条会被修改，像是误操作。"
                "请先看 --dry-run；确认无误加 --yes。",
                f"Stopped, nothing was written: {count} of {of} records of {name} would change, which looks "
                "like an accident. Look with --dry-run first; add --yes if it is meant.",
            )


def proposals(result: SyncResult) -> Mapping[tuple[SideName, int], str]:
    """Return an id that is free on both sides for each row without one (spec 1.1)."""
    form = result.pair.form
    taken = {key for name in SIDES for key in result.sources[name].places}
    last = max(taken, default=None, key=lambda key: (len(key), key))
    found = {}
    for one in result.plan.skipped:
        if one.why == "unnamed" and one.row is not None:
            free = next_free(last, taken, form.column(form.key).example)
            if free is None:
                break
            taken.add(free)
            last = free
            found[one.side, one.row] = free
    return found


def skipped_lines(result: SyncResult) -> list[Text]:
    """Return what is left as it is, and what to do about it; the same reason of many records is told once."""
    free = proposals(result)
    grouped: dict[tuple[Hindrance, SideName], list[Skipped]] = {}
    for one in result.plan.skipped:
        grouped.setdefault((one.why, one.side), []).append(one)
    lines = []
    for (why, side), items in grouped.items():
        name = _name(result.pair, side)
        said = [_item(one, free, result) for one in items[:_LISTED]]
        more = len(items) - len(said)
        zh = "、".join(one.zh for one in said) + (f" 等 {len(items)} 处" if more else "")
        en = ", ".join(one.en for one in said) + (f" and {more} more" if more else "")
        lines.append(_skipped(why, name, zh, en))
    return lines


def _alone(result: SyncResult) -> Iterator[Text]:
    """Yield which columns are not kept in step."""
    for name in SIDES:
        titles = result.mapped.alone[name]
        if titles:
            more = len(titles) - _LISTED
            zh = "、".join(titles[:_LISTED]) + (f" 等 {len(titles)} 列" if more > 0 else "")
            en = ", ".join(titles[:_LISTED]) + (f" and {more} more" if more > 0 else "")
            shown = _name(result.pair, name)
            yield Text(
                f"{shown}：只有这边有、不同步的列：{zh}。",
                f"{shown}: columns of this side only, left alone: {en}.",
            )


def _skipped(why: Hindrance, name: str, zh: str, en: str) -> Text:
    said = _LEFT[why]
    return Text(said.zh.format(name, zh), said.en.format(name, en))


_LEFT: Mapping[Hindrance, Text] = {
    "repeated": Text(
        "{}：编号重复，未同步：{}。每条记录用一个不同的编号。",
        "{}: left out, since several records bear the id: {}. Give each an id of its own.",
    ),
    "unnamed": Text(
        "{}：没有编号（或看不懂），未同步：{}。请填编号。",
        "{}: left out without an id: {}. Fill it in.",
    ),
    "unread": Text(
        "{}：看不懂，未同步也未覆盖：{}。请改正。",
        "{}: not read, so neither copied nor written over: {}. Mend the cell.",
    ),
    "astray": Text(
        "{}：另一边的行没有编号或编号重复，可能就是这些记录，没有当作删除：{}。请先改好那边的编号。",
        "{}: not taken for deleted, since rows of the other side without an id of their own may be "
        "these: {}. Mend the ids there first.",
    ),
    "counted": Text(
        "{}：同一行有日期从它算起，会跟着变，没有写入：{}。请把那个日期写完整，如 2023-10-09。",
        "{}: not written, since another date of the row counts from it and would change: {}. "
        "Write that date out in full, such as 2023-10-09.",
    ),
    "unconfirmed": Text(
        "{}：另一边已删除，等待确认后才删除：{}。确认请加 --yes。",
        "{}: deleted on the other side, kept until a person confirms: {}. Confirm with --yes.",
    ),
    "kept": Text(
        "{}：另一边已删除，这里保留：{}。",
        "{}: deleted on the other side, kept here: {}.",
    ),
}
"""What is left as it is, and why: the end, and what it is."""


def _item(one: Skipped, free: Mapping[tuple[SideName, int], str], result: SyncResult) -> Text:
    if one.row is not None:
        proposed = free.get((one.side, one.row))
        return Text(
            f"第 {one.row} 行" + (f"（可用 {proposed}）" if proposed else ""),
            f"row {one.row}" + (f" ({proposed} is free)" if proposed else ""),
        )
    if not one.field:
        return Text(one.key, one.key)
    title = column_title(one.field, result.read, result.pair.form)
    return Text(f"{one.key} {title.zh}", f"{one.key} {title.en}")


def _side_lines(pair: Pair, actions: Mapping[SideName, Sequence[Action]], *, would: bool) -> Iterator[Text]:
    """Yield how much is written on each side, one line each."""
    for name in SIDES:
        counts = Counter(act.kind for act in actions[name] if act.moves or act.kind in {"create", "delete"})
        said = [(_SHORT[kind], counts[kind]) for kind in KINDS if counts[kind]]
        zh = "，".join(text.zh.format(count) for text, count in said) or "无改动"
        en = ", ".join(text.en.format(count) for text, count in said) or "no change"
        shown = _name(pair, name)
        planned = would and bool(said)
        yield Text(
            f"{shown}：{'将' if planned else ''}{zh}", f"{shown}: {en}{' (planned)' if planned else ''}"
        )


def _conflicts(count: int, result: SyncResult) -> Text:
    tab = any(result.read[name].end.presenter is not None for name in SIDES)
    where = "，见“同步冲突”页，选好后再同步" if tab else "，可用 --prefer left 或 right 决定"
    where_en = (
        "; choose on the tab Sync conflicts and sync again" if tab else "; decide with --prefer left or right"
    )
    if result.dry_run or result.alarms:
        where, where_en = "", ""
    return Text(
        f"冲突 {count} 处，两边都没有覆盖{where}。",
        f"Conflicts: {count}; nothing was written over{where_en}.",
    )


def _kept(one: Kept, both: Compared, pair: Pair) -> Text:
    name = _name(pair, one.side)
    if not one.field:
        if one.holds is None:
            return Text(f"{name}：{one.key} 已经不在，跳过。", f"{name}: {one.key} is gone; left out.")
        return Text(
            f"{name}：{one.key} 这一行后来有人填了“{one.holds}”，保留。",
            f"{name}: somebody has put '{one.holds}' into the row of {one.key} since; it is kept.",
        )
    title = column_title(one.field, both.read, pair.form)
    return Text(
        f"{name}：{one.key} 的“{title.zh}”后来改成了“{one.holds or ''}”，保留。",
        f"{name}: '{title.en}' of {one.key} was changed to '{one.holds or ''}' since; it is kept.",
    )


def _name(pair: Pair, side: SideName) -> str:
    return pair.ends[side].name


def _plan_rows(
    actions: Mapping[SideName, Sequence[Action]],
    read: Mapping[SideName, ReadEnd],
    form: Form,
    language: Language,
) -> Iterator[tuple[str, ...]]:
    for name in SIDES:
        for act in actions[name]:
            did = _DID[act.kind].say(language)
            side = SIDE[name].say(language)
            if act.kind in {"create", "delete"}:
                told = "；".join(
                    f"{column_title(one, read, form).say(language)}="
                    f"{_shown(move.after or move.before, language)}"
                    for one, move in list(act.moves.items())[:3]
                )
                yield side, did, act.key, "", *((told, "") if act.kind == "delete" else ("", told))
                continue
            for one, move in act.moves.items():
                title = column_title(one, read, form).say(language)
                yield side, did, act.key, title, _shown(move.before, language), _shown(move.after, language)


def _shown(token: str | None, language: Language) -> str:
    if token is None:
        return Text("（已删除）", "(deleted)").say(language)
    text = token.removeprefix(UNREAD).replace("\n", " ⏎ ")
    if not text:
        return _EMPTY.say(language)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield rows with their columns under each other."""
    rows = list(rows)
    widths = [max(map(_units, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (text + " " * (width - _units(text)) for text, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _units(text: str) -> int:
    """Return the width of a text on a terminal; a Chinese letter takes two places."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
