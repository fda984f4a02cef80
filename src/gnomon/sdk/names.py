"""Names for runs that were given none: ids of eight letters and digits, and two words with a number."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

ID_LENGTH = 8
ID_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
MAX_ID_LENGTH = 128

Random = Callable[[int], int]
"""A number from 0 up to, but not including, the one given."""


def _system(below: int) -> int:
    return int.from_bytes(os.urandom(8), "little") % below


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = _words(
    "amber ancient ardent autumn azure balanced bold brave breezy bright bronze calm candid careful celestial cheerful "
    "civil clear clever coastal cobalt copper coral cosmic cozy crimson crisp curious daring dawn deep deft distant "
    "dusky eager early earnest easy elegant emerald even fabled fair faithful fearless fertile fiery fine floral "
    "fluent frosty gallant gentle gilded glad gleaming golden good graceful grand green hardy hazel hearty hidden "
    "honest humble icy indigo ivory jade jolly keen kind lasting lively lofty loyal lucid lunar mellow mild mindful "
    "misty modest mossy neat nimble noble northern olive open opal patient peaceful pearly placid playful polar "
    "polished prime proud quick quiet radiant rapid restful ripe robust rosy royal rustic sage sandy scarlet serene "
    "sharp shining silent silver simple sleek smooth snowy solar solid southern spirited spring stately steady still "
    "stellar sturdy subtle summer sunlit sunny super swift tender tidal tidy timely tranquil true upbeat valiant "
    "velvet verdant vivid warm wandering western wild winter wise woven young zesty"
)

SECOND = _words(
    "acorn aurora badger bamboo bay beacon birch bison blossom breeze bridge brook canyon cape cedar cliff cloud "
    "clover comet condor cosmos cove crane creek crest cypress dale daisy dawn deer delta dew dove dune dusk eagle "
    "echo eclipse elk elm ember falcon fern field finch fjord flame flower fog forest fountain fox galaxy garden gate "
    "glacier glade glen grove gull harbor hare haven hawk haze heath heron hill horizon island ivy jasmine juniper "
    "kestrel lagoon lake lantern lark laurel leaf lichen lily lotus lynx maple marsh meadow mesa meteor mist moon "
    "moss mountain nebula oak oasis ocean orbit orchard orchid osprey otter owl palm pass path peak pebble pine "
    "plain planet plateau pond poplar prairie quail quartz rain raven reef ridge rill river robin rock rose sail "
    "salmon sequoia shade shadow shore sky snow sparrow spring spruce star stone storm stream summit sun sunset swan "
    "thicket thistle thunder tide tower trail tree tulip tundra valley violet wave willow wind wren yew zenith"
)


def random_id(random: Random = _system) -> str:
    """Eight of `[0-9a-z]`."""
    return "".join(ID_LETTERS[random(len(ID_LETTERS))] for _ in range(ID_LENGTH))


def random_name(random: Random = _system) -> str:
    """Such as `gentle-harbor-42`."""
    return f"{FIRST[random(len(FIRST))]}-{SECOND[random(len(SECOND))]}-{random(999) + 1}"


def check_id(run_id: str) -> str:
    """The id, when it can be part of an address and of a folder's name. Raises ValueError saying what is wrong."""
    if not run_id or len(run_id) > MAX_ID_LENGTH:
        raise ValueError(f"a run id has 1 to {MAX_ID_LENGTH} letters, not {len(run_id)}")
    found = re.search(r"[/\\#?%:\x00-\x1f\x7f]", run_id)
    if found or run_id != run_id.strip() or run_id in (".", ".."):
        raise ValueError(f"a run id cannot have any of / \\ # ? % : in it, nor spaces around it: {run_id!r}")
    return run_id


def check_name(name: str, whose: str = "a project's") -> str:
    """A project's or an entity's name, when it can be part of an address. Raises ValueError saying what is wrong."""
    if not name or len(name) > MAX_ID_LENGTH:
        raise ValueError(f"{whose} name has 1 to {MAX_ID_LENGTH} letters, not {len(name)}")
    found = re.search(r"[/\\#?%:\x00-\x1f\x7f]", name)
    if found or name in (".", ".."):
        raise ValueError(f"{whose} name cannot have any of / \\ # ? % : in it: {name!r}")
    return name
