"""The Trainer of transformers with `report_to="wandb"`: a tiny model with random weights."""

from __future__ import annotations

import os

import torch
import wandb
from telling import tell
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

os.environ.update({"WANDB_PROJECT": "huggingface", "WANDB_LOG_MODEL": "end"})
torch.manual_seed(1)
config = BertConfig(
    vocab_size=32, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, num_labels=2
)
rows = [
    {"input_ids": torch.randint(0, 32, (8,)), "attention_mask": torch.ones(8, dtype=torch.long), "labels": n % 2}
    for n in range(16)
]
trainer = Trainer(
    model=BertForSequenceClassification(config),
    args=TrainingArguments(
        output_dir="out", report_to="wandb", run_name="tiny-bert", logging_steps=1, max_steps=6, use_cpu=True,
        per_device_train_batch_size=4, eval_strategy="steps", eval_steps=3, save_strategy="no", disable_tqdm=True,
    ),
    train_dataset=rows, eval_dataset=rows,
)  # fmt: skip
trainer.train()
run = wandb.run
assert run is not None
path = [run.entity, run.project, run.id]
wandb.finish()
tell(
    {
        "path": path,
        "losses": [one["loss"] for one in trainer.state.log_history if "loss" in one],
        "eval": [one["eval_loss"] for one in trainer.state.log_history if "eval_loss" in one],
    }
)
