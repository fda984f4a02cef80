"""The module `wandb`: another name of `gnomon`, with one state. What is set on one is there on the other."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

import gnomon
from gnomon.sdk.stand_in import finder
from gnomon.sdk.stand_in.names import FRONT, MODULES, SAME, VERSION

_GNOMON = vars(gnomon)


def _shared(name: str) -> Any:
    """A name that training loops look up at each step: by one call instead of a search that fails first."""

    def read(self: Front) -> Any:
        found = _GNOMON.get(name, self)
        return getattr(gnomon, name) if found is self else found

    return property(read)


class Front(ModuleType):
    """A module whose names are those of `gnomon`, and a few that only wandb has."""

    log, run, config, summary = (_shared(name) for name in ("log", "run", "config", "summary"))

    def __getattr__(self, name: str) -> Any:
        if name in FRONT:
            return named(FRONT[name])
        if name in SAME or name in MODULES:
            try:
                return import_module(f"{self.__name__}.{name}")
            except ModuleNotFoundError as error:  # a framework that is not installed: `hasattr` is to say False
                raise AttributeError(f"module 'wandb' has no attribute {name!r}: {error}") from error
        try:
            return getattr(gnomon, name)
        except AttributeError:
            raise AttributeError(f"module 'wandb' has no attribute {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__") or (isinstance(value, ModuleType) and sys.modules.get(f"wandb.{name}") is value):
            super().__setattr__(name, value)
        else:
            vars(self).pop(name, None)
            setattr(gnomon, name, value)

    def __delattr__(self, name: str) -> None:
        if name in vars(self):
            super().__delattr__(name)
        else:
            delattr(gnomon, name)

    def __dir__(self) -> list[str]:
        own = (*FRONT, *(name for name in (*SAME, *MODULES) if "." not in name))
        return sorted({*vars(self), *own, *dir(gnomon)})


def take_place(module: ModuleType) -> None:
    """Make this module, which is being imported as `wandb`, the front."""
    module.__class__ = Front
    vars(module).update(__version__=VERSION, __all__=[*gnomon.__all__, "join"])
    finder.install()


def named(where: str) -> Any:
    """What `module:name` or `module` means."""
    module, _, name = where.partition(":")
    found = import_module(module)
    return getattr(found, name) if name else found
