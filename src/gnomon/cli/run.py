"""`gnomon run`: Python, or any program, in an environment in which `import wandb` is Gnomon."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

import click

from gnomon.sdk import stand_in


class _AsPython(click.Command):
    """Takes everything after its name as it stands; only `--help` as the first word is its own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the words for `run`."""
        if args[:1] in (["-h"], ["--help"]):
            return super().parse_args(ctx, args)
        ctx.params["words"] = args
        ctx.args = []
        return []


@click.command(cls=_AsPython, options_metavar="", epilog="A notebook server: gnomon run -- jupyter lab")
@click.argument("words", nargs=-1, metavar="SCRIPT [ARGS…] | -m MODULE [ARGS…] | -- COMMAND [ARGS…]")
def run(words: Sequence[str]) -> None:
    """Run a script that says `import wandb` on Gnomon, without an edit.

    What follows is what Python takes: a script, -m MODULE, -c CODE, -u and its other options. After -- it is any
    command: torchrun, accelerate launch, bash train.sh. In that process, its children and its workers `import wandb` is
    Gnomon, also where the real one is installed. Arguments, signals and exit codes are the program's own.
    """
    if not words:
        raise click.UsageError("What is to be run? gnomon run SCRIPT, gnomon run -m MODULE, or gnomon run -- COMMAND")
    if words[0] == "--":
        command = list(words[1:])
        if not command:
            raise click.UsageError("A command has to follow the --")
    else:
        command = [sys.executable, *words]
    become(command)


def become(command: Sequence[str]) -> None:
    """Be that command from here on, in the environment of the stand-in. Raises ClickException where there is none."""
    environ = stand_in.environment(os.environ)
    program = shutil.which(command[0])
    if program is None:
        raise click.ClickException(f"There is no command {command[0]!r} on the path")
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":  # where exec ends the process that the shell waits for
        sys.exit(subprocess.run([program, *command[1:]], env=environ).returncode)
    try:
        os.execve(program, list(command), environ)
    except OSError as error:
        raise click.ClickException(f"{command[0]} cannot be run: {error.strerror}") from None
