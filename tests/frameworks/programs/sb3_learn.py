"""Stable-Baselines3 with the client's callback: metrics by way of TensorBoard, gradients, the model."""

from __future__ import annotations

import wandb
from stable_baselines3 import PPO
from telling import tell
from wandb.integration.sb3 import WandbCallback

with wandb.init(project="sb3", sync_tensorboard=True) as run:
    model = PPO("MlpPolicy", "CartPole-v1", n_steps=64, batch_size=32, n_epochs=2, tensorboard_log="boards", seed=1)
    model.learn(
        192, log_interval=1, callback=WandbCallback(model_save_path="models", gradient_save_freq=4, log="gradients")
    )
    path = [run.entity, run.project, run.id]
tell({"path": path, "steps": 192})
