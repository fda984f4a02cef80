"""Print lines, redraw a progress bar, complain on stderr; save files by each policy, and the code."""

from __future__ import annotations

import hashlib
import sys
import time
from pathlib import Path

import wandb
from telling import tell

for name in ("now.txt", "live.txt", "end.txt", "sub/odd näme #1 50%.txt", "empty.bin"):
    Path("kept", name).parent.mkdir(parents=True, exist_ok=True)
    Path("kept", name).write_text("" if name.startswith("empty") else f"first words of {name}")

with wandb.init(project="prints", settings=wandb.Settings(x_stats_sampling_interval=1.0)) as run:
    run.save("kept/now.txt", base_path="kept", policy="now")
    run.save("kept/live.txt", base_path="kept", policy="live")
    run.save("kept/end.txt", base_path="kept", policy="end")
    run.save("kept/sub/*", base_path="kept", policy="now")
    run.save("kept/empty.bin", base_path="kept")
    print("first line")
    for done in range(0, 101, 5):
        print(f"\rprogress {done} %", end="", flush=True)
        time.sleep(0.02)
    print()
    print("an umlaut: ü, a flag: 🇨🇭, \x1b[31mred\x1b[0m")
    print("to stderr", file=sys.stderr)
    print("first\nsecond\nthird\x1b[2A\rFIRST", end="\n\n\n")
    print("last line")
    Path("kept/live.txt").write_text("last words")
    Path("kept/end.txt").write_text("the end")
    run.log_code(str(Path(__file__).parent), include_fn=lambda path: path.endswith("telling.py"))
    time.sleep(1.2)
    path = [run.entity, run.project, run.id]

tell(
    {
        "path": path,
        "files": {
            str(file.relative_to("kept")): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(Path("kept").rglob("*"))
            if file.is_file()
        },
    }
)
