"""Tables of what is true and what a model thinks, epoch by epoch."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gnomon.integration import running
from gnomon.integration.keras.which import Callback
from gnomon.sdk import guard
from gnomon.sdk.errors import Error

if TYPE_CHECKING:
    from gnomon.sdk.artifacts.artifact import Artifact
    from gnomon.sdk.tables.table import Table

WAIT_SECS = 60
"""How long the first epoch waits for the table of the truth to reach the server."""


class WandbEvalCallback(Callback, ABC):  # type: ignore[misc]  # Keras has no types
    """Builds a table of the truth once, and one of predictions after each epoch; both are versions of artifacts.

    Inherit from it, fill `self.data_table` in `add_ground_truth` and `self.pred_table` in `add_model_predictions`.
    There `self.data_table_ref` is the first table as it was logged, so that pictures in it are referred to and not
    stored again. Raises Error where no run is active.
    """

    data_table: Table
    pred_table: Table
    data_table_ref: Table

    def __init__(self, data_table_columns: list[str], pred_table_columns: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._run = running.needed("WandbEvalCallback()")
        self.data_table_columns = data_table_columns
        self.pred_table_columns = pred_table_columns

    @abstractmethod
    def add_ground_truth(self, logs: Mapping[str, float] | None = None) -> None:
        """Add rows to `self.data_table`."""

    @abstractmethod
    def add_model_predictions(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Add rows to `self.pred_table`."""

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Make, fill and log the table of the truth."""
        self.init_data_table(self.data_table_columns)
        self.add_ground_truth(logs)
        self.log_data_table()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Make, fill and log a table of predictions."""
        self.init_pred_table(self.pred_table_columns)
        self.add_model_predictions(epoch, logs)
        self.log_pred_table()

    def init_data_table(self, column_names: list[str]) -> None:
        """An empty table of the truth."""
        self.data_table = _table(column_names)

    def init_pred_table(self, column_names: list[str]) -> None:
        """An empty table of predictions."""
        self.pred_table = _table(column_names)

    def log_data_table(self, name: str = "val", type: str = "dataset", table_name: str = "val_data") -> None:
        """Keep the table of the truth as an artifact, and use it from there; where no server can be asked, as it is."""
        artifact = _artifact(name, type)
        artifact.add(self.data_table, table_name)
        self.data_table_ref = self.data_table
        try:
            self._run.use_artifact(artifact)
            artifact.wait(WAIT_SECS)
            self.data_table_ref = artifact.get(table_name)
        except (Error, TimeoutError) as error:
            guard.warn_once("data table", f"predictions do not refer to the table {table_name!r}: {error}")

    def log_pred_table(
        self, type: str = "evaluation", table_name: str = "eval_data", aliases: list[str] | None = None
    ) -> None:
        """Keep the table of predictions as a version of an artifact."""
        artifact = _artifact(f"run_{self._run.id}_pred", type)
        artifact.add(self.pred_table, table_name)
        self._run.log_artifact(artifact, aliases=aliases or ["latest"])


def _table(columns: list[str]) -> Table:
    from gnomon.sdk.tables.table import Table

    return Table(columns=columns, allow_mixed_types=True)


def _artifact(name: str, type: str) -> Artifact:
    from gnomon.sdk.artifacts.artifact import Artifact

    return Artifact(name, type)
