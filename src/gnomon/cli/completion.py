"""`gnomon completion`: what a shell needs to complete our commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

VARIABLE = "_GNOMON_COMPLETE"
SHELLS = ("bash", "zsh", "fish")


@click.command(
    epilog="""\b
Examples:
  eval "$(gnomon completion bash)"                                  in ~/.bashrc
  eval "$(gnomon completion zsh)"                                   in ~/.zshrc
  gnomon completion fish > ~/.config/fish/completions/gnomon.fish
"""
)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what makes SHELL complete commands and options with the tab key."""
    from gnomon.cli.root import cli

    made = get_completion_class(shell)
    assert made is not None  # click has all of SHELLS
    click.echo(made(cli, {}, "gnomon", VARIABLE).source())
