"""Names for runs that were given none: two words and the run's number.

>>> run_name(12, pick=lambda words: words[0])
'amber-acorn-12'
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

FIRST = (
    "amber", "ample", "arctic", "autumn", "azure", "bold", "brave", "bright", "calm", "clear", "clever", "cosmic",
    "crisp", "curious", "dapper", "dawn", "deep", "deft", "distant", "eager", "early", "easy", "electric", "fair",
    "fancy", "fearless", "fine", "firm", "fluent", "fond", "fresh", "gentle", "giddy", "glad", "golden", "grand",
    "happy", "hardy", "hidden", "honest", "humble", "jolly", "keen", "kind", "light", "lively", "loyal", "lucky",
    "mellow", "merry", "mild", "misty", "neat", "noble", "northern", "patient", "playful", "polar", "proud", "quick",
    "quiet", "rapid", "rare", "restful", "robust", "rosy", "royal", "sage", "serene", "silent", "silver", "smooth",
    "snowy", "solar", "solid", "spring", "steady", "still", "stoic", "sturdy", "summer", "sunny", "swift", "tidy",
    "toasty", "true", "upbeat", "vivid", "warm", "wild", "winter", "wise", "witty", "young", "zesty",
)  # fmt: skip
SECOND = (
    "acorn", "anchor", "aspen", "beacon", "birch", "bird", "breeze", "brook", "canyon", "cedar", "cliff", "cloud",
    "comet", "coral", "cove", "creek", "crest", "dale", "delta", "dew", "dune", "eagle", "echo", "ember", "falcon",
    "feather", "fern", "field", "finch", "fjord", "flame", "forest", "fox", "frost", "galaxy", "glade", "grove",
    "harbor", "hare", "haze", "heron", "hill", "island", "ivy", "lake", "lark", "leaf", "lily", "lynx", "maple",
    "marsh", "meadow", "mesa", "moon", "moss", "oak", "ocean", "orchid", "otter", "owl", "path", "peak", "pebble",
    "pine", "planet", "plateau", "pond", "prairie", "rain", "raven", "reef", "ridge", "river", "robin", "rock",
    "sea", "shadow", "shore", "sky", "spark", "star", "stone", "stream", "sun", "surf", "swan", "thicket", "tide",
    "trail", "tree", "tundra", "valley", "wave", "willow", "wind", "wolf", "wood", "wren",
)  # fmt: skip


def run_name(number: int, *, pick: Callable[[Sequence[str]], str] = random.choice) -> str:
    """A name for the run of this number in its project."""
    return f"{pick(FIRST)}-{pick(SECOND)}-{number}"
