"""Hydra's multirun: a run for each job, with the job's composed config."""

from __future__ import annotations

from dataclasses import dataclass, field

import hydra
import wandb
from hydra.core.config_store import ConfigStore
from omegaconf import OmegaConf
from telling import tell


@dataclass
class Model:
    """What is trained."""

    width: int = 8


@dataclass
class Config:
    """What the script takes."""

    lr: float = 0.1
    model: Model = field(default_factory=Model)


ConfigStore.instance().store(name="config", node=Config)


@hydra.main(version_base=None, config_name="config")
def main(config: Config) -> None:
    with wandb.init(project="hydra", config=OmegaConf.to_container(config, resolve=True)) as run:
        run.log({"loss": config.lr * config.model.width})


if __name__ == "__main__":
    main()
    tell({})
