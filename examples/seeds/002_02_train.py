"""From tutorial 002, block 2: a training in three steps.

With the digits of scikit-learn instead of MNIST, and numpy instead of torch; `002_02_train_torch.py` has torch.
"""

import datetime
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.datasets import load_digits

import gnomon as wandb

# a Namespace reads well: config.lr
config = Namespace(
    project_name="wandb_demo",
    batch_size=128,
    hidden_layer_width=64,
    dropout_p=0.1,
    lr=0.5,
    optim_type="SGD",
    epochs=5,
    ckpt_path="checkpoint.npz",
)
chance = np.random.default_rng(0)


def create_dataloaders(config: Namespace) -> tuple[Any, Any]:
    digits = load_digits()
    features, labels = digits.data / 16, digits.target
    return (features[:1400], labels[:1400]), (features[1400:], labels[1400:])


def batches(data: Any) -> Iterator[Any]:
    features, labels = data
    order = chance.permutation(len(labels))
    for first in range(0, len(order), config.batch_size):
        chosen = order[first : first + config.batch_size]
        yield features[chosen], labels[chosen]


class Net:
    """Two layers, dropout between them."""

    run_id: str
    best_metric: float

    def __init__(self, config: Namespace) -> None:
        self.first = chance.standard_normal((64, config.hidden_layer_width)) * 0.2
        self.second = chance.standard_normal((config.hidden_layer_width, 10)) * 0.2

    def __call__(self, features: Any, dropped: float = 0.0) -> tuple[Any, Any]:
        hidden = np.maximum(features @ self.first, 0)
        if dropped:
            hidden *= (chance.random(hidden.shape) > dropped) / (1 - dropped)
        scores = hidden @ self.second
        likely = np.exp(scores - scores.max(1, keepdims=True))
        return hidden, likely / likely.sum(1, keepdims=True)


def train_epoch(model: Net, dl_train: Any) -> Net:
    for features, labels in batches(dl_train):
        hidden, likely = model(features, config.dropout_p)
        likely[np.arange(len(labels)), labels] -= 1
        back = likely @ model.second.T * (hidden > 0)
        model.second -= config.lr * hidden.T @ likely / len(labels)
        model.first -= config.lr * features.T @ back / len(labels)
    return model


def eval_epoch(model: Net, dl_val: Any) -> float:
    features, labels = dl_val
    return float((model(features)[1].argmax(1) == labels).mean())


def train(config: Namespace = config) -> Net:
    dl_train, dl_val = create_dataloaders(config)
    model = Net(config)
    nowtime = datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S")
    wandb.init(project=config.project_name, config=config.__dict__, name=nowtime, save_code=True)
    assert wandb.run is not None
    model.run_id = wandb.run.id
    model.best_metric = -1.0
    for epoch in range(1, config.epochs + 1):
        model = train_epoch(model, dl_train)
        val_acc = eval_epoch(model, dl_val)
        if val_acc > model.best_metric:
            model.best_metric = val_acc
            np.savez(config.ckpt_path, first=model.first, second=model.second)
        nowtime = datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S")
        print(f"epoch【{epoch}】@{nowtime} --> val_acc= {100 * val_acc:.2f}%")
        wandb.log({"epoch": epoch, "val_acc": val_acc, "best_val_acc": model.best_metric})
    wandb.finish()
    return model


model = train(config)
