"""Lightning with workers that are spawned: they log to the run that the script began."""

from __future__ import annotations

import warnings

import torch
from lightning import LightningModule, Trainer
from lightning.pytorch.loggers import WandbLogger
from telling import tell
from torch.utils.data import DataLoader, TensorDataset

warnings.simplefilter("ignore")


class Line(LightningModule):
    """A line through points."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(2, 1)

    def training_step(self, batch: list[torch.Tensor], _: int) -> torch.Tensor:
        x, y = batch
        loss = torch.nn.functional.mse_loss(self.layer(x), y)
        self.log("loss", loss)
        return loss

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=0.1)


if __name__ == "__main__":
    logger = WandbLogger(project="lightning-spawn")
    run = logger.experiment
    x = torch.randn(32, 2)
    trainer = Trainer(
        logger=logger, max_epochs=1, accelerator="cpu", devices=2, strategy="ddp_spawn", log_every_n_steps=1,
        enable_progress_bar=False, enable_model_summary=False, enable_checkpointing=False,
    )  # fmt: skip
    trainer.fit(Line(), DataLoader(TensorDataset(x, x.sum(1, keepdim=True)), batch_size=8))
    path = [run.entity, run.project, run.id]
    run.finish()
    tell({"path": path})
