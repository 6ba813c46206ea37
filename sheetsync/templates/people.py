"""A hidden tab that sorts the directory by department, so that dropdowns can offer the people of one.

Dropdowns need neighbouring cells, and nobody keeps a directory sorted. Plain formulas do it: each row of the
directory gets `department#number`, and a column per department looks its numbers up. They follow what people
write, without macros and without array formulas.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

from sheetsync.templates.entry import NOTHING, Entered
from sheetsync.templates.layout import quoted
from sheetsync.templates.names import Named
from sheetsync.templates.sheet import FormSheet
from sheetsync.text import Language, Text

FORM = "directory"
"""The form that lists the people (spec B1)."""
SHEET = Text("人员下拉", "People lists")

_DEPARTMENTS, _PEOPLE = 30, 40
_MOST = 500
_FIRST = 2
_HEADS = f"$C$1:${xl_col_to_name(1 + _DEPARTMENTS)}$1"
_TITLES = (Text("部门与序号", "Department and number"), Text("部门序号", "Number of department"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleTab:
    """Where the people stand, and where the tab sorts them.

    Args:
        language: The language of the workbook.
        names: The names in the directory.
        departments: Their departments.
        rows: Rows of both.
    """

    language: Language
    names: Named
    departments: Named
    rows: int

    def offered(self, department: str | None) -> str:
        """Return the source of a dropdown: the people of the department in a cell, or everybody.

        Args:
            department: The cell, None where the form has none; everybody also where it names no known one.
        """
        place = self.names.place
        everybody = f"OFFSET({place.partition(':')[0]},0,0,MAX(1,COUNTA({place})),1)"
        if department is None:
            return f"={everybody}"
        tab = quoted(SHEET.say(self.language))
        number = f"MATCH({department},{tab}!{_HEADS},0)"
        many = f'MAX(1,COUNTIF({tab}!{self._keys},{department}&"#*"))'
        return f"=IF(ISNUMBER({number}),OFFSET({tab}!$B$2,0,{number},{many},1),{everybody})"

    def department_names(self, otherwise: str) -> str:
        """Return the source of a dropdown: the directory's departments, `otherwise` while it has none."""
        tab = quoted(SHEET.say(self.language))
        many = f"MAX({tab}!{self._numbers})"
        return f"=IF({many}>0,OFFSET({tab}!$C$1,0,0,1,MAX(1,{many})),{otherwise.removeprefix('=')})"

    def write(self, sheet: FormSheet, held: Sequence[Mapping[str, Entered]]) -> None:
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
            look = f"INDEX({self.departments.name},MATCH({number + 1},{self._numbers},0))"
            sheet.write_formula(0, column, f'=IFERROR({look},"")', None, head or NOTHING)
            people = sorted_people.get(head, ())
            shown = dict.fromkeys(range(1, _PEOPLE + 1), NOTHING) | dict(enumerate(people[:_PEOPLE], 1))
            sheet.fill_down(column, shown, self._person(letter))
        sheet.set_column(f"A:{last}", 14)
        sheet.protect("")
        sheet.hide()

    def _person(self, letter: str) -> Callable[[int], str]:
        """Return the formula for the people of the department above them."""
        find = f'MATCH({letter}$1&"#"&(ROW()-1),{self._keys},0)'
        text = f'IF({letter}$1="","",IFERROR(INDEX({self.names.name},{find}),""))'
        return lambda _: text

    def _rows(self, sheet: FormSheet, held: Sequence[Mapping[str, Entered]]) -> Mapping[str, Sequence[str]]:
        """Number the directory's rows within their departments; return the people by department."""
        names, departments = self.names.name, self.departments.name
        people: dict[str, list[str]] = {}
        keys: dict[int, str] = {}
        numbers: dict[int, float | str] = {}
        for row in range(min(self.rows, _MOST)):
            cells = held[row] if row < len(held) else {}
            name, department = cells.get("name"), cells.get("department")
            at = row + 1
            keys[at], numbers[at] = NOTHING, NOTHING
            if isinstance(name, str) and isinstance(department, str) and name and department:
                known = people.setdefault(department, [])
                known.append(name)
                keys[at] = f"{department}#{len(known)}"
                if len(known) == 1:
                    numbers[at] = float(len(people))

        def key(at: int) -> str:
            one = f"INDEX({departments},{at})"
            until = f"INDEX({departments},1):{one}"
            named = f"INDEX({names},1):INDEX({names},{at})"
            count = f'COUNTIFS({until},{one},{named},"?*")'
            return f'IF(AND(LEN({one})>0,LEN(INDEX({names},{at}))>0),{one}&"#"&{count},"")'

        sheet.fill_down(0, keys, key)
        sheet.fill_down(1, numbers, lambda at: f'IF(RIGHT(A{at + 1},2)="#1",MAX(B$1:B{at})+1,"")')
        return people

    @property
    def _keys(self) -> str:
        return _range("A", min(self.rows, _MOST) + 1)

    @property
    def _numbers(self) -> str:
        return _range("B", min(self.rows, _MOST) + 1)


def _range(letter: str, last: int) -> str:
    return f"${letter}${_FIRST}:${letter}${last}"
