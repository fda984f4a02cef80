"""A small training script that uses the SDK as people do; for the pages of one run.

python web/e2e/train.py STEPS [SECONDS_PER_STEP]
"""

from __future__ import annotations

import json
import math
import os
import random
import struct
import sys
import tempfile
import time
import zlib
from pathlib import Path

import gnomon

GREEN, YELLOW, RED, CYAN, DIM, BOLD, PLAIN = (f"\x1b[{code}m" for code in (32, 33, 31, 36, 2, 1, 0))


def png(path: Path, seed: int, size: int = 16) -> Path:
    shades = random.Random(seed)
    lines = b"".join(b"\x00" + bytes(shades.randrange(256) for _ in range(size)) for _ in range(size))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines)),
        (b"IEND", b""),
    ]
    body = b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def main() -> None:
    steps, pause = int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    scratch = Path(tempfile.mkdtemp())
    run = gnomon.init(
        project="digits",
        name=os.environ.get("RUN_NAME"),
        notes="First try of the *small* net.\n\n- lr from `sweep-3`\n- **augment** on",
        tags=["baseline", "cnn"],
        config={
            "lr": 3e-4,
            "batch_size": 128,
            "model": {"arch": "cnn-s", "depth": 12, "dropout": 0.1},
            "optimizer": {"name": "adamw", "betas": [0.9, 0.999]},
        },
    )
    print(f"{BOLD}digits{PLAIN} training on {CYAN}cpu{PLAIN}, {steps} steps")
    noise = random.Random(7)
    for step in range(steps):
        loss = 2.3 * math.exp(-step / 60) + 0.08 + noise.gauss(0, 0.02)
        row = {"train/loss": loss, "train/acc": 1 - loss / 2.6, "optim/lr": 3e-4 * (1 - step / steps)}
        if step % 20 == 0:
            row |= {"val/loss": loss * 1.1, "val/acc": 1 - loss / 2.3}
            row["samples/digits"] = gnomon.Image(str(png(scratch / f"{step}.png", step)), caption=f"after step {step}")
            print(f"{GREEN}INFO{PLAIN}  {DIM}eval{PLAIN}   step={BOLD}{step}{PLAIN}  val/loss={loss * 1.1:.4f}")
        run.log(row)
        sys.stderr.write(f"\repoch {step // 50}: {CYAN}{step % 50 * 2:3d}%|{'█' * (step % 50 // 2):<25}|{PLAIN}")
        if step % 50 == 49:
            sys.stderr.write("\n")
        if step % 37 == 30:
            print(f"\n{YELLOW}WARN{PLAIN}  {DIM}data{PLAIN}   worker 3 waited {YELLOW}44 ms{PLAIN}", file=sys.stderr)
        time.sleep(pause)
    print(f"\n{RED}ERROR{PLAIN} {DIM}data{PLAIN}   shard-0093.tar: truncated member, sample skipped", file=sys.stderr)
    (scratch / "results.csv").write_text(
        "epoch,loss,note\n" + "".join(f'{e},{2.3 * 0.7**e:.4f},"ok, {e}"\n' for e in range(40))
    )
    (scratch / "README.md").write_text("# Results\n\nThe *small* net is **good**.\n\n- one\n- two\n")
    (scratch / "metrics.json").write_text(json.dumps({"best": {"step": 180, "loss": 0.09}, "classes": ["0", "1"]}))
    for name in ("results.csv", "README.md", "metrics.json"):
        run.save(str(scratch / name), base_path=str(scratch))
    run.finish()
    print(run.id)


if __name__ == "__main__":
    main()
