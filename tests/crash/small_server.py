"""`gnomon …` with a metric store that seals, turns its files and compacts all the time."""

from functools import partial

from gnomon.cli.root import main
from gnomon.server.storage.metrics.embedded import chores, engine

chores.TICK_SECS = 0.05
engine.MetricSettings = partial(  # type: ignore[assignment,misc]
    engine.MetricSettings, seal_rows=150, part_bytes=30_000, file_bytes=60_000, idle_secs=0.05, log_parts=1
)
main()
