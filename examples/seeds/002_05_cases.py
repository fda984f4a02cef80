"""From tutorial 002, blocks 5 to 9: tables of good and of bad predictions, with the pictures. Without torch.

`002_05_cases_torch.py` beside it draws them with matplotlib and predicts with torch.
"""

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

import gnomon as wandb

digits = load_digits()
model = LogisticRegression(max_iter=20, C=0.001).fit(digits.data[:600], digits.target[:600])

run = wandb.init(project="cases")


def data2img(data: np.ndarray) -> Image.Image:
    return Image.fromarray((data / 16 * 255).astype(np.uint8)).resize((64, 64), Image.Resampling.NEAREST)


good_cases = wandb.Table(columns=["Image", "GroundTruth", "Prediction"])
bad_cases = wandb.Table(columns=["Image", "GroundTruth", "Prediction"])

# 50 good cases and 50 bad ones
for i in range(600, 1600):
    data, label = digits.images[i], int(digits.target[i])
    y_pred = model.predict(data.reshape(1, -1))[0]

    # log badcase
    if y_pred != label:
        if len(bad_cases.data) < 50:
            bad_cases.add_data(wandb.Image(data2img(data)), label, y_pred)

    # log goodcase
    elif len(good_cases.data) < 50:
        good_cases.add_data(wandb.Image(data2img(data)), label, y_pred)

wandb.log({"good_cases": good_cases, "bad_cases": bad_cases})
wandb.finish()
