"""Regular expressions from strangers, which must not take for ever.

Python's engine tries one way after another, and some patterns have more ways than there is time. So a pattern is read
before it is used: what repeats must be one character, class or fixed text, there is no looking around and no referring
back, and from the choices that remain follows how long a text may be for a bounded amount of work. Longer texts are
searched up to there.
"""

from __future__ import annotations

import importlib
import math
import re
import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gnomon.model.errors import Rejected

LONGEST_PATTERN = 250
LONGEST_TEXT = 4096
SHORTEST_TEXT = 100
MOST_STEPS = 50_000_000
"""About what one text may cost, in steps of the engine: some tenths of a second at the very worst."""

_parser: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")

_ONE_CHARACTER = {"LITERAL", "NOT_LITERAL", "ANY", "IN", "RANGE", "CATEGORY"}
_PLACES = {"AT"}
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT"}


@dataclass(frozen=True)
class Pattern:
    """A pattern that was found to be harmless."""

    compiled: re.Pattern[str]
    longest: int

    def found_in(self, text: str) -> bool:
        """Whether some part of the text matches."""
        return self.compiled.search(text[: self.longest]) is not None


@lru_cache(maxsize=256)
def pattern(source: str) -> Pattern:
    """The pattern of this source. Raises Rejected where it is not one, or could take too long."""
    if len(source) > LONGEST_PATTERN:
        raise Rejected(f"A pattern has at most {LONGEST_PATTERN} characters", field="query")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # what a later Python may read otherwise, such as `[[`
            tree = _parser.parse(source)
            compiled = re.compile(source)
    except (re.error, RecursionError, OverflowError) as error:
        raise Rejected(f"{source!r} is not a pattern: {error}", field="query") from None
    stars, variants = _choices(tree, source)
    longest = (MOST_STEPS * math.factorial(stars + 1) / variants) ** (1 / (stars + 1))
    if longest < SHORTEST_TEXT:
        raise Rejected(f"The pattern {source!r} leaves too many choices; use fewer of * + ? and |", field="query")
    return Pattern(compiled, min(int(longest), LONGEST_TEXT))


def _choices(nodes: Iterable[Any], source: str) -> tuple[int, float]:
    """How many parts may be of any length, and in how many ways the rest can be chosen."""
    stars, variants = 0, 1.0
    for op, given in nodes:
        name = str(op)
        if name in _ONE_CHARACTER or name in _PLACES:
            continue
        if name == "SUBPATTERN":
            inner_stars, inner_variants = _choices(given[3], source)
            stars, variants = stars + inner_stars, variants * inner_variants
        elif name == "BRANCH":
            branches = [_choices(branch, source) for branch in given[1]]
            stars += max(branch[0] for branch in branches)
            variants *= sum(branch[1] for branch in branches)
        elif name in _REPEATS:
            least, most, body = given
            if not _fixed(body):
                raise Rejected(
                    f"In the pattern {source!r}, what is repeated must be a character, a class or plain text",
                    field="query",
                )
            if least > 1000:
                raise Rejected(f"The pattern {source!r} repeats something more than 1000 times", field="query")
            if most - least == 1:
                variants *= 2
            elif most != least:
                stars += 1
        else:
            raise Rejected(
                f"The pattern {source!r} uses {name.lower().replace('_', ' ')}, which is not taken here", field="query"
            )
    return stars, variants


def _fixed(nodes: Iterable[Any]) -> bool:
    """Whether there is one way only to match: no repeats, no branches."""
    for op, given in nodes:
        name = str(op)
        if name == "SUBPATTERN":
            if not _fixed(given[3]):
                return False
        elif name not in _ONE_CHARACTER:
            return False
    return True
