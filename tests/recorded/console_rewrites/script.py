import sys

import wandb

run = wandb.init(project="suite", id="prints")
print("begin")
for share in range(0, 101, 20):
    print(f"\r{share:3d} %", end="", flush=True)
print("\nmiddle", file=sys.stdout)
print("careful", file=sys.stderr)
print("\x1b[31mred\x1b[0m")
print("end")
run.finish()
