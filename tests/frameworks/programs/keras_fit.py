"""Keras with the client's callbacks: metrics for each batch and epoch, checkpoints as artifacts, guesses."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
import wandb
from telling import tell
from wandb.integration.keras import WandbEvalCallback, WandbMetricsLogger, WandbModelCheckpoint

tf.keras.utils.set_random_seed(1)
x = np.random.default_rng(1).normal(size=(64, 4)).astype("float32")
y = x.sum(axis=1, keepdims=True)


class Predictions(WandbEvalCallback):
    """A table of what is and what was thought, for each epoch."""

    def __init__(self) -> None:
        super().__init__(data_table_columns=["truth"], pred_table_columns=["epoch", "truth", "guess"])

    def add_ground_truth(self, logs: object = None) -> None:
        for value in y[:3, 0]:
            self.data_table.add_data(float(value))

    def add_model_predictions(self, epoch: int, logs: object = None) -> None:
        guesses = self.model(x[:3]).numpy()[:, 0]
        for row, guess in enumerate(guesses):
            self.pred_table.add_data(epoch, self.data_table_ref.data[row][0], float(guess))


with wandb.init(project="keras") as run:
    model = tf.keras.Sequential([tf.keras.layers.Input((4,)), tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    history = model.fit(
        x, y, batch_size=32, epochs=2, verbose=0, validation_split=0.25,
        callbacks=[WandbMetricsLogger(log_freq=1), WandbModelCheckpoint("model.keras"), Predictions()],
    )  # fmt: skip
    path = [run.entity, run.project, run.id]
tell({"path": path, "losses": history.history["loss"], "val": history.history["val_loss"]})
