"""Charts that a script asks for: a table that is logged, and a note on the run of how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gnomon.protocol.journal import Kind
from gnomon.sdk.errors import Error
from gnomon.sdk.journal import record
from gnomon.sdk.tables.table import Table
from gnomon.sdk.values.media import refusing

if TYPE_CHECKING:
    from gnomon.sdk.values.media import Place


class NoTable(Error, TypeError):
    """What a chart was asked for of is no Table."""


@dataclass
class CustomChartSpec:
    """Which chart (`wandb/line/v0`, or one of somebody's own), which columns are its fields, and its texts."""

    spec_name: str
    fields: dict[str, Any]
    string_fields: dict[str, Any]
    key: str = ""
    panel_type: str = "Vega2"
    split_table: bool = False

    @property
    def table_key(self) -> str:
        """The key its table is logged under. Raises Error as long as the chart has none."""
        if not self.key:
            raise Error("The chart has no key yet; log it, or call set_key")
        return f"Custom Chart Tables/{self.key}_table" if self.split_table else f"{self.key}_table"

    @property
    def config_value(self) -> dict[str, Any]:
        """What the run keeps of it: a panel whose data is the last table of each run under the key."""
        table = {"name": "tableKey", "value": self.table_key}
        fields: list[dict[str, Any]] = [{"name": name, "fields": []} for name in ("id", "name", "_defaultColorIndex")]
        fields.append({"name": "summaryTable", "args": [table], "fields": []})
        sets = {"name": "runSets", "args": [{"name": "runSets", "value": "${runSets}"}], "fields": fields}
        return {
            "panel_type": self.panel_type,
            "panel_config": {
                "panelDefId": self.spec_name,
                "fieldSettings": self.fields,
                "stringSettings": self.string_fields,
                "transform": {"name": "tableWithLeafColNames"},
                "userQuery": {"queryFields": [sets]},
            },
        }

    @property
    def config_key(self) -> tuple[str, str, str]:
        """Where the run keeps it."""
        return ("_wandb", "visualize", self.key)


@dataclass
class VisualizeSpec:
    """A chart that is named alone and knows its columns itself."""

    name: str
    key: str = ""

    @property
    def table_key(self) -> str:
        """The key its table is logged under."""
        return self.key

    @property
    def config_value(self) -> dict[str, Any]:
        """What the run keeps of it."""
        return {"id": self.name, "historyFieldSettings": {"x-axis": "_step", "key": self.key}}

    @property
    def config_key(self) -> tuple[str, str, str]:
        """Where the run keeps it."""
        return ("_wandb", "viz", self.key)


@dataclass
class _Charted:
    table: Table
    spec: Any

    def set_key(self, key: str) -> None:
        """Give the chart its key."""
        self.spec.key = key

    def charted(self, place: Place, key: str) -> tuple[str, Table]:
        """Note on the run how it is drawn; the key and the table that are logged for it."""
        self.set_key(key)
        _, group, name = self.spec.config_key
        place.frames.append(record(Kind.RUN, {"client": {group: {name: self.spec.config_value}}}))
        return self.spec.table_key, self.table


@dataclass
class CustomChart(_Charted):
    """A table and the chart that is drawn of it: what `gnomon.plot` makes, to be logged under a key."""

    table: Table
    spec: CustomChartSpec


@dataclass
class Visualize(_Charted):
    """A table and the name of the chart that is drawn of it: what `visualize` makes."""

    table: Table
    spec: VisualizeSpec


@refusing
def plot_table(
    vega_spec_name: str,
    data_table: Table,
    fields: Mapping[str, Any],
    string_fields: Mapping[str, Any] | None = None,
    split_table: bool = False,
) -> CustomChart:
    """A chart of your own: `fields` says which column of the table stands for which field of the Vega specification.

    `vega_spec_name` is `wandb/line/v0` and the like, or `entity/name` of one made with `Api().create_custom_chart`;
    `string_fields` are its texts, such as `title`. With `split_table` the table has a section of its own on the run's
    page. Raises Error where `data_table` is no Table.
    """
    return CustomChart(
        checked(data_table, "data_table"),
        CustomChartSpec(vega_spec_name, dict(fields), dict(string_fields or {}), split_table=split_table),
    )


def visualize(id: str, value: Table) -> Visualize:
    """A chart of a table by its name alone, such as `wandb/confusion_matrix/v1`. Raises Error for what is no Table."""
    return Visualize(checked(value, "value"), VisualizeSpec(id))


def checked(table: Any, name: str) -> Table:
    """The table. Raises Error where it is none."""
    if not isinstance(table, Table):
        raise NoTable(f"{name} must be a Table, not {type(table).__name__}")
    return table
