"""A report on the digits, as somebody would have written it, with panels that stay alive."""

from __future__ import annotations

from typing import Any

from gnomon.sdk.service import Service

TITLE = "How wide has it to be?"


def _line(key: str, **settings: Any) -> dict[str, Any]:
    return {
        "id": key, "kind": "line", "title": "", "config": {"keys": [key]}, "size": {"columns": 1, "rows": 1},
        "settings": settings,
    }  # fmt: skip


BLOCKS = [
    "We trained three networks on the 1,797 digits that scikit-learn brings along, with three seeds each. "
    "The question: does width buy anything here?",
    "## Accuracy\n\nThe **wide** network is ahead from the first epoch, but by less than its seeds differ. "
    "The narrow one needs more epochs for the same accuracy.",
    {"runs": "g=config.arch", "panels": [_line("val/accuracy"), _line("val/loss")]},
    "## What is still misread\n\n- most mistakes are `8` and `1`\n- [x] looked at the pictures of the hard cases\n"
    "- [ ] train with shifted digits\n\nThe error of a classifier with confidence $p$ is $-\\log p$; one digit read "
    "with $p = 0.01$ costs as much as a hundred with $p = 0.955$.",
    "## The run that went wrong\n\n`typo-in-lr` had a learning rate of 0.8 instead of 0.08. For an "
    "epoch it was worse than guessing, whose loss is $\\log 10$, and it never came back to the others.",
    {"runs": "q=typo", "panels": [_line("train/loss"), _line("optim/weight_norm")]},
]


def seed(entity: str, project: str) -> None:
    """Write the report where there is none of its title yet."""
    service = Service()
    address = f"/projects/{entity}/{project}/reports"
    if any(report["title"] == TITLE for report in service.get(address)):
        return
    blocks = [
        {"type": "markdown-block", "content": block}
        if isinstance(block, str)
        else {"type": "panel-grid", "children": [{"text": ""}], "gnomon": block}
        for block in BLOCKS
    ]
    service.post(
        address,
        {"title": TITLE, "description": "Three widths, three seeds each.", "spec": {"version": 5, "blocks": blocks}},
    )
