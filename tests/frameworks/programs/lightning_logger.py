"""Lightning's WandbLogger: metrics, pictures, tables, checkpoints as artifacts."""

from __future__ import annotations

import warnings

import numpy as np
import torch
from lightning import LightningModule, Trainer, seed_everything
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.loggers import WandbLogger
from telling import tell
from torch.utils.data import DataLoader, TensorDataset

warnings.simplefilter("ignore")


class Line(LightningModule):
    """A line through points."""

    def __init__(self, lr: float) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(2, 1)
        self.losses: list[float] = []

    def _loss(self, batch: list[torch.Tensor]) -> torch.Tensor:
        x, y = batch
        return torch.nn.functional.mse_loss(self.layer(x), y)

    def training_step(self, batch: list[torch.Tensor], _: int) -> torch.Tensor:
        loss = self._loss(batch)
        self.log("train/loss", loss)
        self.losses.append(loss.item())
        return loss

    def validation_step(self, batch: list[torch.Tensor], _: int) -> None:
        self.log("val/loss", self._loss(batch))

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=self.hparams["lr"])


seed_everything(1, verbose=False)
x = torch.randn(32, 2)
points = DataLoader(TensorDataset(x, x.sum(1, keepdim=True)), batch_size=8)
logger = WandbLogger(project="lightning", name="line", log_model=True)
model = Line(lr=0.1)
logger.watch(model, log="all", log_freq=2)
trainer = Trainer(
    logger=logger, max_epochs=2, accelerator="cpu", log_every_n_steps=1, enable_progress_bar=False,
    enable_model_summary=False, callbacks=[ModelCheckpoint(monitor="val/loss")],
)  # fmt: skip
trainer.fit(model, points, points)
logger.log_image("pictures", [np.zeros((4, 4, 3), dtype=np.uint8)], caption=["black"])
logger.log_table("cells", columns=["a", "b"], data=[[1, 2], [3, 4]])
run = logger.experiment
path = [run.entity, run.project, run.id]
run.finish()
tell({"path": path, "losses": model.losses})
