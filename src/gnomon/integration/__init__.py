"""Callbacks of Gnomon for frameworks that have none of their own for it: `from gnomon.integration.keras import …`.

Each module needs its framework, and is imported when it is named. Hugging Face's Trainer and Accelerate, Lightning,
Optuna, Ray and others bring a logger for wandb themselves; `gnomon run` lets it log here.
"""
