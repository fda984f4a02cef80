"""The words of a sweep's command: `${interpreter} ${program} ${args}` and their like become what is run. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from gnomon.sdk.errors import UsageError

DEFAULT = ("${env}", "${interpreter}", "${program}", "${args}")
_VARIABLE = re.compile(r"\$\{envvar:([A-Za-z_][A-Za-z0-9_]*)\}")
_MACRO = re.compile(r"\$\{([a-z_]+)\}")


def forms(args: Mapping[str, Any]) -> dict[str, list[str]]:
    """The parameters in each way that a macro names.

    >>> forms({"lr": 0.1, "fast": False})["args"]
    ['--lr=0.1', '--fast=False']
    >>> forms({"lr": 0.1, "fast": True, "slow": False})["args_no_boolean_flags"]
    ['--lr=0.1', '--fast']
    """
    pairs = [f"{name}={value}" for name, value in args.items()]
    flags = [
        f"--{name}" if value is True else f"--{name}={value}" for name, value in args.items() if value is not False
    ]
    return {
        "args": [f"--{pair}" for pair in pairs],
        "args_no_hyphens": pairs,
        "args_no_equals": [word for name, value in args.items() for word in (f"--{name}", str(value))],
        "args_no_boolean_flags": flags,
        "args_json": [json.dumps(dict(args))],
        "args_append_hydra": [f"+{pair}" for pair in pairs],
        "args_override_hydra": [f"++{pair}" for pair in pairs],
    }


def words(
    command: Sequence[Any],
    args: Mapping[str, Any],
    *,
    program: str,
    interpreter: str,
    json_file: str,
    environ: Mapping[str, str],
    posix: bool = True,
) -> list[str]:
    """The command as it is run. Raises UsageError, naming what, where a word of it means nothing.

    >>> words(["a.sh", "${args}"], {"lr": 0.1}, program="", interpreter="", json_file="", environ={})
    ['a.sh', '--lr=0.1']
    """
    meanings = {
        **forms(args),
        "env": ["/usr/bin/env"] if posix else [],
        "interpreter": [interpreter],
        "program": [program],
        "args_json_file": [json_file],
    }
    found: list[str] = []
    for word in map(str, command):
        macro = _MACRO.fullmatch(word)
        if macro is None:
            found.append(_VARIABLE.sub(lambda named: _variable(named[1], environ), word))
            continue
        if macro[1] not in meanings:
            known = ", ".join(f"${{{name}}}" for name in sorted(meanings))
            raise UsageError(f"command: there is no macro {word}; there are {known} and ${{envvar:NAME}}")
        if macro[1] == "program" and not program:
            raise UsageError("command: the sweep's config names no program; add program: train.py, or give a function")
        found += meanings[macro[1]]
    if not found:
        raise UsageError("command: there is nothing in it to run")
    return found


def _variable(name: str, environ: Mapping[str, str]) -> str:
    if name not in environ:
        raise UsageError(f"command: ${{envvar:{name}}} asks for the variable {name}, which is not set here")
    return environ[name]
