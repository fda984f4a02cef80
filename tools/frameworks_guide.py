"""Write the guide to frameworks, `docs/guides/frameworks.md`, with what came of trying them.

    python -m tools.frameworks_guide          write it
    python -m tools.frameworks_guide --check  only say whether it is up to date

The table is `tests/frameworks/results.json`, which `make test-frameworks` writes; the words around it are here.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.frameworks.results import kept
from tools.docs import table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "guides" / "frameworks.md"

HEAD = """<!-- Made by tools/frameworks_guide.py from tests/frameworks/results.json. Do not edit: run `make docs`. -->

# Frameworks

Most frameworks bring a logger for wandb. It logs to Gnomon without an edit when the script is run by [`gnomon
run`](gnomon-run.md):

```sh
gnomon run train.py
gnomon run -- accelerate launch train.py
```

Frameworks that bring none have their callbacks in `gnomon.integration`, under the names and with the arguments that
they have in `wandb.integration`:

```python
import gnomon
from gnomon.integration.xgboost import WandbCallback

with gnomon.init(project="trees"):
    xgboost.train(params, data, callbacks=[WandbCallback(log_model=True)])
```

## What was tried

On a CPU, each by a script that trains something small, against a real server; what is stored is compared with what
the framework says it logged. *run* is Gnomon's SDK by `gnomon run`, *client* the official client with a Gnomon server
([The official client](official-client.md)). To see for yourself: `make test-frameworks`, which installs gigabytes;
the scripts are in [tests/frameworks/programs](../../tests/frameworks/programs/).

"""

REST = """
Tried by hand, by `gnomon run`, since what they need is large or not in every package index: Ultralytics 8.4
(detection: its own logger, and `add_wandb_callback` with tables of a training, a validation and a prediction), TRL
1.16 with PEFT (`SFTTrainer`, checkpoints as artifacts), Diffusers 0.42 and pipelines of transformers (`autolog`), Ray
Tune 2.60 (`WandbLoggerCallback`, `setup_wandb`), skorch 1.4 (`WandbLogger`), Gymnasium 1.4 (`monitor_gym=True`),
Sacred (`WandbObserver`).

Not tried, because they need models or data that are downloaded, or do not run beside the others: Sentence
Transformers, Composer, torchtune, fastai. Their loggers were read: the names they take from wandb are there.

## Callbacks of Gnomon's own

| module of `gnomon.integration` | what it has |
|---|---|
| `keras` | `WandbMetricsLogger`, `WandbModelCheckpoint`, `WandbEvalCallback`; `WandbCallback` of older scripts |
| `xgboost` | `WandbCallback`, `wandb_callback` |
| `lightgbm` | `wandb_callback`, `log_summary` |
| `catboost` | `WandbCallback`, `log_summary` |
| `sb3` | `WandbCallback` of Stable-Baselines3 |
| `ultralytics` | `add_wandb_callback`, `WandBUltralyticsCallback` |
| `gym` | `monitor`: videos of environments; `init(monitor_gym=True)` calls it |
| `sacred` | `WandbObserver` |
| `lightning` | `WandbLogger`, Lightning's own on Gnomon's SDK, where the script is not run by `gnomon run` |
| `diffusers` | `autolog`: what pipelines make, as a table |
| `huggingface` | `autolog`: calls of transformers' pipelines, as tables |
| `tensorflow` | `WandbHook` for sessions of old |
| `torch` | `TorchGraph` |

scikit-learn's plots are in `gnomon.sklearn`, TensorBoard in `gnomon.tensorboard`.

What `wandb.integration` has beside these has no counterpart here: `dspy`, `fastai` (for its version 1), `kfp`,
`metaflow`, `openai`, `prodigy`, `sagemaker`, `weave`. Importing one of them raises ModuleNotFoundError.

## TensorBoard

```python
with gnomon.init(project="boards", sync_tensorboard=True):
    writer = SummaryWriter("logs")
```

What the writers of PyTorch, tensorboardX and TensorFlow write while the run is active is logged to it: scalars,
pictures, histograms, sounds, texts, precision over recall, and hyperparameters as config. Neither TensorBoard nor
TensorFlow needs to be installed; the event files are read by Gnomon, about once a second, by a thread. Writers hold
events back for minutes; those with a `flush` are asked for them every ten seconds and when the run ends.

- Each step is a row with `global_step`, over which its metrics are drawn.
- The keys of several folders begin with the path that they do not share: `train/loss`, `validation/loss`. Where
  folders come one after the other, say the root before: `gnomon.tensorboard.patch(root_logdir="logs")`.
- The event files are kept with the run. Graphs, meshes and profiles are not logged.
- A record that does not check is read again until it does: on network disks zeros may stand in for what is on its
  way.
- Folders that are there already become runs by `gnomon sync --sync-tensorboard logs -p boards`, or
  `gnomon.tensorboard.tensorboard_import("logs", project="boards")`; what lies behind damage in them is found again.
"""

SIGNS = {"works": "yes", "fails": "no"}


def page(came: Mapping[str, Mapping[str, str]]) -> str:
    """The whole page."""
    rows = [
        (name, one["version"], SIGNS.get(one.get("run", ""), "–"), SIGNS.get(one.get("client", ""), "–"), one["says"])
        for name, one in came.items()
    ]
    return HEAD + table(("package", "version", "run", "client", "what"), rows) + REST


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say whether the page is up to date")
    given = parser.parse_args()
    made = page(kept())
    if given.check:
        there = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        if there != made:
            print(f"{PAGE.name} is not up to date; run `make docs`", file=sys.stderr)
        return int(there != made)
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
