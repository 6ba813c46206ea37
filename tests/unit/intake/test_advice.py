"""Every refusal names what to type instead (expectations 6, item 29)."""

import ast
from pathlib import Path

import pytest

import sheetsync.intake

MODULES = sorted(Path(sheetsync.intake.__file__).parent.glob("*.py"))


def _without_advice(call: ast.Call) -> bool:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name in {"failed", "refuse"}:
        return len(call.args) < 3
    if name == "Doubt" and call.args and ast.unparse(call.args[0]) == "'error'":
        return len(call.args) < 3
    if name == "Problem":
        given = {word.arg: ast.unparse(word.value) for word in call.keywords}
        return given.get("kind") == "'error'" and "suggestion" not in given
    return False


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_no_refusal_without_advice(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _without_advice(node)]
    assert [f"line {call.lineno}: {ast.unparse(call)[:80]}" for call in calls] == []
