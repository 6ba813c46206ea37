"""A spreadsheet of Feishu, or one tab of it, as a store: read it and mark it."""

from collections.abc import Sequence

from sheetsync.errors import StaleError
from sheetsync.feishu.client import FeishuClient
from sheetsync.feishusheets.document import Document
from sheetsync.feishusheets.marking import Marking
from sheetsync.feishusheets.reader import is_formula, read_document, revisions_now
from sheetsync.feishusheets.state import DocumentState, Titles, raw_book
from sheetsync.model.edit import Edit
from sheetsync.model.table import RawBook, Version
from sheetsync.ports import Presented
from sheetsync.text import Text


class FeishuSheetStore:
    """A spreadsheet of Feishu, or one tab of it; meets the ports Workbook and Cleanable.

    Args:
        client: Feishu, as our app sees it.
        token: Of the spreadsheet.
        sheet: Id of the only tab that is looked at; all tabs when None.
        titles: Our columns in each language, in the order in which they stand side by side.
        whole_rows: Whether whole rows are coloured, whatever fills people gave them.
    """

    def __init__(
        self,
        client: FeishuClient,
        token: str,
        sheet: str | None = None,
        *,
        titles: Titles,
        whole_rows: bool = False,
    ) -> None:
        self._document = Document(client, token)
        self._sheet = sheet
        self._titles = titles
        self._whole_rows = whole_rows
        self._state: DocumentState | None = None

    @property
    def address(self) -> str:
        """The spreadsheet as people name it."""
        return f"feishu-sheet:{self._document.token}" + (f"/{self._sheet}" if self._sheet else "")

    def read(self) -> RawBook:
        """Return everything the spreadsheet, or its tab, holds.

        Raises:
            InputRefusedError: There is no such tab, or no cell at all is told.
            RemoteError: Feishu does not answer, or refuses.
        """
        self._state = self._read()
        document = self._document
        return raw_book(self._state, lambda sheet, row, column: is_formula(document, sheet, row, column))

    def preview(self, edits: Sequence[Edit], *, based_on: Version) -> Presented:
        """Return what `present` would change, without writing anything."""
        marking = self._planned(edits, based_on)
        return Presented(version=based_on, changes=tuple(marking.changes), path=self.address)

    def present(self, edits: Sequence[Edit], *, based_on: Version) -> Presented:
        """Bring our columns, cells and tabs to the state that `edits` describe, writing only what differs.

        A spreadsheet is changed in a few calls: where one fails in between, the next run writes the rest.

        Raises:
            StaleError: The spreadsheet is no longer the one that was read; nothing was written.
            BusyError: Another run writes it; nothing was written.
            InputRefusedError: A cell of people's no longer holds what was read; nothing was written.
            RemoteError: Feishu does not answer, or refuses, or somebody wrote at the same moment.
        """
        with self._document.writing():
            marking = self._planned(edits, based_on)
            if not marking.changes:
                return Presented(version=based_on, changes=(), path=self.address)
            self._state = None
            marking.carry_out()
            now = self._read()
            marking.verify(now)
        self._state = now
        return Presented(version=now.version, changes=tuple(marking.changes), path=self.address)

    def clean(self, edits: Sequence[Edit], *, based_on: Version, dry_run: bool = False) -> Presented:
        """Take columns and tabs of ours out again; errors are those of `present`."""
        return (self.preview if dry_run else self.present)(edits, based_on=based_on)

    def _read(self) -> DocumentState:
        return read_document(self._document, self._sheet, self._titles)

    def _planned(self, edits: Sequence[Edit], based_on: Version) -> Marking:
        marking = Marking(
            self._document, self._as_read(based_on), scope=self._sheet, whole_rows=self._whole_rows
        )
        marking.plan(edits)
        return marking

    def _as_read(self, based_on: Version) -> DocumentState:
        """Return how the spreadsheet was read, if it still holds the same.

        Raises:
            StaleError: It does not.
        """
        before = self._state
        # What only the clock moves, such as =NOW(), is no change of people's.
        if (
            before is not None
            and before.version == based_on
            and revisions_now(self._document, before.revisions) == before.revisions
        ):
            return before
        now = self._read()
        if now.version != based_on:
            raise StaleError(
                Text(
                    "读取之后电子表格已被修改，没有写入。",
                    "The spreadsheet changed after it was read; nothing was written.",
                ),
                fix=Text("请重新运行。", "Run again."),
                where=self.address,
            )
        self._state = now
        return now
