"""Collects the problems of one table, each with its place, its cell as typed and who can mend it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sheetsync.intake.cell import Doubt
from sheetsync.intake.columns import Typed
from sheetsync.intake.headers import Recognised
from sheetsync.intake.normalise import cell_address
from sheetsync.intake.records import Records
from sheetsync.marks import column_letters
from sheetsync.model.finding import Problem
from sheetsync.model.table import Bools, Ints, RawSheet, TableId
from sheetsync.text import Text


@dataclass(frozen=True)
class Notebook:
    """The problems of one table.

    Args:
        sheet: The sheet.
        found: The table on it.
        records: Its records.
        owners: The owner column, None where the sheet has none.
        derived: Fields read out of another one: that field, and on which records; shape (n,).
        problems: What was noted so far.
    """

    sheet: RawSheet
    found: Recognised
    records: Records
    owners: Typed | None
    derived: dict[str, tuple[str, Bools]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @cached_property
    def table_id(self) -> TableId:
        """The table, as findings and verdicts name it."""
        first = self.sheet.first_column + min(self.positions.values(), default=1 - self.sheet.first_column)
        header = self.sheet.first_row + self.found.header
        return TableId(self.found.form.id, self.sheet.name, header, first)

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Every field to its column position."""
        return {**self.found.fields, **self.found.open_fields}

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """Every field to its column letters."""
        first = self.sheet.first_column
        return {name: column_letters(first + position) for name, position in self.positions.items()}

    @cached_property
    def numbers(self) -> list[int]:
        """The row number of each record."""
        numbers: list[int] = self.records.rows.tolist()
        return numbers

    def cell(self, row: int, name: str, doubt: Doubt, read_as: str | None = None) -> None:
        """Note what there is to say about the cell of a record.

        Args:
            row: Position of the record.
            name: The field; the cell is the one it was read from.
            doubt: What there is to say.
            read_as: The value it was read as, in words.
        """
        if name in self.derived and self.derived[name][1][row]:
            name = self.derived[name][0]
        self._cells(name, [(row, doubt, read_as)])

    def _cells(self, name: str, noted: Iterable[tuple[int, Doubt, str | None]]) -> None:
        """Note what there is to say about cells of one column: record, doubt, the value in words."""
        # Looked up once for them all: a large sheet has many.
        sheet, table, letters = self.sheet.name, self.table_id, self.letters[name]
        title, raw = self.found.titles[self.positions[name]], self.records.raw[name]
        numbers, owners, add = self.numbers, self._owners, self.problems.append
        for row, doubt, read_as in noted:
            number = numbers[row]
            add(
                Problem(
                    sheet=sheet,
                    row=number,
                    cell=f"{letters}{number}",
                    column=title,
                    raw=raw[row],
                    kind=doubt.kind,
                    read_as=read_as,
                    message=doubt.message,
                    suggestion=doubt.suggestion,
                    owner=owners[row],
                    table=table,
                )
            )

    def row(self, row: int, doubt: Doubt, name: str | None = None) -> None:
        """Note what there is to say about a whole record.

        Args:
            row: Position of the record.
            doubt: What there is to say.
            name: The field whose cell is shown, where one is meant first.
        """
        number = self.numbers[row]
        position = None if name is None else self.positions.get(name)
        self.problems.append(
            Problem(
                sheet=self.sheet.name,
                row=number,
                cell=None if position is None or name is None else f"{self.letters[name]}{number}",
                column=None if position is None else self.found.titles[position],
                kind=doubt.kind,
                message=doubt.message,
                suggestion=doubt.suggestion,
                owner=self._owners[row],
                table=self.table_id,
            )
        )

    def column(self, name: str, typed: Typed) -> None:
        """Note every doubt that reading a column left."""
        rows = typed.rows_where(lambda cell: cell.doubt is not None)
        if len(rows):
            self._cells(name, self._doubts(typed, rows))

    @staticmethod
    def _doubts(typed: Typed, rows: Ints) -> Iterator[tuple[int, Doubt, str | None]]:
        said: dict[int, str | None] = {}
        for row, code in zip(rows.tolist(), typed.codes[rows].tolist(), strict=True):
            cell = typed.cells[code]
            if code not in said:  # rows with the same content were read alike
                said[code] = cell.read_as or (None if cell.broken else typed.in_words(row))
            if cell.doubt is not None:
                yield row, cell.doubt, said[code]

    def table(self) -> None:
        """Note what there is to say about the headers and about the rows that are no records."""
        header = self.sheet.first_row + self.found.header
        for position, name in self.found.repeated.items():
            kept = self.found.titles[self.found.fields[name]]
            address = cell_address(header, self.sheet.first_column + self.found.fields[name])
            self._header(
                position,
                Text(
                    f"“{self.found.titles[position]}”列重复，只读 {address} 的“{kept}”",
                    f"the column '{self.found.titles[position]}' stands twice; only {address} is read",
                ),
            )
        for missing in self.found.missing:
            near = missing.nearest
            self.problems.append(
                Problem(
                    sheet=self.sheet.name,
                    row=header,
                    kind="warning" if near else "info",
                    column=missing.title,
                    message=Text(
                        f"没有找到“{missing.title}”列", f"the column '{missing.title}' was not found"
                    ),
                    suggestion=Text(
                        f"最接近的是“{near}”，如是请改名",
                        f"the nearest is '{near}'; rename it if it is meant",
                    )
                    if near
                    else None,
                )
            )
        self._skipped(self.records.totals, Text("合计行", "totals"))
        self._skipped(self.records.headers, Text("重复的表头行", "repeated headers"))
        self._skipped(self.records.remarks, Text("表下说明", "remarks below the table"))

    def _header(self, position: int, message: Text) -> None:
        number = self.sheet.first_row + self.found.header
        self.problems.append(
            Problem(
                sheet=self.sheet.name,
                row=number,
                cell=cell_address(number, self.sheet.first_column + position),
                column=self.found.titles[position],
                raw=self.found.titles[position],
                kind="warning",
                message=message,
            )
        )

    def _skipped(self, rows: Iterable[int], what: Text) -> None:
        numbers = list(rows)
        if not numbers:
            return
        listed = "、".join(str(number) for number in numbers[:20]) + ("…" if len(numbers) > 20 else "")
        self.problems.append(
            Problem(
                sheet=self.sheet.name,
                kind="info",
                message=Text(
                    f"跳过 {len(numbers)} 行{what.zh}：第 {listed} 行",
                    f"{len(numbers)} rows skipped ({what.en}): {listed.replace('、', ', ')}",
                ),
            )
        )

    @cached_property
    def _owners(self) -> Sequence[str | None]:
        """Who is responsible for each record."""
        if self.owners is None:
            return [None] * len(self.numbers)
        owners: list[str | None] = self.owners.data.tolist()
        return owners
