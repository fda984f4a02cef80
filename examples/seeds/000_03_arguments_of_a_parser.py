"""From tutorial 000, block 3: what a parser read is the config."""

import argparse
import os

import gnomon as wandb

parser = argparse.ArgumentParser()
parser.add_argument("--project_name", default="parsed")
parser.add_argument("--team_name", default=os.environ.get("TEAM_NAME"))
parser.add_argument("--run_name", default="from a parser")
parser.add_argument("--lr", type=float, default=1e-4)
args = parser.parse_args()

run = wandb.init(project=args.project_name, entity=args.team_name, config=vars(args), name=args.run_name)
run.log({"lr": wandb.config.lr})
run.finish()
