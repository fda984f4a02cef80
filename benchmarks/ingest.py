"""How many points a second does the server take in, durably?

20 runs send batches of 1,000 rows of 10 scalars over 4 connections; each batch is acknowledged, which means on disk,
before the next is sent. The batches are made beforehand; the clock runs from the first to the last answer. The sender
shares the machine's cores with the server.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

import numpy as np

from benchmarks.harness import Result, folder, server
from benchmarks.journals import Feed, rows

RUNS, BATCHES, ROWS, WIDTH, CONNECTIONS = 20, 25, 1000, 10, 4


def measure() -> Iterable[Result]:
    random = np.random.default_rng(0)
    batches = [rows(n * ROWS, random.standard_normal((ROWS, WIDTH))) for n in range(BATCHES)]
    with folder() as home, server(home) as running:
        feeds = [Feed(running, "ingest", f"run{n}", [f"group/metric_{k}" for k in range(WIDTH)]) for n in range(RUNS)]
        for feed in feeds:
            feed.send(feed.first)
        failures: list[BaseException] = []

        def send(mine: list[Feed]) -> None:
            try:
                for batch in batches:
                    for feed in mine:
                        feed.send(batch)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=send, args=(feeds[n::CONNECTIONS],)) for n in range(CONNECTIONS)]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        secs = time.perf_counter() - began
        if failures:
            raise failures[0]
        memory = running.memory_mb()
    points = RUNS * BATCHES * ROWS * WIDTH
    yield Result(
        "server ingest, journal batches, durable", points / secs, "points/s", least=1_000_000,
        note=f"{points / 1e6:.0f} million points in {secs:.1f} s; server holds {memory:.0f} MB afterwards",
    )  # fmt: skip
