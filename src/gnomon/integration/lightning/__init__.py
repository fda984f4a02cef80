"""Lightning's own WandbLogger on Gnomon's SDK, for scripts that are not run by `gnomon run`.

Import it before anything imports wandb: `from gnomon.integration.lightning import WandbLogger`.
"""

from gnomon.integration.lightning.fabric import WandbLogger

__all__ = ["WandbLogger"]
