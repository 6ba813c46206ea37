"""What waits for what: circles are found wherever they are, and in linear time."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.rules.checks.graph import Graph, circles
from tests.effort import calls

Edges = list[tuple[int, int]]


def _graph(size: int, edges: Edges) -> Graph:
    pairs = np.array(edges, np.int64).reshape(-1, 2)
    return Graph(pd.Index([str(number) for number in range(size)]), pairs[:, 0], pairs[:, 1])


@st.composite
def _graphs(draw: st.DrawFn) -> tuple[int, Edges]:
    size = draw(st.integers(1, 12))
    ids = st.integers(0, size - 1)
    return size, draw(st.lists(st.tuples(ids, ids), max_size=30))


def _reaches(edges: Edges, start: int) -> set[int]:
    found: set[int] = set()
    ends = [before for after, before in edges if after == start]
    while ends:
        at = ends.pop()
        if at not in found:
            found.add(at)
            ends += [before for after, before in edges if after == at]
    return found


@given(_graphs())
def test_every_circle_is_one_and_every_knot_has_one(graph: tuple[int, Edges]) -> None:
    size, edges = graph
    found = circles(_graph(size, edges))
    for circle in found:
        assert all(pair in edges for pair in zip(circle, [*circle[1:], circle[0]], strict=True))
    knotted = {number for number in range(size) if number in _reaches(edges, number)}
    knots = {
        frozenset({other for other in _reaches(edges, one) if one in _reaches(edges, other)})
        for one in knotted
    }
    assert sorted(map(min, knots)) == sorted(
        min(next(k for k in knots if circle[0] in k)) for circle in found
    )


CHAIN = [(number, number + 1) for number in range(99_999)]
SHAPES = {
    "one long chain": CHAIN,
    "one long circle": [*CHAIN, (99_999, 0)],
    "many small circles": [(n, n + 1 if n % 2 == 0 else n - 1) for n in range(100_000)],
    "one that all wait for": [(number, 0) for number in range(1, 100_000)],
}


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_hundred_thousand_records_are_visited_a_few_times_each(shape: str) -> None:
    graph = _graph(100_000, SHAPES[shape])
    assert calls(lambda: circles(graph)) < 40 * 100_000
