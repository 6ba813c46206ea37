"""Checks of what waits for what: cycles of predecessors, and work that overtakes the work before it (7.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sheetsync.forms.spec import FieldName
from sheetsync.model.table import Bools, Ints
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.rows import Objects, Rows
from sheetsync.rules.spec import Rule, WordsOfState
from sheetsync.rules.standing import standing

_SHOWN = 8
"""So many ids of a cycle, or predecessors of a record, are named."""


@dataclass(frozen=True, slots=True)
class Graph:
    """What waits for what, over the distinct ids of all tables that a rule judges.

    Args:
        ids: The ids.
        after: For each dependency the number of the id that waits.
        before: For each dependency the number of the id it waits for.
    """

    ids: Sequence[str]
    after: Ints
    before: Ints

    def numbers(self, keys: Objects) -> Ints:
        """Return the numbers of some ids, -1 for what is none."""
        known = {key: number for number, key in enumerate(self.ids)}
        return np.array([known.get(key, -1) for key in keys.tolist()], np.int64)

    def lists(self, kept: Bools) -> list[list[int]]:
        """Return for each id the numbers of those it waits for, along the dependencies that are kept."""
        found: list[list[int]] = [[] for _ in range(len(self.ids))]
        for after, before in zip(self.after[kept].tolist(), self.before[kept].tolist(), strict=True):
            found[after].append(before)
        return found


class Cycle(Rule):
    """Records wait for each other in a circle.

    Args:
        predecessors: The column of the ids that come before; the column that is watched.
    """

    predecessors: FieldName

    column_keys = ("predecessors",)
    facts = (*Rule.facts, "cycle")


def cycle(rule: Cycle, rows: Rows) -> Hits:
    """Records on a circle; of circles that share records one is shown, until it is mended."""
    circle_of: dict[str, str] = {}
    waits = rows.known(rule.predecessors)
    graph = _graph(rule.forms if waits.any() else (), rule.predecessors, rows)
    for circle in circles(graph):
        names = [str(graph.ids[number]) for number in circle]
        said = names if len(names) <= _SHOWN else [*names[: _SHOWN - 1], "…"]
        circle_of.update(dict.fromkeys(names, " → ".join([*said, names[0]])))
    fires = rows.among(rows.form.key, circle_of) & waits
    shown = np.full(len(rows), "", object)
    for place in np.flatnonzero(fires).tolist():
        shown[place] = circle_of[rows.keys[place]]
    return Hits(fires=fires, watch=rule.predecessors, facts={"cycle": shown})


class Overtaking(Rule):
    """A record has got further than the ones it waits for; `when` says how far.

    Args:
        predecessors: The column of the ids that come before; the column that is watched.
        progress: The actual progress.
        handed_in: States of a predecessor that let the next one begin, once its progress is 100 %.
        finished_too: True if records of a finished state are judged.
    """

    predecessors: FieldName
    progress: FieldName
    handed_in: WordsOfState = ()
    finished_too: bool = False

    column_keys = ("predecessors", "progress")
    state_keys = ("handed_in",)
    facts = (*Rule.facts, "before", "first")


def overtaking(rule: Overtaking, rows: Rows) -> Hits:
    """Records with a predecessor that is known to be open."""
    waits = rows.known(rule.predecessors) & rows.when(rule.when)
    if not rule.finished_too:
        waits &= ~rows.in_finished_state
    if not waits.any():
        return Hits(fires=waits, watch=rule.predecessors)
    graph = _graph(rule.forms, rule.predecessors, rows)
    kept = _open(rule, rows, graph)[graph.before]
    waiting = {graph.ids[number] for number in set(graph.after[kept].tolist())}
    fires = waits & rows.among(rows.form.key, waiting)
    before = np.full(len(rows), "", object)
    first = np.full(len(rows), "", object)
    if fires.any():
        lists = graph.lists(kept)
        numbers = graph.numbers(rows.keys)
        for place in np.flatnonzero(fires).tolist():
            number = int(numbers[place])
            names = [str(graph.ids[one]) for one in lists[number]]
            before[place] = "、".join(names[:_SHOWN])
            first[place] = str(graph.ids[_first(lists, number)])
    return Hits(fires=fires, watch=rule.predecessors, facts={"before": before, "first": first})


def circles(graph: Graph) -> list[list[int]]:
    """Return one circle of each knot of ids that wait for each other, in the order of their waiting.

    Linear in ids and dependencies.
    """
    before = graph.lists(np.ones(len(graph.after), np.bool_))
    found: list[list[int]] = []
    for knot in _knots(before, _within(graph)):
        members = set(knot)
        seen: dict[int, int] = {}
        path: list[int] = []
        at = min(knot)
        while at not in seen:
            seen[at] = len(path)
            path.append(at)
            at = next(one for one in before[at] if one in members)
        found.append(path[seen[at] :])
    return found


def _graph(forms: Sequence[str], field: str, rows: Rows) -> Graph:
    """Return the graph of all tables of the forms; ids that stand nowhere are left out."""
    after: list[str] = []
    before: list[str] = []
    keys: list[str] = []
    for other in (other for form in forms for other in rows.book.of(form)):
        for key, given in zip(other.keys.tolist(), other.texts(field).tolist(), strict=True):
            if key is None:
                continue
            keys.append(key)
            named = given if isinstance(given, tuple) else () if given is None else (given,)
            before += named
            after += [key] * len(named)
    ids = tuple(dict.fromkeys(keys))
    numbers = {key: number for number, key in enumerate(ids)}
    known = [place for place, key in enumerate(before) if key in numbers]
    return Graph(
        ids,
        np.array([numbers[after[place]] for place in known], np.int64),
        np.array([numbers[before[place]] for place in known], np.int64),
    )


def _open(rule: Overtaking, rows: Rows, graph: Graph) -> Bools:
    """Tell which ids are open; one that stands twice is, only if it is in both places."""
    some, settled = np.zeros(len(graph.ids), np.bool_), np.zeros(len(graph.ids), np.bool_)
    for other in (other for form in rule.forms for other in rows.book.of(form)):
        far = standing(other, progress=rule.progress, handed_in=rule.handed_in)
        told = other.known(other.state or "") | other.known(rule.progress)
        numbers = graph.numbers(other.keys)
        opened = far.left & told
        some[numbers[(numbers >= 0) & opened]] = True
        settled[numbers[(numbers >= 0) & ~opened]] = True
    return some & ~settled


def _first(lists: list[list[int]], number: int) -> int:
    """Return the first open id that a chain of open ids waits for."""
    seen = {number}
    at = lists[number][0]
    while at not in seen and lists[at]:
        seen.add(at)
        at = lists[at][0]
    return at


def _within(graph: Graph) -> list[int]:
    """Return the ids that may be on a circle: those that are left when ends are taken away one by one."""
    size = len(graph.ids)
    kept = [True] * size
    for sources, targets in ((graph.after, graph.before), (graph.before, graph.after)):
        degree = np.bincount(targets, minlength=size).tolist()
        following: list[list[int]] = [[] for _ in range(size)]
        for source, target in zip(sources.tolist(), targets.tolist(), strict=True):
            following[source].append(target)
        ends = [number for number in range(size) if not degree[number]]
        while ends:
            end = ends.pop()
            kept[end] = False
            for target in following[end]:
                degree[target] -= 1
                if not degree[target]:
                    ends.append(target)
    return [number for number in range(size) if kept[number]]


def _knots(before: list[list[int]], numbers: list[int]) -> list[list[int]]:
    """Return the sets of ids that can all be reached from each other (Tarjan 1972, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[list[int]] = []
    for root in numbers:
        if root in index:
            continue
        work = [(root, iter(before[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            at, following = work[-1]
            for one in following:
                if one not in index:
                    index[one] = low[one] = len(index)
                    stack.append(one)
                    on_stack.add(one)
                    work.append((one, iter(before[one])))
                    break
                if one in on_stack:
                    low[at] = min(low[at], index[one])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[at])
                if low[at] == index[at]:
                    knot = _taken(stack, on_stack, at)
                    if len(knot) > 1 or at in before[at]:
                        found.append(knot)
    return found


def _taken(stack: list[int], on_stack: set[int], root: int) -> list[int]:
    knot: list[int] = []
    while not knot or knot[-1] != root:
        knot.append(stack.pop())
        on_stack.discard(knot[-1])
    return knot
