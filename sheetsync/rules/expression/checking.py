"""Expressions against a form: every name a column, every word of its list, every operator for its types."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Form
from sheetsync.rules.expression import kinds, names, syntax
from sheetsync.rules.expression.kinds import (
    CONDITION,
    DAY,
    DURATION,
    MOMENT,
    NUMBER,
    PERCENT,
    TEXT,
    WORKTIME,
    Type,
    TypeName,
)
from sheetsync.rules.expression.mistakes import ExpressionError, no_such, shown
from sheetsync.rules.expression.syntax import (
    Among,
    Between,
    Boolean,
    Calculated,
    Call,
    Compared,
    Contains,
    Day,
    Duration,
    Empty,
    Expression,
    Field,
    Instant,
    Items,
    Joined,
    Name,
    Negative,
    Node,
    Not,
    Now,
    Number,
    Percent,
    Quoted,
    Today,
    canonical,
)
from sheetsync.text import Text


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression that fits a form.

    Args:
        root: The expression with columns for names and standard words for their synonyms.
        type: What its value is.
        fields: The columns it reads.
    """

    root: Node
    type: Type
    fields: frozenset[str]

    def __str__(self) -> str:
        return canonical(self.root)


def check(expression: Expression, form: Form, catalogue: Catalogue) -> Typed:
    """Check an expression against a form.

    Args:
        expression: What was parsed.
        form: The form whose columns it names, by id, title or synonym.
        catalogue: The vocabularies of word columns.

    Raises:
        ExpressionError: A name, a word or a combination of types is wrong, with its place.
    """
    checker = _Checker(expression.source, names.Columns(form), catalogue)
    root, type_ = checker.check(expression.root)
    read = frozenset(node.id for node, _ in syntax.walk(root) if isinstance(node, Field))
    return Typed(root, type_, read)


def check_condition(expression: Expression, form: Form, catalogue: Catalogue) -> Typed:
    """Check an expression that must be a condition, as a rule's is.

    Raises:
        ExpressionError: As `check`; or it is a mere value.
    """
    typed = check(expression, form, catalogue)
    if typed.type != CONDITION:
        said = typed.type.words
        raise ExpressionError(
            Text(
                f"规则需要条件，这里得到的是{said.zh}；请写出比较，如 … > 0 或 … is empty",
                f"a rule needs a condition, this is {said.en}; compare it, such as … > 0 or … is empty",
            ),
            expression.source,
            0,
        )
    return typed


_Checked = tuple[Node, Type]

_CONSTANTS: Mapping[type[Node], Type] = {
    Number: NUMBER,
    Percent: PERCENT,
    Quoted: TEXT,
    Boolean: CONDITION,
    Day: DAY,
    Instant: MOMENT,
    Now: MOMENT,
    Today: DAY,
}
_SIGNATURES: Mapping[str, tuple[frozenset[TypeName], Type]] = {
    "workdays": (kinds.TIMES, NUMBER),
    "hours": (kinds.TIMES, NUMBER),
    "days": (kinds.TIMES, NUMBER),
    "date": (kinds.TIMES, DAY),
    "lower": (kinds.TEXTS, TEXT),
    "length": (kinds.TEXTS, NUMBER),
    "count": (frozenset({"list"}), NUMBER),
}
"""Functions whose arguments are all of one kind; the others take what goes together."""
_CHOSEN: frozenset[TypeName] = kinds.ORDERED | kinds.TEXTS
_PRODUCTS: Mapping[tuple[str, TypeName, TypeName], Type] = {
    ("*", "number", "number"): NUMBER,
    ("/", "number", "number"): NUMBER,
    ("/", "percent", "percent"): NUMBER,
    ("/", "duration", "duration"): NUMBER,
    ("/", "percent", "number"): PERCENT,
    ("*", "percent", "number"): PERCENT,
    ("/", "duration", "number"): DURATION,
    ("*", "duration", "number"): DURATION,
    ("*", "number", "duration"): DURATION,
}


