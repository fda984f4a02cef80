"""What `init()` runs: `python .../start.py RUNDIR`, by its path and as early as possible.

By its path, because `-m` would import from the current folder, where a user's `random.py` may lie.
"""

import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))
_root = os.path.dirname(os.path.dirname(os.path.dirname(_here)))

if __name__ == "__main__":
    sys.path[:] = [place for place in sys.path if place != _here]
    # Folders that are known to the training process alone, behind those every Python of this installation knows: a
    # source tree, or the parts of a bundle that puts each library into a folder of its own.
    for _place in (_root, *os.environ.pop("GNOMON_SHIPPER_PATH", "").split(os.pathsep)):
        if _place and _place not in sys.path:
            sys.path.append(_place)
    # msgspec takes two names from typing_extensions where that is installed, and does without where it is not.
    # Loading it takes a tenth of the time until the first row is sent.
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    import msgspec  # noqa: F401

    del sys.modules["typing_extensions"]
    from gnomon.sdk.shipper.__main__ import leave

    leave(sys.argv[1:])
