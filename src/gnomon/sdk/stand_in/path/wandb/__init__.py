"""Gnomon in the place of wandb: `gnomon run` put this folder first on the path."""

import sys

try:
    from gnomon.sdk.stand_in import front
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"`gnomon run` makes `import wandb` Gnomon, but this Python cannot import it: {error}. {sys.executable}",
        name="wandb",
    ) from error

front.take_place(sys.modules[__name__])
del front
