"""All parameters of a sweep as one space of points, flat for searching and nested for runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any, Final

from gnomon.sweeps.laws import Constant, Law


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
"""Stands for a parameter that a run's config does not have."""

Point = tuple[Any, ...]
"""A value for each parameter, in the order of the space."""


@dataclass(frozen=True)
class Parameter:
    """A parameter; `path` leads to it in a run's config."""

    path: tuple[str, ...]
    law: Law
    distribution: str

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def searched(self) -> bool:
        """Whether there is anything to choose."""
        return not isinstance(self.law, Constant)


@dataclass(frozen=True)
class Space:
    """Parameters, sorted by name on every level."""

    parameters: tuple[Parameter, ...] = ()

    @cached_property
    def searched(self) -> tuple[int, ...]:
        """Which parameters have something to choose."""
        return tuple(at for at, one in enumerate(self.parameters) if one.searched)

    def sample(self, rng: Random) -> Point:
        """A point as the laws have it, each parameter by itself."""
        return tuple(one.law.inverse(rng.random()) for one in self.parameters)

    def nested(self, point: Sequence[Any]) -> dict[str, Any]:
        """The config that a run at this point has.

        >>> law = Constant(1)
        >>> Space((Parameter(("a", "b"), law, ""), Parameter(("a", "c"), law, ""))).nested((1, 2))
        {'a': {'b': 1, 'c': 2}}
        """
        config: dict[str, Any] = {}
        for parameter, value in zip(self.parameters, point, strict=True):
            within = config
            for step in parameter.path[:-1]:
                within = within.setdefault(step, {})
            within[parameter.path[-1]] = value
        return config

    def point(self, config: Mapping[str, Any]) -> Point:
        """The point where a run with this config is; MISSING for what it does not have."""
        return tuple(_at(config, parameter.path) for parameter in self.parameters)


def _at(config: Mapping[str, Any], path: Sequence[str]) -> Any:
    found: Any = config
    for step in path:
        if not isinstance(found, Mapping) or step not in found:
            return MISSING
        found = found[step]
    return found
