"""From tutorial 002, block 2: a training in three steps. Needs torch; digits of scikit-learn instead of MNIST."""

# mypy: disable-error-code="misc, no-any-return"

import datetime
from argparse import Namespace
from typing import Any

import torch
from sklearn.datasets import load_digits
from torch import nn

import gnomon as wandb

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
# a Namespace reads well: config.lr
config = Namespace(
    project_name="wandb_demo",
    batch_size=128,
    hidden_layer_width=64,
    dropout_p=0.1,
    lr=1e-2,
    optim_type="Adam",
    epochs=3,
    ckpt_path="checkpoint.pt",
)


def create_dataloaders(config: Namespace) -> tuple[Any, Any]:
    digits = load_digits()
    features = torch.tensor(digits.images / 16, dtype=torch.float32)[:, None]
    labels = torch.tensor(digits.target)
    ds_train = torch.utils.data.TensorDataset(features[:1400], labels[:1400])
    ds_val = torch.utils.data.TensorDataset(features[1400:], labels[1400:])
    dl_train = torch.utils.data.DataLoader(ds_train, batch_size=config.batch_size, shuffle=True, drop_last=True)
    dl_val = torch.utils.data.DataLoader(ds_val, batch_size=config.batch_size, shuffle=False, drop_last=True)
    return dl_train, dl_val


def create_net(config: Namespace) -> Any:
    net = nn.Sequential()
    net.add_module("conv1", nn.Conv2d(in_channels=1, out_channels=config.hidden_layer_width, kernel_size=3))
    net.add_module("pool1", nn.MaxPool2d(kernel_size=2, stride=2))
    net.add_module("dropout", nn.Dropout2d(p=config.dropout_p))
    net.add_module("adaptive_pool", nn.AdaptiveMaxPool2d((1, 1)))
    net.add_module("flatten", nn.Flatten())
    net.add_module("linear1", nn.Linear(config.hidden_layer_width, config.hidden_layer_width))
    net.add_module("relu", nn.ReLU())
    net.add_module("linear2", nn.Linear(config.hidden_layer_width, 10))
    net.to(device)
    return net


def train_epoch(model: Any, dl_train: Any, optimizer: Any) -> Any:
    model.train()
    for batch in dl_train:
        features, labels = batch
        features, labels = features.to(device), labels.to(device)

        preds = model(features)
        loss = nn.CrossEntropyLoss()(preds, labels)
        loss.backward()

        optimizer.step()
        optimizer.zero_grad()
    return model


def eval_epoch(model: Any, dl_val: Any) -> float:
    model.eval()
    accurate: Any = 0
    num_elems = 0
    for batch in dl_val:
        features, labels = batch
        features, labels = features.to(device), labels.to(device)
        with torch.no_grad():
            preds = model(features)
        predictions = preds.argmax(dim=-1)
        accurate_preds = predictions == labels
        num_elems += accurate_preds.shape[0]
        accurate += accurate_preds.long().sum()
    return accurate.item() / num_elems


def train(config: Namespace = config) -> Any:
    dl_train, dl_val = create_dataloaders(config)
    model = create_net(config)
    optimizer = torch.optim.__dict__[config.optim_type](params=model.parameters(), lr=config.lr)
    nowtime = datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S")
    wandb.init(project=config.project_name, config=config.__dict__, name=nowtime, save_code=True)
    assert wandb.run is not None
    model.run_id = wandb.run.id
    model.best_metric = -1.0
    for epoch in range(1, config.epochs + 1):
        model = train_epoch(model, dl_train, optimizer)
        val_acc = eval_epoch(model, dl_val)
        if val_acc > model.best_metric:
            model.best_metric = val_acc
            torch.save(model.state_dict(), config.ckpt_path)
        nowtime = datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S")
        print(f"epoch【{epoch}】@{nowtime} --> val_acc= {100 * val_acc:.2f}%")
        wandb.log({"epoch": epoch, "val_acc": val_acc, "best_val_acc": model.best_metric})
    wandb.finish()
    return model


model = train(config)
