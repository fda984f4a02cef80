"""Makes the modules below `wandb` when they are imported."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from gnomon.sdk.stand_in.names import MODULES, SAME


class Finder(MetaPathFinder):
    """Finds `wandb.…` by the tables in `names`; everything else is left to others."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What is imported as `fullname`, where that is ours to say."""
        if not fullname.startswith("wandb."):
            return None
        name = fullname.removeprefix("wandb.")
        if name in MODULES:
            return ModuleSpec(fullname, _Made(name), is_package=any(other.startswith(f"{name}.") for other in MODULES))
        ours = same(name)
        if ours is None or not _exists(ours):
            return None
        return ModuleSpec(fullname, _Same(ours))


def same(name: str) -> str | None:
    """The module of ours that `wandb.<name>` is.

    >>> same("plot"), same("integration.keras.callbacks"), same("somewhere")
    ('gnomon.plot', 'gnomon.integration.keras.callbacks', None)
    """
    if name in SAME:
        return SAME[name]
    parent, dot, last = name.rpartition(".")
    above = same(parent) if dot else None
    return None if above is None else f"{above}.{last}"


def install() -> None:
    """Look here first, from now on."""
    if not any(isinstance(one, Finder) for one in sys.meta_path):
        sys.meta_path.insert(0, Finder())


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # a part before the last is no package
        return False


class _Same(Loader):
    """Another name of a module of ours."""

    def __init__(self, ours: str) -> None:
        self._ours = ours

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        sys.modules[module.__name__] = import_module(self._ours)


class Made(ModuleType):
    """A module whose names are taken from others when they are asked for."""

    def __getattr__(self, name: str) -> Any:
        from gnomon.sdk.stand_in.front import named

        key = self.__name__.removeprefix("wandb.")
        made = MODULES[key]
        if f"{key}.{name}" in MODULES:
            return import_module(f"{self.__name__}.{name}")
        if name in made.names:
            return named(made.names[name])
        if not name.startswith("__"):
            for module in made.of:
                found = getattr(import_module(module), name, self)
                if found is not self:
                    return found
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __dir__(self) -> list[str]:
        made = MODULES[self.__name__.removeprefix("wandb.")]
        taken = (name for module in made.of for name in dir(import_module(module)) if not name.startswith("_"))
        return sorted({*vars(self), *made.names, *taken})


class _Made(Loader):
    """Makes a module of names."""

    def __init__(self, name: str) -> None:
        self._name = name

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return Made(spec.name, f"Gnomon in place of wandb.{self._name}.")

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: names are found when they are asked for."""