@dataclass(frozen=True, slots=True)
class _Checker:
    """Checks the nodes of one expression from the leaves upwards."""

    source: str
    columns: names.Columns
    catalogue: Catalogue

    def check(self, node: Node) -> _Checked:
        """Return a node as it is evaluated, with the type of its value."""
        match node:
            case Name(text=name) | Field(id=name):
                found = self._column(node, name)
            case Duration(unit=unit):
                found = node, WORKTIME if unit in syntax.WORKING else DURATION
            case Negative():
                found = self._negative(node)
            case Calculated(sign="+" | "-"):
                found = self._moved(node)
            case Calculated():
                found = self._scaled(node)
            case Call():
                found = self._call(node)
            case Items():
                raise self._mistake(node, Text("列表只能写在 in 之后", "a list stands only after in"))
            case _:
                constant = _CONSTANTS.get(type(node))
                found = (node, constant) if constant else (self._condition(node), CONDITION)
        return found

    def _condition(self, node: Node) -> Node:
        """Check what is true, false or unknown."""
        match node:
            case Joined(parts=parts):
                made: Node = replace(node, parts=tuple(self._true(part) for part in parts))
            case Not(operand=operand):
                made = replace(node, operand=self._true(operand))
            case Compared():
                made = self._compared(node)
            case Among(whole=Items() as items):
                made = self._listed(node, items)
            case Among(item=item, whole=whole):
                outer, inner = self._holds(node, whole, item)
                made = replace(node, item=inner, whole=outer)
            case Contains(whole=whole, part=part):
                outer, inner = self._holds(node, whole, part)
                made = replace(node, whole=outer, part=inner)
            case Between():
                made = self._between(node)
            case _:
                assert isinstance(node, Empty)  # noqa: S101 - there is no other condition
                made = self._empty(node)
        return made

    def _true(self, node: Node) -> Node:
        """Check a node that must be a condition."""
        checked, type_ = self.check(node)
        if type_ != CONDITION:
            said, written = type_.words, _shown(node)
            raise self._mistake(
                node,
                Text(
                    f"“{written}”是{said.zh}，这里需要条件，如 … > 0 或 … is empty",
                    f"'{written}' is {said.en}; a condition is needed, such as … > 0 or … is empty",
                ),
            )
        return checked

    def _column(self, node: Node, name: str) -> _Checked:
        """Return the column that a name means."""
        form, columns = self.columns.form, self.columns.named(name)
        if not columns:
            near = self.columns.meant(name)
            known = [column.title.zh if not name.isascii() else column.id for column in form.shown]
            raise self._mistake(node, no_such(Text("列", "column"), name, known, near), near)
        if len(columns) > 1:
            ids = "、".join(column.id for column in columns)
            raise self._mistake(
                node,
                Text(
                    f"“{shown(name)}”可能是 {ids}，请写列的 id",
                    f"'{shown(name)}' may be {ids.replace('、', ' or ')}; write the column's id",
                ),
            )
        return Field(columns[0].id, columns[0].kind, at=node.at), kinds.of(columns[0])

    def _negative(self, node: Negative) -> _Checked:
        checked, type_ = self.check(node.operand)
        if type_ not in (NUMBER, PERCENT, DURATION):
            raise self._mistake(
                node, Text(f"{type_.words.zh}前面不能有负号", f"{type_.words.en} has no negative")
            )
        return replace(node, operand=checked), type_

    def _moved(self, node: Calculated) -> _Checked:
        """Check a sum or difference: of two of a kind, or of a moment and a duration."""
        left, right = self.check(node.left), self.check(node.right)
        one, two = left[1].name, right[1].name
        if node.sign == "+" and two in kinds.TIMES:
            left, right, one, two = right, left, two, one
        if {one, two} <= {"number", "percent"}:
            first, second, result = self._alike(node, left, right)
            return replace(node, left=first, right=second), result
        if (one, two) == ("duration", "duration") or (node.sign == "-" and {one, two} <= kinds.TIMES):
            result = DURATION
        elif one in kinds.TIMES and two in {"duration", "worktime"}:
            result = left[1]
        else:
            raise self._no_sign(node, left[1], right[1])
        whole_days = isinstance(right[0], Duration) and right[0].unit in {"d", "w", "wd"}
        if result == DAY and not whole_days:
            raise self._mistake(
                node,
                Text(
                    "日期没有时刻，只能加减 d、w、wd；要加减钟点请用 now 或带时刻的时间",
                    "a day takes only d, w and wd; for hours use now or a moment with a time of day",
                ),
            )
        return replace(node, left=left[0], right=right[0]), result

    def _scaled(self, node: Calculated) -> _Checked:
        """Check a product or quotient."""
        left, right = self.check(node.left), self.check(node.right)
        if node.sign == "*" and left[1] == NUMBER and right[1] == PERCENT:
            left, right = right, left
        result = _PRODUCTS.get((node.sign, left[1].name, right[1].name))
        if result == PERCENT and (isinstance(left[0], Percent) or not isinstance(right[0], Number)):
            result = None  # 50 % of a number is no percentage: only `progress * 2` is plain
        if result is None:
            raise self._no_sign(node, left[1], right[1])
        return replace(node, left=left[0], right=right[0]), result

    def _no_sign(self, node: Calculated, left: Type, right: Type) -> ExpressionError:
        return self._mistake(
            node,
            Text(
                f"{left.words.zh}和{right.words.zh}之间不能用 {node.sign}（{_shown(node)}）",
                f"{node.sign} does not go between {left.words.en} and {right.words.en} ({_shown(node)})",
            ),
        )

    def _compared(self, node: Compared) -> Node:
        left, right, type_ = self._alike(node, self.check(node.left), self.check(node.right))
        if type_.name not in (_CHOSEN if node.sign in {"=", "!="} else kinds.ORDERED):
            raise self._not_comparable(node, type_, node.sign)
        return replace(node, left=left, right=right)

    def _between(self, node: Between) -> Node:
        value = self.check(node.value)
        _, low, _ = self._alike(node, value, self.check(node.low))
        _, high, type_ = self._alike(node, value, self.check(node.high))
        if type_.name not in kinds.ORDERED:
            raise self._not_comparable(node, type_, "between")
        return replace(node, value=value[0], low=low, high=high)

    def _empty(self, node: Empty) -> Node:
        operand, type_ = self.check(node.operand)
        reads = any(isinstance(part, Field) for part, _ in syntax.walk(operand))
        if type_ == CONDITION or not reads:
            raise self._mistake(node, Text("is empty 前面应为列", "is empty is asked of a column"))
        return replace(node, operand=operand)

    def _not_comparable(self, node: Node, type_: Type, sign: str) -> ExpressionError:
        better = _BETTER.get(type_.name, Text("请用 = 或 in [...]", "use = or in [...]"))
        return self._mistake(
            node,
            Text(
                f"{type_.words.zh}不能用 {sign} 比较，{better.zh}",
                f"{type_.words.en} is not compared by {sign}; {better.en}",
            ),
        )

    def _listed(self, node: Among, whole: Items) -> Node:
        """Check `item in [...]`."""
        item, type_ = self.check(node.item)
        if type_.name not in _CHOSEN:
            raise self._not_comparable(node, type_, "in")
        if not whole.items:
            raise self._mistake(whole, Text("列表是空的", "the list is empty"))
        items = tuple(self._alike(one, (item, type_), self.check(one))[1] for one in whole.items)
        return replace(node, item=item, whole=replace(whole, items=items))

    def _holds(self, node: Among | Contains, whole: Node, part: Node) -> tuple[Node, Node]:
        """Check that `whole` can contain `part`."""
        (outer, kind), (inner, element) = self.check(whole), self.check(part)
        if isinstance(node, Among) and kind.name != "list":
            raise self._mistake(
                node,
                Text(
                    "in 之后应为列表，如 ['高', '中']，或填多个值的列；在文字里查找用 contains",
                    "after in comes a list such as ['高', '中'] or a column of several values; "
                    "look into a text by contains",
                ),
            )
        if kind.name not in {"list", "text", "word"}:
            raise self._mistake(
                node,
                Text(
                    f"contains 前面应为文字或填多个值的列，“{_shown(whole)}”是{kind.words.zh}",
                    f"contains is asked of texts and columns of several values; '{_shown(whole)}' is "
                    + kind.words.en,
                ),
            )
        if not kind.texts:
            raise self._mistake(
                node,
                Text(
                    f"“{_shown(whole)}”只能用 is empty 和 count()",
                    f"'{_shown(whole)}' knows only is empty and count()",
                ),
            )
        if element.name not in kinds.TEXTS:
            raise self._mistake(
                node,
                Text(
                    f"“{_shown(whole)}”里只能查文字，“{_shown(part)}”是{element.words.zh}",
                    f"only texts stand in '{_shown(whole)}'; '{_shown(part)}' is {element.words.en}",
                ),
            )
        if kind.name == "list" and kind.vocabulary and isinstance(inner, Quoted):
            inner = self._standard(inner, kind.vocabulary)
        return outer, inner

    def _alike(self, node: Node, left: _Checked, right: _Checked) -> tuple[Node, Node, Type]:
        """Return two values as ones of one type, literals read as the other side wants them."""
        first, one = self._read_as(*left, right[1])
        second, two = self._read_as(*right, left[1])
        if {one.name, two.name} <= kinds.TEXTS:
            if one.name == two.name == "word" and one != two:
                raise self._unlike(node, left, right)
            return first, second, one if one.name == "word" else two
        if {one.name, two.name} <= kinds.TIMES:
            return first, second, one if one == two else MOMENT
        if one.name != two.name:
            raise self._unlike(node, left, right)
        return first, second, one

    def _read_as(self, node: Node, type_: Type, other: Type) -> _Checked:
        """Return a literal as the type of what stands on the other side."""
        if other == PERCENT and isinstance(node, Number):
            return self._points(node), PERCENT
        if other.name in kinds.TEXTS and other.vocabulary and isinstance(node, Quoted):
            return self._standard(node, other.vocabulary), other
        return node, type_

    def _points(self, node: Number) -> Percent:
        """Return a plain number beside a percentage as points, unless it may be a fraction of 1."""
        if 0 < abs(node.value) <= 1:
            written, meant = syntax.number(node.value), f"{syntax.number(round(node.value * 100, 9))}%"
            raise self._mistake(
                node,
                Text(
                    f"百分比的 {written} 有歧义：{written}% 还是 {meant}",
                    f"beside a percentage {written} can be read in two ways: {written}% or {meant}",
                ),
                meant,
            )
        return Percent(node.value, at=node.at)

    def _standard(self, node: Quoted, vocabulary: str) -> Quoted:
        """Return the standard word for a text that is compared with words."""
        words = self.catalogue.vocabulary(vocabulary)
        word = names.standard(node.value, words)
        if word is None and not words.open:
            near, known = names.nearest_word(node.value, words), [one.zh for one in words.words]
            what = no_such(words.title, node.value, known, None)
            raise self._mistake(node, what, canonical(Quoted(near)) if near else None)
        return node if word is None else Quoted(word, at=node.at)

    def _unlike(self, node: Node, left: _Checked, right: _Checked) -> ExpressionError:
        (first, one), (second, two) = left, right
        types = {one.name, two.name}
        hint, suggestion = Text("", ""), None
        quoted = [side.value for side in (first, second) if isinstance(side, Quoted)]
        if quoted and types & kinds.TIMES:
            hint, suggestion = Text("；日期不加引号", "; dates stand without quotes"), _as_date(quoted[0])
        elif "worktime" in types:
            hint = Text("；工作时长写成 a + 2wd < b", "; for working time write a + 2wd < b")
        elif types == {"number", "percent"}:
            hint = Text("；百分数写成 70%", "; a percentage is written 70%")
        elif types == {"word"}:
            hint = Text("；两列的词表不同", "; the two columns have different lists of words")
        return self._mistake(
            node,
            Text(
                f"“{_shown(first)}”是{one.words.zh}，“{_shown(second)}”是{two.words.zh}，不能放在一起{hint.zh}",
                f"'{_shown(first)}' is {one.words.en}, '{_shown(second)}' is {two.words.en}: "
                f"they do not go together{hint.en}",
            ),
            suggestion,
        )

    def _call(self, node: Call) -> _Checked:
        if node.function in _SIGNATURES:
            wanted, result = _SIGNATURES[node.function]
            checked = tuple(self._argument(node, place, wanted) for place in range(len(node.arguments)))
            return replace(node, arguments=tuple(argument for argument, _ in checked)), result
        wanted = _CHOSEN if node.function == "coalesce" else kinds.ORDERED
        before: tuple[Node, ...] = ()
        if node.function == "if":
            wanted, before = _CHOSEN | {"condition"}, (self._true(node.arguments[0]),)
        left, right = (self._argument(node, len(before) + place, wanted) for place in (0, 1))
        first, second, result = self._alike(node, left, right)
        return replace(node, arguments=(*before, first, second)), result

    def _argument(self, call: Call, place: int, wanted: frozenset[TypeName]) -> _Checked:
        checked, type_ = self.check(call.arguments[place])
        if type_.name not in wanted:
            allowed = [Type(name).words for name in kinds.NAMES if name in wanted]
            written, said = _shown(call.arguments[place]), type_.words
            raise self._mistake(
                call.arguments[place],
                Text(
                    f"{call.function} 的第 {place + 1} 个值应为{'、'.join(text.zh for text in allowed)}，"
                    f"“{written}”是{said.zh}",
                    f"value {place + 1} of {call.function}: '{written}' is {said.en}, not "
                    + " or ".join(text.en for text in allowed),
                ),
            )
        return checked, type_

    def _mistake(self, node: Node, what: Text, suggestion: str | None = None) -> ExpressionError:
        return ExpressionError(what, self.source, node.at, suggestion)


_BETTER: Mapping[TypeName, Text] = {
    "condition": Text("请直接写条件，或用 not", "write the condition itself, or not"),
    "list": Text("请用 contains 或 is empty", "use contains or is empty"),
    "worktime": Text("请写成 a + 2wd < b", "write a + 2wd < b"),
}


def _as_date(text: str) -> str | None:
    try:
        return datetime.fromisoformat(text).isoformat("T", "minutes").removesuffix("T00:00")
    except ValueError:
        return None


def _shown(node: Node) -> str:
    return shown(canonical(node))
