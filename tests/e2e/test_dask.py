"""A real cluster of two worker processes: the same results, a shared database, and what can go wrong."""

import logging
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sheetsync.app import App, open_app
from sheetsync.config.keeping import StateSettings
from sheetsync.errors import BusyError, RemoteError, UsageError
from sheetsync.executors import choose, cluster
from sheetsync.state.database import Database
from sheetsync.state.leases import ProjectLeases
from tests.postgres import running

distributed = pytest.importorskip(
    "distributed", reason="Dask is not installed (pip install 'sheetsync[dask]')"
)
dask = pytest.importorskip("dask")
# What the library leaves open when it closes a cluster is not ours.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")

NOW = "2023-10-16T09:00"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Host and port of a scheduler with two worker processes."""
    with started(2) as local:
        yield local.scheduler_address.removeprefix("tcp://")


@contextmanager
def started(workers: int) -> Iterator[Any]:
    """Start a cluster whose workers come back however often they die, as those of a service do."""
    with (
        # A local cluster otherwise gives a worker up that happens to be away 15 s after an earlier death.
        dask.config.set({"distributed.deploy.lost-worker-timeout": "1 hour"}),
        distributed.LocalCluster(
            n_workers=workers,
            processes=True,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.ERROR,
        ) as local,
    ):
        yield local


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of a database server."""
    with running() as url:
        yield url


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of shipped forms, with their sample rows."""
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    open_app(now=NOW).new(["progress", "risks"], output=path, sample=True, rows=20)
    return path


@pytest.fixture
def books(form: Path, tmp_path: Path) -> Path:
    """A folder of four workbooks, beside those of a project, so that each is judged alone."""
    folder = tmp_path / "books"
    folder.mkdir()
    for number in range(4):
        shutil.copy(form, folder / f"{number}.xlsx")
    return folder


@pytest.fixture
def project(tmp_path: Path, server: str) -> App:
    """A project whose database is on the server."""
    open_app(now=NOW).init(tmp_path, "集群")
    settings = tmp_path / "sheetsync.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("# url = ", f'url = "{server}" #', 1), "utf-8")
    return open_app(project=tmp_path, now=NOW)


def told(app: App, books: Path, executor: str) -> dict[str, object]:
    results = list(app.check([str(books.resolve())], executor=executor))
    return app.check_document(results)


def test_a_cluster_says_what_one_process_says(address: str, books: Path) -> None:
    app = open_app(now=NOW)
    assert told(app, books, f"dask://{address}") == told(app, books, "serial")


def test_each_workbook_is_written_and_remembered(address: str, books: Path, project: App) -> None:
    results = list(project.check([str(books)], write=True, executor=f"dask://{address}"))
    assert [result.error for result in results] == [None] * 4
    assert all(result.written for result in results)
    history = project.history(books / "2.xlsx")
    assert history is not None
    kept = history.at(datetime(2023, 10, 16, 9))
    assert kept is not None
    assert kept.records


def test_a_workbook_that_another_machine_writes_is_busy(address: str, books: Path, project: App) -> None:
    assert project.folder is not None
    leases = ProjectLeases(Database(project.folder, project.settings.state))
    leases.take("workbook books/1.xlsx", "another machine", datetime(2100, 1, 1))
    before = (books / "1.xlsx").read_bytes()
    results = list(project.check([str(books)], write=True, executor=f"dask://{address}"))
    assert [type(result.error) for result in results] == [type(None), BusyError, type(None), type(None)]
    assert (books / "1.xlsx").read_bytes() == before
    leases.take("workbook books/1.xlsx", "another machine", datetime(2000, 1, 1))


def test_of_two_workers_on_one_workbook_one_gets_it(address: str, books: Path, project: App) -> None:
    """Both go through the same door at the same moment, one of them stays outside."""
    path = str(books / "0.xlsx")
    outcomes: list[Any] = []

    def one() -> None:
        outcomes.extend(project.check([path], write=True, executor=f"dask://{address}"))

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    errors = [result.error for result in outcomes if result.error is not None]
    # Where one was done before the other began, both went through, one after the other.
    assert len(errors) <= 1
    assert all(isinstance(error, BusyError) for error in errors)
    assert any(result.written for result in outcomes)
    assert open_app(now=NOW).reader(books / "0.xlsx").read().sheets


def die() -> None:
    """End this process as the kernel ends one that takes too much memory: while it works."""
    time.sleep(0.5)
    os._exit(9)


def deadly(item: int) -> int:
    """Kill the worker over one of the items, as often as it is tried."""
    if item == 2:
        die()
    return 2 * item


def test_an_item_that_kills_its_worker_again_and_again_costs_itself_only(address: str) -> None:
    def lost(item: int, error: Exception) -> str:
        return f"{item}: {error}"

    found = list(choose(f"dask://{address}", 1, lost).map(deadly, range(6)))
    assert [one for one in found if not isinstance(one, str)] == [0, 2, 6, 8, 10]
    assert "2: " in str(found[2])
    assert "died again and again" in str(found[2])


def suspected(folder: Path, item: int) -> int:
    """Lose the worker over one item as often as the cluster tries it beside others, and then no more."""
    if item == 0:
        tries = len(list(folder.iterdir()))
        (folder / str(tries)).touch()
        if tries < 4:  # what a scheduler allows by default, and once more
            die()
    return 2 * item


def test_an_item_that_was_only_beside_the_dying_is_not_lost(address: str, tmp_path: Path) -> None:
    work = partial(suspected, tmp_path)
    executor = choose(f"dask://{address}", 1, lambda item, error: f"{item}: {error}")
    assert list(executor.map(work, range(4))) == [0, 2, 4, 6]


def test_a_database_file_is_not_for_several_machines(books: Path, tmp_path: Path) -> None:
    open_app(now=NOW).init(tmp_path, "文件")
    app = open_app(project=tmp_path, now=NOW)
    with pytest.raises(UsageError, match="PostgreSQL"):
        list(app.check([str(books)], executor="dask://127.0.0.1:1"))


def test_a_scheduler_that_is_not_there_is_told(books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_ANSWER", 0.3)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RemoteError, match="does not answer") as told_:
        list(open_app(now=NOW).check([str(books)], executor=f"dask://127.0.0.1:{port}"))
    assert told_.value.where == f"dask://127.0.0.1:{port}"


def test_a_cluster_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_ANSWER", 0.5)
    with started(0) as empty:
        address = empty.scheduler_address.removeprefix("tcp://")
        executor = choose(f"dask://{address}", 1, lambda item, error: (item, error))
        with pytest.raises(RemoteError, match="no workers"):
            list(executor.map(str, [1]))


def waiting(folder: Path, item: int) -> int:
    """Say that the work has begun, and do not end."""
    (folder / str(item)).touch()
    time.sleep(600)
    return item


@pytest.mark.parametrize(
    ("leave", "patience", "said"),
    [(lambda local: local.close(), 60, "does not answer"), (lambda local: local.scale(0), 0.5, "no workers")],
    ids=["scheduler", "workers"],
)
def test_who_leaves_in_the_middle_of_the_work_is_told(
    leave: Callable[[Any], None], patience: float, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", patience)
    errors: list[RemoteError] = []
    with started(1) as local:
        place = local.scheduler_address.removeprefix("tcp://")

        def run() -> None:
            try:
                list(choose(f"dask://{place}", 1, lambda *_: None).map(partial(waiting, tmp_path), [1]))
            except RemoteError as error:
                errors.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        while not (tmp_path / "1").exists():
            time.sleep(0.05)
        leave(local)
        thread.join()
    assert [said in str(error) for error in errors] == [True]


def test_an_error_of_the_work_itself_comes_home(address: str) -> None:
    with pytest.raises(TimeoutError, match="of the work"):
        list(choose(f"dask://{address}", 1, lambda *_: None).map(failing, [1]))


def failing(item: int) -> int:
    """Fail as a slow remote service lets one fail."""
    raise TimeoutError(f"{item}: of the work")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'sheetsync\[dask\]'"):
        list(choose("dask://127.0.0.1:1", 1, lambda item, error: (item, error)).map(str, [1]))


@pytest.mark.parametrize(
    ("name", "version", "said"),
    [("sheetsync", "0.0.1", "is .* there and 0.0.1 here"), ("Python", "3.1.5", "is .* there and 3.1.5 here")],
)
def test_workers_of_another_version_are_refused(
    address: str, monkeypatch: pytest.MonkeyPatch, name: str, version: str, said: str
) -> None:
    installed = cluster._installed()  # noqa: SLF001 - what is here cannot be changed otherwise
    monkeypatch.setattr(cluster, "_installed", lambda: installed | {name: version})
    with pytest.raises(UsageError, match=f"{name} {said}"):
        list(choose(f"dask://{address}", 1, lambda item, error: (item, error)).map(str, [1]))


def test_state_settings_with_a_server_make_leases(project: App) -> None:
    assert project.is_shared
    assert not open_app(now=NOW).is_shared
    assert StateSettings().url is None
