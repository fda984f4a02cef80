"""Predictions as a table with pictures, and a chart of it.

python examples/tables.py         # needs scikit-learn
"""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

import gnomon

digits = load_digits()
model = LogisticRegression(max_iter=30, C=0.01).fit(digits.data[:1000], digits.target[:1000])
predicted = model.predict(digits.data[1000:])
truth = digits.target[1000:]

with gnomon.init(project="tables", job_type="evaluate") as run:
    table = gnomon.Table(columns=["image", "truth", "predicted", "sure"])
    sure = model.predict_proba(digits.data[1000:]).max(axis=1)
    for number in range(50):
        picture = gnomon.Image((digits.images[1000 + number] * 15.9).astype(np.uint8))
        table.add_data(picture, int(truth[number]), int(predicted[number]), float(sure[number]))
    run.log({"predictions": table})
    run.log(
        {
            "confusion": gnomon.plot.confusion_matrix(
                y_true=truth.tolist(), preds=predicted.tolist(), class_names=[str(digit) for digit in range(10)]
            )
        }
    )
    run.summary["accuracy"] = float((predicted == truth).mean())
