"""Secrets people put on command lines, kept out of what is stored."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SECRET_FLAG = re.compile(
    r"(?:^|[-_.])(?:api[-_]?key|key|token|password|passwd|secret|credentials?|auth)$", re.IGNORECASE
)
MASK = "********"


def mask_secrets(argv: Sequence[str]) -> list[str]:
    """The arguments with the values of flags such as `--api-key` hidden.

    >>> mask_secrets(["--lr", "0.1", "--api-key", "abc", "--hf_token=def"])
    ['--lr', '0.1', '--api-key', '********', '--hf_token=********']
    """
    masked: list[str] = []
    hide = False
    for argument in argv:
        flag, equals, _ = argument.partition("=")
        secret = bool(_SECRET_FLAG.search(flag)) and (flag.startswith("-") or bool(equals))
        if hide and not argument.startswith("--"):
            masked.append(MASK)
        elif secret and equals:
            masked.append(f"{flag}={MASK}")
        else:
            masked.append(argument)
        hide = secret and not equals and not hide
    return masked
