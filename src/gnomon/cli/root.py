"""`gnomon`: the group of commands. Each command's module is imported when it is used, not before.

So `gnomon --help` is fast, and `gnomon sync` works where the server's libraries are not installed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

import click
from click.shell_completion import CompletionItem


class Command(NamedTuple):
    """Where a command lives, and its line in `gnomon --help`."""

    name: str
    says: str
    extra: str = ""
    """The optional part of the distribution it needs."""


COMMANDS = (
    Command("server", "Run the server and its page.", extra="server"),
    Command("run", "Run a script that says `import wandb` on Gnomon."),
    Command("login", "Store the API key of a server for this user."),
    Command("logout", "Forget the API key of a server."),
    Command("init", "Say which project the scripts of this folder log to."),
    Command("online", "Send what scripts of this folder log."),
    Command("offline", "Keep what scripts of this folder log on this disk."),
    Command("enabled", "Let scripts of this folder log again."),
    Command("disabled", "Let scripts of this folder run as if they logged nothing."),
    Command("status", "Who you are, where, and which local runs are not sent."),
    Command("sweep", "Make a search over parameters, or steer one."),
    Command("agent", "Run what a sweep suggests."),
    Command("controller", "Choose the runs of a sweep from this machine."),
    Command("sync", "Send runs that lie on this disk."),
    Command("clean", "Remove runs from this disk that their server has."),
    Command("verify", "Try what a server can do."),
    Command("view", "Show runs that lie on this disk as pages, with no account.", extra="server"),
    Command("artifact", "Put, fetch and list artifacts, and tidy their cache."),
    Command("pull", "Fetch the files of a run."),
    Command("restore", "Bring back the code and the config of a run."),
    Command("export", "Take what runs have logged away, as Parquet, Arrow or CSV."),
    Command("sql", "Ask a project's runs something in SQL."),
    Command("demo", "Fill a server with real training runs."),
    Command("admin", "Users, teams and data of a server's data folder.", extra="server"),
    Command("completion", "Complete commands with the tab key in bash, zsh or fish."),
)
_MODULES = {
    "logout": "login",
    **dict.fromkeys(("init", "online", "offline", "enabled", "disabled"), "defaults"),
}
ALIASES = {"on": "online", "off": "offline"}
"""Other words for commands, as the official client has them."""
LEFT_OUT = {
    **dict.fromkeys(
        ("docker", "docker-run"), "start your container with GNOMON_BASE_URL and GNOMON_API_KEY set instead"
    ),
    **dict.fromkeys(
        ("launch", "launch-sweep", "launch-agent", "scheduler", "sweep-scheduler", "job"),
        "jobs are started by whatever starts them now; several agents share a sweep with `gnomon agent`",
    ),
    "leet": "`gnomon view` shows runs of this disk as pages, and the server's page everything",
    "beta": "what is there is no beta command",
    "local": "a server of your own is `gnomon server`",
    "projects": "the server's page lists them, and so does `gnomon.Api().projects()`",
    "purge-cache": "`gnomon artifact cache cleanup SIZE` makes room in the cache",
}
"""Commands of the official client that are not here, and what to do instead."""
_BY_NAME = {command.name: command for command in COMMANDS}


class _Lazy(click.Group):
    """A group whose commands are imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, in the order of COMMANDS."""
        return [command.name for command in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import it, or say in one line what to install."""
        cmd_name = ALIASES.get(cmd_name, cmd_name)
        command = _BY_NAME.get(cmd_name)
        if command is None:
            if cmd_name in LEFT_OUT:
                raise click.UsageError(f"There is no `gnomon {cmd_name}`: {LEFT_OUT[cmd_name]}")
            return None
        try:
            module = import_module(f"gnomon.cli.{_MODULES.get(cmd_name, cmd_name)}")
        except ModuleNotFoundError as error:
            if not command.extra:
                raise
            missing = error.name or "a library"
            raise click.ClickException(
                f"`gnomon {cmd_name}` needs {missing}; install it with: pip install 'gnomon[{command.extra}]'"
            ) from None
        found = getattr(module, cmd_name, None) or getattr(module, "command", None)
        if not isinstance(found, click.Command):
            raise click.ClickException(f"`gnomon {cmd_name}` is not in this version")
        return found

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names of commands, without importing them."""
        found = [CompletionItem(one.name, help=one.says) for one in COMMANDS if one.name.startswith(incomplete)]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`, without importing the commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(command.name, command.says) for command in COMMANDS])


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
First steps:
  gnomon server                      a server on this machine; it prints its address
  gnomon login --host URL            a server elsewhere, once for this user
  python train.py                    with `import gnomon as wandb` in it
  gnomon run train.py                the same for a script that says `import wandb`
  gnomon sync                        send what was logged without a network

\b
`gnomon COMMAND --help` has the options and examples of each.
Tab completion: eval "$(gnomon completion bash)"
""",
)
@click.version_option(package_name="gnomon", message="gnomon %(version)s")
def cli() -> None:
    """Experiment tracking that stays on your machines."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code."""
    try:
        cli.main(args=None if arguments is None else list(arguments), prog_name="gnomon")
    except BrokenPipeError:  # `gnomon … | head`
        sys.stderr.close()
        sys.exit(1)
