"""Files that are kept, and what is printed."""

import os
import sys

import wandb

os.makedirs("kept/inner", exist_ok=True)
for name in ("kept/a.txt", "kept/inner/b.txt", "now.txt", "end.txt", "live.txt"):
    with open(name, "w") as file:
        file.write(f"first of {name}")
run = wandb.init(project="both", id="files", name="files")
run.save("now.txt", policy="now")
run.save("live.txt")
run.save("end.txt", policy="end")
run.save("kept/*", base_path=".")
run.save("kept/inner/*", base_path="kept")
print("a line")
print("half ", end="")
print("a line\nand another")
print("to the other", file=sys.stderr)
print("ünïcode ✓")
for name in ("end.txt", "live.txt"):
    with open(name, "w") as file:
        file.write(f"second of {name}, longer")
run.log({"done": 1})
run.finish()
