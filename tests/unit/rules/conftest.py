"""Tables made by hand: canonical values, as intake gives them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from sheetsync.forms.catalogue import Catalogue, build
from sheetsync.model.table import Place, RawValue, Table
from sheetsync.model.value import MOMENTS, NUMBERS
from sheetsync.rules import parse

ROOT = Path(__file__).parents[3]

MakeTable = Callable[..., Table]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    folder = ROOT / "workbook_templates"
    return build((path.stem, path.name, path.read_text("utf-8")) for path in sorted(folder.glob("*.yaml")))


@pytest.fixture(scope="session")
def packs(catalogue: Catalogue) -> tuple[parse.RulePack, ...]:
    folder = ROOT / "rules"
    files = ((path.stem, path.name, path.read_text("utf-8")) for path in sorted(folder.glob("*.yaml")))
    return parse.build(files, catalogue)


@pytest.fixture
def make_table(catalogue: Catalogue) -> MakeTable:
    """A function (form, columns, broken=…, open_fields=…) that makes a table of canonical values."""

    def make(
        form: str,
        columns: Mapping[str, Sequence[object]],
        *,
        broken: Mapping[str, Sequence[int]] | None = None,
        raw: Mapping[str, Sequence[RawValue]] | None = None,
        open_fields: Sequence[str] = (),
    ) -> Table:
        size = len(next(iter(columns.values())))
        spec = catalogue.forms[form]
        data: dict[str, np.ndarray] = {}
        whole: dict[str, np.ndarray] = {}
        for field, values in columns.items():
            kind = spec.column(field).kind if spec.has(field) else "raci"
            if kind in MOMENTS:
                data[field] = np.array(values, "datetime64[us]")
                whole[field] = np.array([isinstance(v, str) and len(v) == 10 for v in values])
            elif kind in NUMBERS:
                data[field] = np.array(values, np.float64)
            else:
                data[field] = np.full(size, None, object)
                data[field][:] = list(values)
        masks = {field: np.zeros(size, np.bool_) for field in columns}
        for field, places in (broken or {}).items():
            masks[field][list(places)] = True
        cells = {field: ["" if v is None else str(v) for v in values] for field, values in columns.items()}
        return Table(
            form=form,
            sheet=spec.title.zh,
            language="zh",
            columns=data,
            rows=np.arange(2, size + 2),
            whole_days=whole,
            raw=cells | dict(raw or {}),
            broken=masks,
            places={
                field: Place(title=spec.column(field).title.zh if spec.has(field) else field, number=n)
                for n, field in enumerate(columns, 1)
            },
            header_row=1,
            last_row=size + 1,
            last_column=len(columns),
            open_fields=tuple(open_fields),
        )

    return make


@pytest.fixture
def at() -> Callable[[str], datetime]:
    return datetime.fromisoformat
