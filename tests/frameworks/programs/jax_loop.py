"""A loop in JAX that logs what JAX makes: scalars, arrays, pictures."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import wandb
from telling import tell


@jax.jit
def loss(weights: jax.Array, x: jax.Array) -> jax.Array:
    return jnp.mean((x @ weights - x.sum(axis=1)) ** 2)


x = jax.random.normal(jax.random.key(1), (32, 3))
weights = jnp.zeros(3)
losses = []
with wandb.init(project="jax", config={"lr": 0.1}) as run:
    for _ in range(5):
        value, slope = jax.value_and_grad(loss)(weights, x)
        weights = weights - 0.1 * slope
        losses.append(float(value))
        run.log({"loss": value, "weights": weights, "all": x.reshape(-1), "half": value.astype(jnp.bfloat16)})
    run.log({"picture": wandb.Image(jax.device_get(x))})
    path = [run.entity, run.project, run.id]
tell({"path": path, "losses": losses})
