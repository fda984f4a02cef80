"""Patterns of SQL's LIKE, for paths. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

LONGEST = 1000


def like(pattern: str) -> Callable[[str], bool]:
    """Whether a path is like a pattern of SQL: `%` is any text, `_` any letter, `\\` takes what follows as it is.

    Upper and lower case are alike. Costs at most the product of both lengths.

    >>> [path for path in ("a.json", "b/a.json", "a_json") if like("a%.json")(path)]
    ['a.json']
    """
    parts: list[str] = []
    letters = iter(pattern[:LONGEST].lower())
    for letter in letters:
        parts.append(next(letters, letter) if letter == "\\" else {"%": _ANY, "_": _ONE}.get(letter, letter))
    return lambda path: _is_like(parts, path.lower())


_ANY, _ONE = "%%", "__"
"""Parts of a pattern that are no letters."""


def _is_like(parts: Sequence[str], text: str) -> bool:
    at = part = 0
    any_at, from_there = -1, 0  # the last `%`, and up to where in the text it stands for
    while at < len(text):
        wanted = parts[part] if part < len(parts) else ""
        if wanted == _ANY:
            any_at, from_there = part, at
            part += 1
        elif wanted in (_ONE, text[at]):
            at, part = at + 1, part + 1
        elif any_at >= 0:
            from_there += 1
            at, part = from_there, any_at + 1
        else:
            return False
    return all(left == _ANY for left in parts[part:])
