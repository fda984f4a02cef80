"""What a setting may be: each function takes what was said, in code or in a variable, and gives back what is meant.

They raise ValueError with the half sentence that follows "The setting x cannot be y:".
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from typing import Any

MODES = {
    "online": "online",
    "offline": "offline",
    "disabled": "disabled",
    "dryrun": "offline",
    "run": "online",
    "shared": "online",
}
RESUME = ("allow", "must", "never", "auto")
REINIT = ("default", "return_previous", "finish_previous", "create_new")
CONSOLE = ("auto", "wrap", "redirect", "off")

TRUE = frozenset({"1", "true", "yes", "on", "y", "t"})
FALSE = frozenset({"0", "false", "no", "off", "n", "f", ""})


def text(value: Any) -> str | None:
    """A string, or None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise ValueError("it must be a string")


def flag(value: Any) -> bool:
    """True or false, or one of the words people write in environment variables."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ValueError("it must be true or false")


def seconds(value: Any) -> float:
    """A number of seconds, not negative."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError("it must be a number of seconds") from None
    if not number >= 0:
        raise ValueError("it must be a number of seconds, 0 or more")
    return number


def words(value: Any) -> tuple[str, ...]:
    """A sequence of strings; one string is split at commas."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(",") if word.strip())
    return tuple(str(word) for word in value)


def one_of(*allowed: str) -> Callable[[Any], str | None]:
    """One of a few words, or None."""

    def parse(value: Any) -> str | None:
        if value is None or value in allowed:
            return value  # type: ignore[no-any-return]  # it is one of the words
        raise ValueError(f"it must be one of {', '.join(allowed)}")

    return parse


def mode(value: Any) -> str:
    """`online`, `offline` or `disabled`, or another name for one of them."""
    meant = MODES.get(value) if isinstance(value, str) else None
    if meant is None:
        raise ValueError(f"it must be one of {', '.join(MODES)}")
    return meant


def resume(value: Any) -> str | None:
    """`allow`, `must`, `never`, `auto` or None; True is `auto` and False is None, as they were long ago.

    The word `None` is None, as tutorials print it.
    """
    if value is None or value is False or value in ("", "False", "false", "None", "none"):
        return None
    if value is True or value in ("True", "true"):
        return "auto"
    if value in RESUME:
        return str(value)
    raise ValueError(f"it must be one of {', '.join(RESUME)} or None")


def reinit(value: Any) -> str:
    """How a second `init` treats the run that is active; True and False as they were long ago."""
    if value is None or value is False:
        return "default"
    if value is True:
        return "finish_previous"
    if value in REINIT:
        return str(value)
    raise ValueError(f"it must be one of {', '.join(REINIT)}")


_HOST_AND_PORT = re.compile(r"(?:[^@]*@)?(?:\[[0-9a-fA-F:.%]+\]|[^\[\]:?#@\s]+)(?::([0-9]+))?")


def address(value: Any) -> str:
    """A server's address, without a slash at its end."""
    found = text(value) or ""
    if not found.startswith(("http://", "https://")):
        raise ValueError("it must begin with http:// or https://")
    named = _HOST_AND_PORT.fullmatch(found.split("/")[2])
    if named is None or not 0 < int(named[1] or 1) < 65_536:
        raise ValueError("it must name a host, and perhaps a port from 1 to 65535")
    return found.rstrip("/")


def count(value: Any) -> int:
    """A whole number, not negative."""
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise ValueError("it must be a whole number") from None
    if number < 0:
        raise ValueError("it must be a whole number, 0 or more")
    return number


def numbers(value: Any) -> tuple[int, ...]:
    """Whole numbers; in a variable, separated by commas."""
    return tuple(count(one) for one in (words(value) if isinstance(value, str) else value))


def names_and_texts(value: Any) -> dict[str, str]:
    """A map of names and texts; in a variable, a JSON object."""
    found = _json(value) if isinstance(value, str) else value
    if not isinstance(found, Mapping) or not all(isinstance(key, str) for key in found):
        raise ValueError("it must be a map of names and texts")
    return {key: str(one) for key, one in found.items()}


def filters(value: Any) -> Any:
    """Patterns, or a map of patterns to labels with patterns; in a variable, JSON or a list with commas."""
    found = value
    if isinstance(value, str):
        found = _json(value) if value.lstrip().startswith(("{", "[")) else words(value)
    if isinstance(found, Mapping):
        return {str(name): names_and_texts(labels) for name, labels in found.items()}
    return words(found)


def called(value: Any) -> Callable[[], Any]:
    """A function without arguments."""
    if not callable(value):
        raise ValueError("it must be a function")
    return value  # type: ignore[no-any-return]  # it can be called


def _json(value: str) -> Any:
    import msgspec

    try:
        return msgspec.json.decode(value)
    except msgspec.MsgspecError:
        raise ValueError("it must be JSON") from None
