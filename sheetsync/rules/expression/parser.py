"""Text to expression, by recursive descent: a step ahead, never back, so the time is linear in the length.

From loosest to tightest: `or`, `and`, `not`, one comparison, `+ -`, `* /`, unary minus. The parser knows no
form; what names mean and which values go together is told by `checking`.
"""

from sheetsync.rules.expression import syntax
from sheetsync.rules.expression.mistakes import ExpressionError, nearest, no_such, shown
from sheetsync.rules.expression.syntax import (
    FUNCTIONS,
    Among,
    Between,
    Boolean,
    Calculated,
    Call,
    Compared,
    Contains,
    Empty,
    Expression,
    Items,
    Joined,
    Name,
    Negative,
    Node,
    Not,
    Now,
    Number,
    Percent,
    Today,
)
from sheetsync.rules.expression.tokens import Token, tokenise
from sheetsync.text import Text

MAX_DEPTH = 32
MAX_NODES = 400

_RELATIONS = ("in", "contains", "between", "is")
_VALUE = Text("列名、数字、文字、日期、时长或“(”", "a column, number, text, date, duration or '('")
_GOES_ON = Text("运算符（如 and、or、=、<、+）或结尾", "an operator (such as and, or, =, <, +) or the end")


def parse(text: str) -> Expression:
    """Parse an expression.

    Args:
        text: The expression, at most 2,000 characters.

    Returns:
        The expression; its `str` is the canonical spelling, which parses to an equal one.

    Raises:
        ExpressionError: With the place, what was expected, and what was probably meant.
    """
    parser = _Parser(text)
    root = parser.whole()
    for count, (node, depth) in enumerate(syntax.walk(root), 1):
        if depth > MAX_DEPTH:
            raise _too_deep(text, node.at)
        if count > MAX_NODES:
            raise ExpressionError(
                Text(
                    f"表达式最多 {MAX_NODES} 个部分，请拆成几条规则",
                    f"an expression has at most {MAX_NODES} parts; make several rules of it",
                ),
                text,
                node.at,
            )
    return Expression(root, text)


