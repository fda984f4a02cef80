"""What the callbacks share: the run that is there, models and importances as they are kept."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from gnomon.sdk import current
from gnomon.sdk.errors import Error

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

LEAST_IS_BEST = frozenset(
    {"rmse", "rmsle", "mae", "mape", "mphe", "logloss", "error", "error@t", "merror", "mse", "l1", "l2", "binary_error"}
)
MOST_IS_BEST = frozenset({"auc", "aucpr", "ndcg", "map", "ndcg@n", "map@n"})


def needed(whose: str) -> Run:
    """The active run. Raises Error where there is none."""
    run = current.get()
    if run is None:
        raise Error(f"{whose} needs a run: call gnomon.init() before it")
    return run


def best_of(run: Run, key: str, metric: str) -> None:
    """Let the summary of this key be its best value, where it is known whether that is the least or the greatest."""
    name = metric.lower()
    if "loss" in name or name in LEAST_IS_BEST:
        run.define_metric(key, summary="min")
    elif name in MOST_IS_BEST:
        run.define_metric(key, summary="max")


def log_importance(run: Run, importances: Iterable[Sequence[Any]]) -> None:
    """Log a bar chart of pairs of a feature and its importance."""
    from gnomon import plot
    from gnomon.sdk.tables.table import Table

    rows = [[str(feature), float(importance)] for feature, importance in importances]
    table = Table(columns=["Feature", "Importance"], data=rows)
    run.log({"Feature Importance": plot.bar(table, "Feature", "Importance", title="Feature Importance")})


def log_model(
    run: Run, name: str, file_name: str, write: Callable[[str], Any], aliases: Sequence[str] | None = None
) -> None:
    """Keep what `write` writes to a path as an artifact of type `model`."""
    from gnomon.sdk.artifacts.artifact import Artifact

    with tempfile.TemporaryDirectory(prefix="gnomon-") as folder:
        path = os.path.join(folder, file_name)
        write(path)
        artifact = Artifact(name, type="model")
        artifact.add_file(path, name=file_name)
        run.log_artifact(artifact, aliases=list(aliases) if aliases else None)
