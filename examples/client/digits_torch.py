"""Train with PyTorch and track it with the official client, in three runs of one run id: train, keep, look at mistakes.

    pip install wandb torch scikit-learn matplotlib
    python examples/client/digits_torch.py

The data are scikit-learn's scanned digits; they come with that package.
"""

from __future__ import annotations

import datetime
import io
from argparse import Namespace
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import torch
import wandb
from matplotlib import pyplot as plt
from PIL import Image
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

matplotlib.use("Agg")
torch.manual_seed(1)

config = Namespace(
    project_name="digits-torch",
    batch_size=64,
    hidden_layer_width=16,
    dropout_p=0.1,
    lr=1e-2,
    optim_type="Adam",
    epochs=3,
    ckpt_path="checkpoint.pt",
)

digits = load_digits()
pictures = torch.tensor(digits.images / 16, dtype=torch.float32)[:, None]
labels = torch.tensor(digits.target)


def create_dataloaders() -> tuple[Any, Any]:
    """Every fifth picture for validation."""
    valid = torch.arange(len(labels)) % 5 == 0
    train = TensorDataset(pictures[~valid], labels[~valid])
    return (
        DataLoader(train, batch_size=config.batch_size, shuffle=True, drop_last=True),
        DataLoader(TensorDataset(pictures[valid], labels[valid]), batch_size=config.batch_size),
    )


def create_net() -> Any:
    """Two convolutions, and a layer for the ten classes."""
    width = config.hidden_layer_width
    net = nn.Sequential()
    net.add_module("conv1", nn.Conv2d(1, width, kernel_size=3, padding=1))
    net.add_module("relu1", nn.ReLU())
    net.add_module("conv2", nn.Conv2d(width, width, kernel_size=3, padding=1))
    net.add_module("dropout", nn.Dropout2d(p=config.dropout_p))
    net.add_module("adaptive_pool", nn.AdaptiveMaxPool2d((2, 2)))
    net.add_module("flatten", nn.Flatten())
    net.add_module("linear", nn.Linear(4 * width, 10))
    return net


def train_epoch(model: Any, batches: Any, optimizer: Any) -> None:
    model.train()
    for features, wanted in batches:
        loss = nn.CrossEntropyLoss()(model(features), wanted)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()


def eval_epoch(model: Any, batches: Any) -> float:
    model.eval()
    right = total = 0
    for features, wanted in batches:
        with torch.no_grad():
            right += int((model(features).argmax(dim=-1) == wanted).sum())
        total += len(wanted)
    return right / total


def train() -> tuple[Any, str]:
    """Train, and keep the best weights; the model and the run's id."""
    batches, valid = create_dataloaders()
    model = create_net()
    optimizer = torch.optim.__dict__[config.optim_type](params=model.parameters(), lr=config.lr)
    nowtime = datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S")
    run = wandb.init(project=config.project_name, config=config.__dict__, name=nowtime, save_code=True)
    run.watch(model, log="all", log_freq=10)
    best = -1.0
    for epoch in range(1, config.epochs + 1):
        train_epoch(model, batches, optimizer)
        val_acc = eval_epoch(model, valid)
        if val_acc > best:
            best = val_acc
            torch.save(model.state_dict(), config.ckpt_path)
        print(f"epoch【{epoch}】--> val_acc= {100 * val_acc:.2f}%")
        wandb.log({"epoch": epoch, "val_acc": val_acc, "best_val_acc": best})
    wandb.finish()
    return model, str(run.id)


def keep(run_id: str) -> None:
    """Keep data, code and weights as artifacts of the same run."""
    wandb.init(project=config.project_name, id=run_id, resume="must")
    Path("digits").mkdir(exist_ok=True)
    np.savez_compressed("digits/digits.npz", images=digits.images, target=digits.target)
    dataset = wandb.Artifact("digits", type="dataset")
    dataset.add_dir("digits/")
    wandb.log_artifact(dataset)
    code = wandb.Artifact("script", type="code")
    code.add_file(__file__)
    wandb.log_artifact(code)
    weights = wandb.Artifact("cnn", type="model")
    weights.add_file(config.ckpt_path)
    wandb.log_artifact(weights)
    wandb.finish()


def drawn(pixels: Any) -> Any:
    """A picture of a figure of the pixels."""
    figure = plt.figure(figsize=(2, 2))
    figure.add_subplot().imshow(pixels)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    plt.close(figure)
    return Image.open(buffer)


def look(model: Any, run_id: str) -> None:
    """A table of digits that were recognised, and one of those that were not."""
    wandb.init(project=config.project_name, id=run_id, resume="must")
    good_cases = wandb.Table(columns=["Image", "GroundTruth", "Prediction"])
    bad_cases = wandb.Table(columns=["Image", "GroundTruth", "Prediction"])
    with torch.no_grad():
        guesses = model(pictures).argmax(dim=-1)
    for pixels, label, guess in zip(digits.images, labels.tolist(), guesses.tolist(), strict=True):
        cases = good_cases if label == guess else bad_cases
        if len(cases.data) < 5:
            cases.add_data(wandb.Image(drawn(pixels)), label, guess)
    wandb.log({"good_cases": good_cases, "bad_cases": bad_cases})
    wandb.finish()


trained, run_id = train()
keep(run_id)
look(trained, run_id)
