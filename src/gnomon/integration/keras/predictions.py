"""Samples of validation data with what a model thinks of them, as pictures and as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from gnomon.sdk.errors import UsageError

INPUTS = ("image", "images", None)
OUTPUTS = ("label", "image", "images", "segmentation_mask", None)
Processor = Callable[[Any, Mapping[str, Any]], Mapping[str, Any]]


class Predictions:
    """Which samples are shown, and how."""

    def __init__(
        self,
        data: tuple[Any, Any] | None,
        generator: Any,
        steps: int | None,
        count: int,
        labels: Sequence[str],
        input_type: str | None,
        output_type: str | None,
        indexes: Sequence[Any] | None,
        validation_row: Processor | None,
        prediction_row: Processor | None,
        infer: bool,
    ) -> None:
        if input_type not in INPUTS or output_type not in OUTPUTS:
            raise UsageError("input_type is 'image'; output_type is 'label', 'image' or 'segmentation_mask'")
        self._data, self._generator, self._steps, self._count = data, generator, steps, count
        self._labels, self._input, self._output = list(labels), input_type, output_type
        self._indexes = indexes
        self._validation_row, self._prediction_row, self._infer = validation_row, prediction_row, infer

    @property
    def are_pictures(self) -> bool:
        """Whether there is anything to show each epoch."""
        return self._input in ("image", "images") and (self._data is not None or self._generator is not None)

    def pictures(self, model: Any) -> list[Any]:
        """The samples, captioned with what the model says, or beside the pictures it makes."""
        from gnomon.sdk.values.image import Image

        x, y, said = self._samples(model)
        shown: list[Any] = []
        for at in range(len(x)):
            if self._output == "segmentation_mask":
                layers = {"prediction": _mask(said[at], self._labels), "ground_truth": _mask(y[at], self._labels)}
                shown.append(Image(x[at], masks=layers))
            elif self._output in ("image", "images"):
                shown += [Image(x[at], caption="input", grouping=3), Image(said[at], caption="prediction")]
                shown.append(Image(y[at], caption="truth"))
            else:
                shown.append(Image(x[at], caption=f"{self._label(said[at])} (truth: {self._label(y[at])})"))
        return shown

    def table(self, model: Any) -> Any:
        """A row for each sample: what it is, what is true, what the model says."""
        from gnomon.sdk.tables.table import Table

        x, y, said = self._samples(model)
        indexes = list(self._indexes) if self._indexes is not None else list(range(len(x)))
        rows = []
        for at, index in zip(range(len(x)), indexes, strict=False):
            row: dict[str, Any] = {"index": index}
            given = {"input": x[at], "target": y[at]}
            thought = {"output": said[at]}
            row.update(self._validation_row(index, given) if self._validation_row else self._inferred(given))
            row.update(self._prediction_row(index, thought) if self._prediction_row else self._inferred(thought))
            rows.append(row)
        columns = list(dict.fromkeys(key for row in rows for key in row))
        data = [[row.get(column) for column in columns] for row in rows]
        return Table(columns=columns, data=data, allow_mixed_types=True)

    def _samples(self, model: Any) -> tuple[Any, Any, Any]:
        if self._data is not None:
            x, y = self._data
        elif self._generator is not None:
            x, y = _taken(self._generator, self._steps, self._count)
        else:
            raise UsageError("WandbCallback() needs validation_data, or a generator, to evaluate with")
        x, y = x[: self._count], y[: self._count]
        return x, y, model.predict(x, verbose=0)

    def _inferred(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Pictures for what has the shape of one, class names for probabilities, else plain values."""
        from gnomon.sdk.values.image import Image

        found: dict[str, Any] = {}
        for name, value in values.items():
            shape: tuple[int, ...] = tuple(getattr(value, "shape", ()))
            if self._infer and len(shape) in (2, 3) and shape[0] > 1 and shape[1] > 1:
                found[name] = Image(value)
            elif self._infer and name != "input" and (self._labels or (len(shape) == 1 and shape[0] > 1)):
                found[f"{name}:class"] = self._label(value)
                found[name] = value.tolist() if hasattr(value, "tolist") else value
            else:
                found[name] = value.tolist() if hasattr(value, "tolist") else value
        return found

    def _label(self, value: Any) -> Any:
        """The class that is meant by a number, by probabilities, or by one value near 0 or 1."""
        size = getattr(value, "size", 1)
        if size > 1:
            at = int(value.argmax())
        else:
            number = float(value.reshape(-1)[0] if hasattr(value, "reshape") else value)
            at = round(number)
            if not self._labels:
                return at if number == at else round(number, 4)
        return self._labels[at] if 0 <= at < len(self._labels) else at


def _mask(value: Any, labels: Sequence[str]) -> dict[str, Any]:
    if getattr(value, "ndim", 2) == 3:
        value = value.argmax(axis=-1) if value.shape[-1] > 1 else (value[..., 0] > 0.5).astype("uint8")
    return {"mask_data": value, **({"class_labels": dict(enumerate(labels))} if labels else {})}


def _taken(generator: Any, steps: int | None, count: int) -> tuple[Any, Any]:
    """As many samples of a generator as are wanted."""
    numpy: Any = import_module("numpy")
    parts: list[tuple[Any, Any]] = []
    have = 0
    for step, (x, y) in enumerate(generator):
        parts.append((numpy.asarray(x), numpy.asarray(y)))
        have += len(parts[-1][0])
        if have >= count or (steps is not None and step + 1 >= steps):
            break
    if not parts:
        raise UsageError("the generator of validation data yields nothing")
    return numpy.concatenate([x for x, _ in parts]), numpy.concatenate([y for _, y in parts])
