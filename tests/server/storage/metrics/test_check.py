"""A check names what is damaged; a repair makes the store whole, and what it does not name as lost is what it was."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from gnomon.model.errors import Conflict, Unavailable
from gnomon.server.storage.findings import Finding
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded import lod
from gnomon.server.storage.metrics.embedded.checks import logcheck, repairing
from gnomon.server.storage.metrics.embedded.checks.check import check_log, check_store
from gnomon.server.storage.metrics.embedded.checks.repair import repair
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.store import Block, RunKey, Source

from .small import make_small

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]
QUIET = MetricSettings(idle_secs=3600, seal_rows=10**9, part_bytes=4_000, file_bytes=8_000)
EVERYTHING = 10**9
RUNS = [RunKey(1), RunKey(2), RunKey(3)]
Appends = dict[RunKey, list[tuple[Source, list[Block]]]]


def findings(folder: Path) -> list[Finding]:
    """All that is wrong with a store."""
    return [*check_store(folder, deep=True, noted=lambda run: None), *check_log(folder).findings]


def an_append(run: int, at: int, rows: int) -> list[Block]:
    """Numbers of every kind, text, and steps that come twice."""
    steps = np.arange(at * rows, at * rows + rows, dtype=np.int64)
    steps[rows // 2 :] -= 3
    noise = np.random.default_rng(100 * run + at).standard_normal(rows)
    noise[:: 13 + run] = np.nan
    texts: list[str | None] = [f'"{run} {step}"' if step % 3 else None for step in steps]
    columns = (noise, steps * run, steps % 2 == 0, np.full(rows, float(run)), texts)
    return [Block("history", ("loss", "whole", "even", "same", "note"), steps, 1e9 + steps * 0.5, columns)]


async def fill(folder: Path) -> Appends:
    """Half of it in segments, half in the log, as it is when its process was killed."""
    store = EmbeddedMetrics(folder / "living", QUIET)
    said: Appends = {run: [] for run in RUNS}
    for at in range(5):
        for run in RUNS:
            source = Source("j", 10 * at, 10 * at + 10)
            blocks = an_append(run, at, 24)
            await store.append(run, source, blocks)
            said[run].append((source, blocks))
        if at in (1, 2):
            await store.settle()
    store._catalogue.connection.execute("pragma wal_checkpoint(truncate)")
    shutil.copytree(folder / "living", folder / "metrics", ignore=shutil.ignore_patterns("*-wal", "*-shm", "lock"))
    await store.close()
    shutil.rmtree(folder / "living")
    return said


@dataclass
class Held:
    """What a store says of its runs: for each, its offset, and for each key and row its value."""

    offsets: dict[RunKey, int]
    cells: dict[tuple[RunKey, str, int, int], Any]

    @classmethod
    async def of(cls, folder: Path) -> Held:
        store = EmbeddedMetrics(folder, QUIET)
        try:
            return await cls.of_store(store)
        finally:
            await store.close()

    @classmethod
    async def of_store(cls, store: EmbeddedMetrics) -> Held:
        offsets, cells = {}, {}
        for run in RUNS:
            offsets[run] = (await store.offsets(run)).get("j", 0)
            for stats in await store.keys(run):
                rows = (await store.rows(run, keys=[stats.key], repeats="all", limit=EVERYTHING)).rows
                assert stats.points == len(rows)
                count: dict[int, int] = {}
                for row in rows:
                    count[row["_step"]] = count.get(row["_step"], -1) + 1
                    cells[run, stats.key, row["_step"], count[row["_step"]]] = repr((row["_time"], row[stats.key]))
                await store.series(run, stats.key, buckets=7)
        return cls(offsets, cells)


def may_be_lost(found: list[Finding], run: RunKey, key: str, step: int) -> bool:
    return any(
        one.remedy == "lost"
        and one.run in (None, run)
        and one.key in (None, key)
        and (one.first_step is None or one.last_step is None or one.first_step <= step <= one.last_step)
        for one in found
    )


async def repaired(folder: Path, right: Held, said: Appends, what: str) -> list[Finding]:
    """Checks and repairs, and sees to it that what was not named as lost is there."""
    found = findings(folder)
    if not found:
        assert (await Held.of(folder)).cells == right.cells, what
        return found
    repairing.begin(folder)
    found += repair(folder, folder.parent / "aside")
    assert findings(folder) == [], what
    again = await Held.of(folder)
    assert findings(folder) == [], what
    for cell, value in again.cells.items():
        # A step that came twice and of which one row is lost has the other as its only one.
        others = [right.cells.get((*cell[:3], at)) for at in range(3)]
        assert value in others, (what, cell)
    for run, key, step, at in right.cells.keys() - again.cells.keys():
        assert may_be_lost(found, run, key, step), (what, run, key, step, at, found)
    for run in RUNS:
        assert again.offsets[run] <= right.offsets[run], what
        assert again.offsets[run] == right.offsets[run] or may_be_lost(found, run, "loss", -1), (what, run, found)
    await send_again(folder, right, said, found, what)
    return found


async def send_again(folder: Path, right: Held, said: Appends, found: list[Finding], what: str) -> None:
    """A sender goes on from where it is told; the log loses nothing that way."""
    store = EmbeddedMetrics(folder, QUIET)
    for run in RUNS:
        for source, blocks in said[run]:
            try:
                await store.append(run, source, blocks)
            except Conflict as error:
                raise AssertionError((what, run, source, error.next_offset)) from None
    again = await Held.of_store(store)
    await store.close()
    in_segments = [one for one in found if one.store == "metrics"]
    for run, key, step, at in right.cells.keys() - again.cells.keys():
        assert may_be_lost(in_segments, run, key, step), (what, run, key, step, at, found)
    assert again.offsets == right.offsets, what


@pytest.fixture
async def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Appends, Held]:
    make_small(monkeypatch)
    monkeypatch.setattr(logcheck, "TORN_SECS", 0.0)
    said = await fill(tmp_path)
    right = await Held.of(Path(shutil.copytree(tmp_path / "metrics", tmp_path / "read")))
    shutil.rmtree(tmp_path / "read")
    return tmp_path, said, right


def damaged(folder: Path) -> Path:
    for left in ("damaged", "aside"):
        shutil.rmtree(folder / left, ignore_errors=True)
    return Path(shutil.copytree(folder / "metrics", folder / "damaged"))


def flip(path: Path, at: int, bit: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ 1 << bit]))


async def test_a_store_that_was_not_damaged_is_clean(filled: tuple[Path, Appends, Held]) -> None:
    folder, _, _ = filled
    assert findings(folder / "metrics") == []
    store = EmbeddedMetrics(folder / "metrics", QUIET)
    await store.truncate(RUNS[0], after_step=60)
    await store.delete(RUNS[1])
    assert findings(folder / "metrics") == []
    await store.settle()
    assert findings(folder / "metrics") == []
    await store.close()
    assert findings(folder / "metrics") == []


@pytest.mark.parametrize("name", ["format_1", "format_2"])
async def test_stores_of_older_formats_are_clean(tmp_path: Path, name: str) -> None:
    shutil.copytree(Path(__file__).parent / name, tmp_path / "metrics")
    assert findings(tmp_path / "metrics") == []


async def test_a_store_with_edits_and_forks_is_clean(filled: tuple[Path, Appends, Held]) -> None:
    folder, _, _ = filled
    store = EmbeddedMetrics(folder / "metrics", QUIET)
    await store.move(RUNS[0], stream="history", to_stream="history", names={"loss": "lost"}, first_step=30)
    await store.move(RUNS[0], stream="history", to_stream="away", names={"note": "note"}, last_step=50)
    await store.move(RUNS[0], stream="away", to_stream="history", last_step=50)
    await store.copy(RUNS[2], RunKey(9), last_step=77)
    await store.append(RunKey(9), Source("k", 0, 10), an_append(9, 1, 90))
    await store.settle()
    assert findings(folder / "metrics") == []
    await store.delete(RUNS[2])
    await store.settle()
    await store.settle()
    assert findings(folder / "metrics") == []
    await store.close()
    assert findings(folder / "metrics") == []


@pytest.mark.parametrize("what", ["segments", "log", "catalogue.sqlite"])
async def test_a_flipped_bit_is_named_and_repaired_or_put_aside(filled: tuple[Path, Appends, Held], what: str) -> None:
    folder, said, right = filled
    chance = random.Random(what)
    named = 0
    rounds = int(os.environ.get("FLIPS", "18"))
    for round_ in range(rounds):
        copy = damaged(folder)
        files = sorted((copy / what).iterdir()) if (copy / what).is_dir() else [copy / what]
        file = chance.choice(files)
        at, bit = chance.randrange(file.stat().st_size), chance.randrange(8)
        flip(file, at, bit)
        named += bool(await repaired(copy, right, said, f"{round_}: {file.name} byte {at} bit {bit}"))
    assert named > rounds / 5


@pytest.mark.parametrize("what", ["segments", "log", "catalogue.sqlite"])
async def test_a_file_that_was_cut_or_taken_away_is_named_and_repaired_or_put_aside(
    filled: tuple[Path, Appends, Held], what: str
) -> None:
    folder, said, right = filled
    chance = random.Random(what)
    rounds, named = int(os.environ.get("CUTS", "10")), 0
    for round_ in range(rounds):
        copy = damaged(folder)
        files = sorted((copy / what).iterdir()) if (copy / what).is_dir() else [copy / what]
        file = chance.choice(files)
        size = 0 if round_ == 0 else chance.randrange(file.stat().st_size)
        if size:
            os.truncate(file, size)
        else:
            file.unlink()
        named += bool(await repaired(copy, right, said, f"{round_}: {file.name} cut to {size}"))
    assert named > rounds / 2


async def test_a_store_that_seals_and_compacts_all_the_time_is_clean_at_any_moment(tmp_path: Path) -> None:
    settings = MetricSettings(idle_secs=0.01, seal_rows=60, part_bytes=3_000, file_bytes=6_000, log_parts=1)
    store = EmbeddedMetrics(tmp_path / "metrics", settings)
    leaving, looks = threading.Event(), []

    def look() -> list[Finding]:
        while not leaving.is_set():
            looks.append(findings(tmp_path / "metrics"))
            if looks[-1]:
                return looks[-1]
        return []

    looking = asyncio.get_running_loop().run_in_executor(None, look)
    for at in range(120):
        for run in RUNS:
            await store.append(run, Source(f"j{at // 40}", 10 * (at % 40), 10 * (at % 40) + 10), an_append(run, at, 24))
        if at % 40 == 39:
            await store.delete(RUNS[at // 40 % 2])
        if at % 10 == 9:
            await store.truncate(RUNS[2], after_step=at * 20)
    leaving.set()
    assert await looking == []
    assert len(looks) > 1
    assert max(int(path.stem) for path in (tmp_path / "metrics" / "segments").iterdir()) > 3
    await store.close()
    assert findings(tmp_path / "metrics") == []


async def test_a_repair_that_is_killed_is_ended_by_the_next_one(
    filled: tuple[Path, Appends, Held], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _, right = filled
    names = ["replace", "rename", "unlink", "mkdir"]
    nth = 0
    while True:
        nth += 2
        copy = damaged(folder)
        flip(copy / "segments" / "00000001.seg", 40, 3)
        flip(sorted((copy / "log").iterdir())[0], 100, 3)
        left = nth

        def dying(really: Callable[..., Any]) -> Callable[..., Any]:
            def call(path: Path, *arguments: Any, **named: Any) -> Any:
                nonlocal left
                left -= 1
                if left == 0:
                    raise KeyboardInterrupt
                return really(path, *arguments, **named)

            return call

        with monkeypatch.context() as killed:
            for name in names:
                killed.setattr(Path, name, dying(getattr(Path, name)))
            try:
                repairing.begin(copy)
                repair(copy, folder / "aside" / "1")
                ended = True
            except KeyboardInterrupt:
                ended = False
        if (copy / "repairing").exists():
            with pytest.raises(Unavailable, match="repair"):
                EmbeddedMetrics(copy, QUIET)
            assert findings(copy) != []
        repairing.begin(copy)
        if findings(copy):
            repair(copy, folder / "aside" / "2")
        assert findings(copy) == []
        again = await Held.of(copy)
        kept = {cell for cell in right.cells if cell[:2] != (1, "loss")}
        assert all(right.cells[cell] == again.cells.get(cell, right.cells[cell]) for cell in kept)
        assert again.offsets.keys() == right.offsets.keys()
        if ended:
            break
    assert nth > 5


def _chunk(connection: sqlite3.Connection, key: str = "loss") -> tuple[int, cat.Chunk]:
    found = cat.find_series(connection, RUNS[0], "history", key)
    assert found is not None
    return found[0], cat.chunks_of(connection, found[0])[0]


def lower_a_minimum(connection: sqlite3.Connection, _: Path) -> str:
    series, chunk = _chunk(connection)
    stat = np.frombuffer(chunk.stat, lod.STAT).copy()
    stat["low"] -= 1
    cat.move_chunks(connection, [(series, chunk._replace(stat=stat.tobytes()))])
    return "its statistic: low is not what the values say"


def forget_a_middle(connection: sqlite3.Connection, _: Path) -> str:
    connection.execute("delete from middle")
    return "its middle level is missing"


def claim_even_steps(connection: sqlite3.Connection, _: Path) -> str:
    series, chunk = _chunk(connection)
    cat.move_chunks(connection, [(series, chunk._replace(flags=chunk.flags | cat.EVEN_STEPS))])
    return "steps are not even, and the catalogue says so"


def claim_that_values_rise(connection: sqlite3.Connection, _: Path) -> str:
    series, chunk = _chunk(connection)
    cat.move_chunks(connection, [(series, chunk._replace(flags=chunk.flags | cat.RISES))])
    return "values do not rise, and the catalogue says so"


def change_a_total(connection: sqlite3.Connection, _: Path) -> str:
    found = cat.find_series(connection, RUNS[0], "history", "whole")
    assert found is not None
    cat.put_series(connection, RUNS[0], "history", "whole", replace(found[1], total=found[1].total + 1))
    return "its totals differ from its points: total is"


def damage_a_finest_level(connection: sqlite3.Connection, folder: Path) -> str:
    _, chunk = _chunk(connection)
    flip(folder / "segments" / f"{chunk.file:08d}.seg", chunk.fine_at + chunk.fine_size - 1, 0)
    return "its finest level is damaged"


def lower_the_last_lsn(connection: sqlite3.Connection, _: Path) -> str:
    connection.execute("update meta set value = 2 where name = 'lsn'")
    return "the catalogue knows records of the log up to 2"


@pytest.mark.parametrize(
    "harm",
    [
        lower_a_minimum, forget_a_middle, claim_even_steps, claim_that_values_rise, change_a_total,
        damage_a_finest_level, lower_the_last_lsn,
    ],
)  # fmt: skip
async def test_what_follows_from_the_values_is_rebuilt_exactly(
    filled: tuple[Path, Appends, Held], harm: Callable[[sqlite3.Connection, Path], str]
) -> None:
    folder, _, right = filled
    copy = damaged(folder)
    catalogue = cat.Catalogue(copy / "catalogue.sqlite")
    says = harm(catalogue.connection, copy)
    catalogue.close()
    found = findings(copy)
    assert found
    assert all(says in one.says and one.remedy == "rebuilt" for one in found), found
    repair(copy, folder / "aside")
    assert findings(copy) == []
    assert await Held.of(copy) == right


@pytest.mark.parametrize(
    "stat", ["cast(x'0102030405060708' || substr(stat, 9) as blob)", "zeroblob(8) || substr(stat, 9)", "7"]
)
async def test_a_row_of_the_catalogue_that_nothing_proves_is_put_aside(
    filled: tuple[Path, Appends, Held], stat: str
) -> None:
    folder, _, right = filled
    copy = damaged(folder)
    catalogue = cat.Catalogue(copy / "catalogue.sqlite")
    series, chunk = _chunk(catalogue.connection)
    query = f"update chunk set stat = {stat} where series = ? and step_first = ?"
    catalogue.connection.execute(query, (series, chunk.step_first))
    catalogue.close()
    (found,) = findings(copy)
    says = "its row of the catalogue has changed on disk"
    assert (found.says, found.remedy, found.run, found.key) == (says, "lost", RUNS[0], "loss")
    repair(copy, folder / "aside")
    assert findings(copy) == []
    again = await Held.of(copy)
    assert found.first_step is not None and found.last_step is not None
    for cell, value in right.cells.items():
        if cell[:2] == (RUNS[0], "loss") and found.first_step <= cell[2] <= found.last_step:
            assert cell not in again.cells
        else:
            assert again.cells[cell] == value


async def test_rubbish_in_several_places_is_repaired_or_put_aside(filled: tuple[Path, Appends, Held]) -> None:
    folder, said, right = filled
    chance = random.Random("rubbish")
    for round_ in range(int(os.environ.get("BURSTS", "12"))):
        copy = damaged(folder)
        files = [path for path in sorted(copy.rglob("*")) if path.suffix in (".seg", ".log", ".sqlite")]
        what = []
        for _ in range(chance.choice((1, 2, 3))):
            file = chance.choice([*files, *[copy / "catalogue.sqlite"] * 4])
            at, size = chance.randrange(file.stat().st_size), chance.choice((1, 8, 64, 512, 4096, 8192))
            rubbish = chance.choice((bytes, chance.randbytes))(min(size, file.stat().st_size - at))
            with file.open("r+b") as open_file:
                open_file.seek(at)
                open_file.write(rubbish)
            what.append((file.name, at, len(rubbish), any(rubbish)))
        await repaired(copy, right, said, f"{round_}: {what}")
