"""From tutorial 002, blocks 5 to 9: tables of good and of bad predictions. Needs torch, matplotlib and tqdm."""

import io
from typing import Any

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import PIL.Image
import torch
from sklearn.datasets import load_digits
from tqdm import tqdm  # type: ignore[import-untyped]

import gnomon as wandb

torch.manual_seed(0)
digits = load_digits()
features, labels = torch.tensor(digits.images / 16, dtype=torch.float32)[:, None], torch.tensor(digits.target)
ds_val = torch.utils.data.TensorDataset(features, labels)
model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for _ in range(20):
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(model(features), labels).backward()
    optimizer.step()

run = wandb.init(project="cases", id="trained-with-torch")
wandb.log({"trained": 20})
wandb.finish()
run = wandb.init(project="cases", id=run.id, resume="must")

# as it is done with matplotlib alone
device = None
for p in model.parameters():
    device = p.device
    break

plt.figure(figsize=(8, 8))
for i in range(9):
    img, label = ds_val[i]
    tensor = img.to(device)
    y_pred = torch.argmax(model(tensor[None, ...]))
    img = img.permute(1, 2, 0)
    ax = plt.subplot(3, 3, i + 1)
    ax.imshow(img.numpy())
    ax.set_title(f"y_pred = {y_pred}")
    ax.set_xticks([])
    ax.set_yticks([])
wandb.log({"some": wandb.Image(plt)})


def data2fig(data: Any) -> Any:
    fig = plt.figure()
    ax = fig.add_subplot()
    ax.imshow(data)
    ax.set_xticks([])
    ax.set_yticks([])
    return fig


def fig2img(fig: Any) -> Any:
    buf = io.BytesIO()
    fig.savefig(buf)
    buf.seek(0)
    return PIL.Image.open(buf)


good_cases = wandb.Table(columns=["Image", "GroundTruth", "Prediction"])
bad_cases = wandb.Table(columns=["Image", "GroundTruth", "Prediction"])

plt.close()
# 5 good cases and 5 bad ones
for i in tqdm(range(1000)):
    features, label = ds_val[i]
    tensor = features.to(device)
    y_pred = torch.argmax(model(tensor[None, ...]))
    cases = good_cases if y_pred == label else bad_cases
    if len(cases.data) < 5:
        data = features.permute(1, 2, 0).numpy()
        input_img = wandb.Image(fig2img(data2fig(data)))
        cases.add_data(input_img, label, y_pred)

wandb.log({"good_cases": good_cases, "bad_cases": bad_cases})
wandb.finish()
