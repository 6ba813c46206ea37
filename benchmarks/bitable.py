"""What it takes to read a large table of a base and to change a fifth of it, beside the least it can take.

    python benchmarks/bitable.py [--records 10000] [--changed 2000] [--latency 50] [--repeat 3] [--bare]

The server of the tests runs in a process of its own, with the limits of the real one: one write at a time,
20 reads and 50 writes a second of each kind. Every call takes as long as `--latency` says (milliseconds),
beside what the server itself needs to make up the answer; a few calls before the clock starts tell that.

The least is what the documented sizes allow: pages of 500, one after the other; what is to be changed is
looked at again right before it is written, 100 records a call and 20 calls a second; batches of 500, one at
a time. `--bare` leaves out the vendor's client.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sheetsync.bitable.store import BitableStore
from sheetsync.feishu.access import Access
from sheetsync.feishu.client import FeishuClient
from sheetsync.feishu.throttle import Throttle
from sheetsync.model.rowchange import CellChange, FieldValue, UpdateRow
from tests.feishu_server import bare_line, running

PROMISED = 1.3
PAGE, LOOKED_AT, BATCH, READS = 500, 100, 500, 20.0
_FIELDS = {"编号": 1, "任务": 1, "负责部门": 1, "工时": 2, "状态": 3, "截止时间": 5, "说明": 1}


def main() -> int:
    """Measure, print, and return 1 where the promise is broken."""
    given = _options()
    with _server(given.records, given.latency / 1000) as (url, app_id, secret, token):
        best = min(_once(given, url, app_id, secret, token, run) for run in range(given.repeat))
    read, write, least_read, least_write = best[1:]
    total, least = read + write, least_read + least_write
    for what, took, bound in (
        (f"read {given.records} records", read, least_read),
        (f"change {given.changed} of them", write, least_write),
        (f"together (promised {PROMISED} x)", total, least),
    ):
        print(f"{what:28} {took:6.2f} s   least {bound:5.2f} s   {took / bound:.2f} x")
    return int(total / least > PROMISED)


def _once(
    given: argparse.Namespace, url: str, app_id: str, secret: str, token: str, run: int
) -> tuple[float, float, float, float, float]:
    access = Access(app_id=app_id, app_secret=secret, domain=url)
    client = FeishuClient(access, line=bare_line(url) if given.bare else None, throttle=Throttle())
    store = BitableStore(client, token)
    page, others = _asked(client, token)
    time.sleep(1.1)  # the second in which those calls counted is over
    began = time.monotonic()
    book = store.read()
    read = time.monotonic()
    (sheet,) = book.sheets
    rows = range(2, 2 + given.changed)
    changes = [
        UpdateRow(
            sheet=sheet.name,
            row=row,
            key=str(row),
            cells={7: CellChange(expected=sheet.rows[row - 1][6], value=_text(f"改 {run} {row}"))},
        )
        for row in rows
    ]
    time.sleep(1.1)
    began_write = time.monotonic()
    receipt = store.apply(changes, based_on=book.version)
    write = time.monotonic() - began_write
    if len(receipt.landed) != given.changed:
        raise SystemExit(f"only {len(receipt.landed)} of {given.changed} landed")
    pages, looks, writes = (
        -(-given.records // PAGE),
        -(-given.changed // LOOKED_AT),
        -(-given.changed // BATCH),
    )
    least_read = pages * max(page, 1 / READS)
    least_write = looks * (1 / READS) + writes * others
    return read - began + write, read - began, write, least_read, least_write


def _text(words: str) -> FieldValue:
    return FieldValue(kind="text", value=words, text=words)


def _asked(client: FeishuClient, token: str) -> tuple[float, float]:
    """Return the seconds that a page and that a small call take, with nobody else there."""
    path = f"/open-apis/bitable/v1/apps/{token}/tables"
    small = _usual(lambda: client.call("GET", path))
    table = client.call("GET", path)["items"][0]["table_id"]  # type: ignore[index] # the server has one
    search = f"{path}/{table}/records/search"
    return _usual(
        lambda: client.call("POST", search, query={"page_size": PAGE}, body={"automatic_fields": True})
    ), small


def _usual(call: Callable[[], object]) -> float:
    taken = []
    for _ in range(5):
        began = time.monotonic()
        call()
        taken.append(time.monotonic() - began)
    return median(taken)


@contextmanager
def _server(records: int, latency: float) -> Iterator[tuple[str, str, str, str]]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, records, latency))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("done")
        process.join()


def _serve(line: Connection, records: int, latency: float) -> None:
    with running(latency=latency) as feishu:
        base = feishu.base()
        table = base.table("任务", _FIELDS)
        keys = list(table.fields)
        for number in range(records):
            words = (
                f"T-{number:05}",
                f"任务 {number}",
                "设计部",
                number % 40,
                "进行中",
                1_697_418_000_000,
                "按计划",
            )
            table.create(dict(zip(keys, words, strict=True)))
        line.send((feishu.url, feishu.app_id, feishu.app_secret, base.token))
        line.recv()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--changed", type=int, default=2_000)
    parser.add_argument("--latency", type=float, default=50.0, help="milliseconds of each call")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--bare", action="store_true", help="leave out the vendor's client")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
