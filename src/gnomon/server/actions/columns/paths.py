"""Which dotted paths the runs of a project have values at, kept current run by run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gnomon.model.paths import leaves

LONGEST = 1000
"""Paths longer than a field's name may be are left out: nobody could ask for them."""


class Paths:
    """The paths of one kind of values, `config` say. Most runs of a project have the same: each shape is kept once."""

    def __init__(self) -> None:
        self._shape_of: dict[int, tuple[str, ...]] = {}
        """By run."""
        self._runs: dict[tuple[str, ...], int] = {}
        """How many runs have the shape."""
        self._shapes: dict[str, int] = {}
        """How many shapes have the path."""
        self._names: dict[str, str] = {}
        """Each path once, whatever the number of shapes it is in."""
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._sorted: tuple[str, ...] | None = None
        self.size_bytes = 0

    @classmethod
    def of(cls, runs: Sequence[int], shapes: Sequence[Iterable[str]], shape_of: Sequence[int]) -> Paths:
        """What is known once each run was put with the shape of its number."""
        made = cls()
        known = [made._shape(tuple(shape)) for shape in shapes]
        made._shape_of = dict(zip(runs, map(known.__getitem__, shape_of), strict=True))
        for number, count in Counter(shape_of).items():
            made._runs[known[number]] += count
        return made

    def __len__(self) -> int:
        """How many runs are known."""
        return len(self._shape_of)

    def put(self, run: int, values: Mapping[str, Any] | None) -> None:
        """These are the run's values now; None where the run is gone."""
        self._put(run, None if values is None else leaves(values))

    def put_flat(self, run: int, names: Iterable[str]) -> None:
        """The run's values now are at these names, none within another."""
        self._put(run, names)

    def _put(self, run: int, paths: Iterable[str] | None) -> None:
        before = self._shape_of.pop(run, None)
        if paths is not None:
            shape = self._shape(tuple(paths))
            self._runs[shape] += 1
            self._shape_of[run] = shape
        if before is not None:
            self._runs[before] -= 1
            if not self._runs[before]:
                self._remove(before)

    def all(self) -> tuple[str, ...]:
        """Every path some run has a value at, sorted."""
        if self._sorted is None:
            self._sorted = tuple(sorted(self._shapes))
        return self._sorted

    def _shape(self, given: tuple[str, ...]) -> tuple[str, ...]:
        shape = self._known.get(given)
        if shape is None:  # a run without values has a shape too: the empty one, which is false
            given = tuple(path for path in given if len(path) <= LONGEST)
            shape = self._known.get(given)
        return self._add(given) if shape is None else shape

    def _add(self, given: tuple[str, ...]) -> tuple[str, ...]:
        shape = tuple(self._names.setdefault(path, path) for path in given)
        self._known[shape] = shape
        self._runs[shape] = 0
        self.size_bytes += 250 + 8 * len(shape)
        for path in shape:
            count = self._shapes.get(path, 0)
            self._shapes[path] = count + 1
            if not count:
                self._sorted = None
                self.size_bytes += 250 + len(path)
        return shape

    def _remove(self, shape: tuple[str, ...]) -> None:
        del self._runs[shape], self._known[shape]
        self.size_bytes -= 250 + 8 * len(shape)
        for path in shape:
            self._shapes[path] -= 1
            if not self._shapes[path]:
                del self._shapes[path], self._names[path]
                self._sorted = None
                self.size_bytes -= 250 + len(path)
