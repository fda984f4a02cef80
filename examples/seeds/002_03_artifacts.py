"""From tutorial 002, blocks 3 and 4: go on with a run, and keep its data set, its code and its model as artifacts."""

import json
import os
from argparse import Namespace

import numpy as np
from sklearn.datasets import load_digits

import gnomon as wandb

# what the training before it leaves behind
config = Namespace(ckpt_path="checkpoint.npz")
model = Namespace(run_id=wandb.init(project="wandb_demo", name="trained").id)
wandb.log({"val_acc": 0.9})
wandb.finish()
digits = load_digits()
os.makedirs("mnist/raw", exist_ok=True)
np.save("mnist/raw/images.npy", digits.images[:100])
np.save("mnist/raw/labels.npy", digits.target[:100])
with open("1122.ipynb", "w") as file:
    json.dump({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, file)
np.savez(config.ckpt_path, weights=np.ones(10))

# the id of a run says which one goes on
run = wandb.init(project="wandb_demo", id=model.run_id, resume="must")
# save dataset
arti_dataset = wandb.Artifact("mnist", type="dataset")
arti_dataset.add_dir("mnist/")
wandb.log_artifact(arti_dataset)
# save code
arti_code = wandb.Artifact("ipynb", type="code")
arti_code.add_file("./1122.ipynb")
wandb.log_artifact(arti_code)
# save model
arti_model = wandb.Artifact("cnn", type="model")
arti_model.add_file(config.ckpt_path)
wandb.log_artifact(arti_model)

wandb.finish()  # finish() sees to it that all is sent
