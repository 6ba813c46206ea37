"""A hidden tab that sorts the directory by department, so that dropdowns can offer the people of one.

Dropdowns need neighbouring cells, and nobody keeps a directory sorted. Plain formulas do it: each row of the
directory gets `department#number`, and a column per department looks its numbers up. They follow what people
write, without macros and without array formulas.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from sheetsync.templates.entry import NOTHING, Entered
from sheetsync.templates.layout import quoted
from sheetsync.text import Language, Text

FORM = "directory"
"""The form that lists the people (spec B1)."""
SHEET = Text("人员下拉", "People lists")

_DEPARTMENTS, _PEOPLE = 30, 40
_MOST = 500
_FIRST = 2
_TITLES = (Text("部门与序号", "Department and number"), Text("部门序号", "Number of department"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleTab:
    """Where the people stand, and where the tab sorts them.

    Args:
        language: The language of the workbook.
        names: Range of the names in the directory.
        departments: Range of their departments.
        rows: Rows of both.
    """

    language: Language
    names: str
    departments: str
    rows: int

    def offered(self, department: str | None) -> str:
        """Return the source of a dropdown: the people of the department in a cell, or everybody.

        Args:
            department: The cell, None where the form has none; everybody also where it names no known one.
        """
        everybody = f"OFFSET({self.names.partition(':')[0]},0,0,MAX(1,COUNTA({self.names})),1)"
        if department is None:
            return f"={everybody}"
        tab, heads = quoted(SHEET.say(self.language)), self._heads
        place = f"MATCH({department},{heads},0)"
        many = f'MAX(1,COUNTIF({self._keys},{department}&"#*"))'
        return f"=IF(ISNUMBER({place}),OFFSET({tab}!$B$2,0,{place},{many},1),{everybody})"

    def department_names(self, otherwise: str) -> str:
        """Return the source of a dropdown: the directory's departments, `otherwise` while it has none."""
        tab = quoted(SHEET.say(self.language))
        many = f"MAX({self._numbers})"
        return f"=IF({many}>0,OFFSET({tab}!$C$1,0,0,1,MAX(1,{many})),{otherwise.removeprefix('=')})"

    def write(self, sheet: Worksheet, held: Sequence[Mapping[str, Entered]]) -> None:
        """Write the tab.

        Args:
            sheet: The empty tab.
            held: The rows of the directory that are filled, for the values shown first.
        """
        for column, title in enumerate(_TITLES):
            sheet.write_string(0, column, title.say(self.language))
        sorted_people = self._rows(sheet, held)
        last = xl_col_to_name(1 + _DEPARTMENTS)
        heads = list(sorted_people)
        for number in range(_DEPARTMENTS):
            column = 2 + number
            letter = xl_col_to_name(column)
            head = heads[number] if number < len(heads) else ""
            look = f"INDEX({self.departments},MATCH({number + 1},{self._numbers},0))"
            sheet.write_formula(0, column, f'=IFERROR({look},"")', None, head or NOTHING)
            people = sorted_people.get(head, ())
            for place in range(_PEOPLE):
                find = f'MATCH({letter}$1&"#"&(ROW()-1),{self._keys},0)'
                formula = f'=IF({letter}$1="","",IFERROR(INDEX({self.names},{find}),""))'
                shown = people[place] if place < len(people) else NOTHING
                sheet.write_formula(1 + place, column, formula, None, shown)
        sheet.set_column(f"A:{last}", 14)
        sheet.protect("")
        sheet.hide()

    def _rows(self, sheet: Worksheet, held: Sequence[Mapping[str, Entered]]) -> Mapping[str, Sequence[str]]:
        """Number the directory's rows within their departments; return the people by department."""
        people: dict[str, list[str]] = {}
        for row in range(min(self.rows, _MOST)):
            cells = held[row] if row < len(held) else {}
            name, department = cells.get("name"), cells.get("department")
            key: str = NOTHING
            number: float | str = NOTHING
            if isinstance(name, str) and isinstance(department, str) and name and department:
                known = people.setdefault(department, [])
                known.append(name)
                key = f"{department}#{len(known)}"
                number = float(len(people)) if len(known) == 1 else NOTHING
            at = row + 1
            one = f"INDEX({self.departments},{at})"
            until = f"INDEX({self.departments},1):{one}"
            named = f"INDEX({self.names},1):INDEX({self.names},{at})"
            count = f'COUNTIFS({until},{one},{named},"?*")'
            both = f"AND(LEN({one})>0,LEN(INDEX({self.names},{at}))>0)"
            sheet.write_formula(at, 0, f'=IF({both},{one}&"#"&{count},"")', None, key)
            first = f'RIGHT(A{at + 1},2)="#1"'
            sheet.write_formula(at, 1, f'=IF({first},MAX(B$1:B{at})+1,"")', None, number)
        return people

    @property
    def _keys(self) -> str:
        return self._range("A", min(self.rows, _MOST) + 1)

    @property
    def _numbers(self) -> str:
        return self._range("B", min(self.rows, _MOST) + 1)

    @property
    def _heads(self) -> str:
        tab = quoted(SHEET.say(self.language))
        return f"{tab}!$C$1:${xl_col_to_name(1 + _DEPARTMENTS)}$1"

    def _range(self, letter: str, last: int) -> str:
        return f"{quoted(SHEET.say(self.language))}!${letter}${_FIRST}:${letter}${last}"
