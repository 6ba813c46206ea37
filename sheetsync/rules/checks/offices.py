"""Which columns of a matrix stand for which departments: by usual names, short names, or named within."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sheetsync.rules.rows import Rows

_VOCABULARY = "departments"
_ENDINGS = ("部", "部门", "中心", "室", "处", "科", "局", "分公司", "事业部")


@dataclass(frozen=True, slots=True)
class Offices:
    """The departments that the open columns of a table stand for.

    Args:
        titles: Column to its title without regard to width and case.
        spellings: Every known spelling of a department, alike, to its usual name.
    """

    titles: Mapping[str, str]
    spellings: Mapping[str, str]

    @classmethod
    def of(cls, rows: Rows) -> "Offices":
        """Return those of a table."""
        vocabularies = rows.book.catalogue.vocabularies
        words = vocabularies[_VOCABULARY].words if _VOCABULARY in vocabularies else ()
        spellings = {_plain(one): word.zh for word in words for one in (word.en, *word.synonyms, word.zh)}
        return cls({name: _plain(rows.title(name)) for name in rows.table.open_fields}, spellings)

    @property
    def only(self) -> bool:
        """True if every column stands for a department: then one without a column takes no part."""
        return bool(self.titles) and all(self.own(name) is not None for name in self.titles)

    def standard(self, department: str) -> str:
        """Return the usual name of a department, the name itself where there is none."""
        return self.spellings.get(_plain(department), department)

    def full(self, department: str) -> str:
        """Return a department as it is written if that may be its full name, else the usual one."""
        return department if department.endswith(_ENDINGS) else self.standard(department)

    def own(self, column: str) -> str | None:
        """Return the department that a column stands for; None for a role, a person or anything else."""
        title = self.titles[column]
        usual = self.spellings.get(title)
        return usual or (self.standard(column) if title.endswith(_ENDINGS) else None)

    def columns(self, department: str) -> Sequence[str]:
        """Return the columns that stand for a department or name it, such as 市场部经理."""
        usual = self.standard(department)
        names = {_plain(department), *(one for one, word in self.spellings.items() if word == usual)}
        return [
            column
            for column, title in self.titles.items()
            if title in names or any(len(name) > 1 and name in title for name in names)
        ]


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