class _Parser:
    """Walks over the tokens of one expression."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokenise(source)
        self.place = 0
        self.depth = 0

    def whole(self) -> Node:
        root = self._or()
        if self._next.kind != "end":
            raise self._unexpected(_GOES_ON)
        return root

    @property
    def _next(self) -> Token:
        return self.tokens[self.place]

    def _take(self) -> Token:
        token = self._next
        self.place += 1
        return token

    def _sees(self, *values: str, ahead: int = 0) -> bool:
        token = self.tokens[min(self.place + ahead, len(self.tokens) - 1)]
        return token.kind in {"word", "sign"} and token.value in values

    def _accept(self, *values: str) -> Token | None:
        return self._take() if self._sees(*values) else None

    def _expect(self, value: str, after: Text) -> None:
        if not self._accept(value):
            raise self._unexpected(Text(f"“{value}”（{after.zh}）", f"'{value}' ({after.en})"))

    def _or(self) -> Node:
        if self.depth == MAX_DEPTH:
            raise _too_deep(self.source, self._next.at)
        self.depth += 1
        at, parts = self._next.at, [self._and()]
        while self._accept("or"):
            parts.append(self._and())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Joined("or", tuple(parts), at=at)

    def _and(self) -> Node:
        at, parts = self._next.at, [self._not()]
        while self._accept("and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else Joined("and", tuple(parts), at=at)

    def _not(self) -> Node:
        places = []
        while token := self._accept("not"):
            places.append(token.at)
        node = self._relation()
        for at in reversed(places):
            node = Not(node, at=at)
        return node

    def _relation(self) -> Node:
        left = self._sum()
        found = self._related(left)
        if found is left:
            return left
        if self._is_relation():
            raise ExpressionError(
                Text(
                    "比较不能连着写，请用 and 连接，如 a < b and b < c",
                    "comparisons do not chain; join them with and, such as a < b and b < c",
                ),
                self.source,
                self._next.at,
            )
        return found

    def _is_relation(self) -> bool:
        return self._sees(*syntax.COMPARISONS, *_RELATIONS) or (
            self._sees("not") and self._sees(*_RELATIONS, ahead=1)
        )

    def _related(self, left: Node) -> Node:
        """Return the comparison that begins with `left`, or `left` where none follows."""
        at = self._next.at
        for sign in syntax.COMPARISONS:
            if self._accept(sign):
                return Compared(sign, left, self._sum(), at=at)
        negated = bool(self._is_relation() and self._accept("not"))
        node: Node
        if self._accept("in"):
            node = Among(left, self._sum(), at=at)
        elif self._accept("contains"):
            node = Contains(left, self._sum(), at=at)
        elif self._accept("between"):
            node = self._between(left, at)
        elif self._accept("is"):
            negated ^= bool(self._accept("not"))
            self._expect("empty", Text("写成 is empty 或 is not empty", "write is empty or is not empty"))
            node = Empty(left, at=at)
        else:
            return left
        return Not(node, at=at) if negated else node

    def _between(self, value: Node, at: int) -> Node:
        low = self._sum()
        if not self._accept("to"):
            self._expect("and", Text("写成 between a and b", "write between a and b"))
        return Between(value, low, self._sum(), at=at)

    def _sum(self) -> Node:
        left = self._product()
        while token := self._accept("+", "-"):
            left = Calculated("+" if token.value == "+" else "-", left, self._product(), at=token.at)
        return left

    def _product(self) -> Node:
        left = self._signed()
        while token := self._accept("*", "/"):
            left = Calculated("*" if token.value == "*" else "/", left, self._signed(), at=token.at)
        return left

    def _signed(self) -> Node:
        places = []
        while token := self._accept("-"):
            places.append(token.at)
        node = self._single()
        for at in reversed(places):
            if isinstance(node, Number | Percent) and node.value >= 0:
                node = type(node)(0.0 - node.value, at=at)
            else:
                node = Negative(node, at=at)
        return node

    def _single(self) -> Node:
        token = self._next
        node: Node | None = None
        if token.kind == "literal":
            self._take()
            node = token.literal
        elif token.kind == "name":
            self._take()
            called = not token.quoted and self._sees("(")
            node = self._call(token) if called else Name(token.value, at=token.at)
        elif self._accept("("):
            node = self._or()
            self._expect(")", Text("括号没有配对", "the bracket is still open"))
        elif self._accept("["):
            node = Items(self._items(token), at=token.at)
        elif self._accept("true", "false"):
            node = Boolean(token.value == "true", at=token.at)
        elif self._accept("now", "today"):
            node = Now(at=token.at) if token.value == "now" else Today(at=token.at)
        if node is None:
            raise self._unexpected(_VALUE)
        return node

    def _items(self, opened: Token) -> tuple[Node, ...]:
        """Read the literals of a list up to its end."""
        items: list[Node] = []
        while not self._accept("]"):
            if items:
                self._expect(",", Text("列表的各项用逗号分开", "commas part the items of a list"))
            at, item = self._next.at, self._signed()
            if not isinstance(item, syntax.Literals):
                raise ExpressionError(
                    Text(
                        "列表里只能写数字、文字、日期这样的值；是列名时请写成【列名】",
                        "a list holds numbers, texts, dates and the like",
                    ),
                    self.source,
                    at,
                )
            if self._next.kind == "end":
                raise ExpressionError(
                    Text("列表没有结束，缺少 ]", "the list is not closed: ] is missing"),
                    self.source,
                    opened.at,
                )
            items.append(item)
        return tuple(items)

    def _call(self, name: Token) -> Node:
        function = name.value.casefold()
        if function not in FUNCTIONS:
            near = nearest(function, FUNCTIONS)
            what = no_such(Text("函数", "function"), name.value, FUNCTIONS, near)
            raise ExpressionError(what, self.source, name.at, near)
        self._take()
        arguments = [] if self._sees(")") else [self._or()]
        while self._accept(","):
            arguments.append(self._or())
        self._expect(")", Text("括号没有配对", "the bracket is still open"))
        wanted = FUNCTIONS[function]
        if len(arguments) != len(wanted):
            usage = f"{function}({', '.join(wanted)})"
            raise ExpressionError(
                Text(
                    f"{function} 要 {len(wanted)} 个值，这里有 {len(arguments)} 个，写成 {usage}",
                    f"{function} takes {len(wanted)} value(s), not {len(arguments)}: {usage}",
                ),
                self.source,
                name.at,
            )
        return Call(function, tuple(arguments), at=name.at)

    def _unexpected(self, expected: Text) -> ExpressionError:
        token = self._next
        if token.kind == "end":
            what = Text(
                f"表达式没有写完，这里应为{expected.zh}", f"the expression ends; expected {expected.en}"
            )
        else:
            written = shown(token.written)
            what = Text(
                f"这里应为{expected.zh}，却是“{written}”", f"expected {expected.en}, found '{written}'"
            )
        return ExpressionError(what, self.source, token.at, self._meant(token))

    def _meant(self, token: Token) -> str | None:
        """Return what was probably meant by an unexpected token."""
        before = self.tokens[self.place - 1].value if self.place else ""
        if before == "is":
            return "is empty"
        if token.kind == "name":
            return syntax.parted(token.value) or nearest(token.value.casefold(), syntax.KEYWORDS)
        return _MISPLACED.get(before + token.value) if token.kind == "sign" else None


_MISPLACED = {"=<": "<=", "=>": ">=", "==": "=", "!==": "!="}


def _too_deep(source: str, at: int) -> ExpressionError:
    return ExpressionError(
        Text(
            f"表达式嵌套超过 {MAX_DEPTH} 层，请拆成几条规则",
            f"an expression is at most {MAX_DEPTH} levels deep; make several rules of it",
        ),
        source,
        at,
    )
