"""`gnomon restore`: the code and the config of a run."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gnomon.cli import where
from gnomon.cli.asked import run_of, told
from gnomon.sdk.folder import PARENT

if TYPE_CHECKING:
    from gnomon.sdk.public.run import Run

GIT_SECS = 300.0
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
DIFF = "diff.patch"
KEPT = ("config.yaml", DIFF, "requirements.txt", "conda-environment.yaml")
"""Files that tell how a run was made; beside these there is `code/`."""


@click.command(
    epilog="""\b
Examples:
  gnomon restore ann/mnist/ab12cd34              in a clone of its repository: its commit and its changes
  gnomon restore --no-git ann/mnist/ab12cd34     only its config and the files it kept
  gnomon restore --no-branch ann/mnist/ab12cd34  without a branch of its own
"""
)
@click.argument("run")
@click.option("--no-git", is_flag=True, help="Leave the repository alone.")
@click.option("--branch/--no-branch", default=True, help="Make a branch gnomon/ID, or check the commit out by itself.")
@click.option("--project", "-p", metavar="NAME", help="The project that RUN is in, where RUN does not say.")
@click.option("--entity", "-e", metavar="NAME", help="Whose project that is.")
@click.option("--host", metavar="URL", help=where.HOST_HELP)
@told
def restore(run: str, no_git: bool, branch: bool, project: str | None, entity: str | None, host: str | None) -> None:
    """Bring back the code and the config that a run had.

    The run's config, its uncommitted changes and the code it kept are put into gnomon-runs/restored-ID. In a clone of
    its repository, the commit it ran on is then checked out, on a new branch gnomon/ID, and its changes are applied.
    Nothing is checked out over changes of yours: git refuses that.
    """
    found = run_of(run, entity, project, host)
    folder = Path(PARENT, f"restored-{found.id}")
    kept = _keep(found, folder)
    click.echo(f"Put into {folder}: {', '.join(kept)}")
    if no_git:
        return
    commit = _commit_of(found)
    if commit is None:
        click.echo("The run has no commit, so that is all.")
        return
    top = _git(".", "rev-parse", "--show-toplevel", check=False)
    remote = ((found.metadata or {}).get("git") or {}).get("remote") or ""
    if not top:
        raise click.ClickException(
            f"this folder is in no git repository; go to a clone of {remote or 'that of the run'} and say it again, or "
            "say --no-git"
        )
    _check_out(top, commit, found.id if branch else None, remote)
    if DIFF in kept and (folder / DIFF).stat().st_size:
        _git(top, "apply", "--reject", "--whitespace=nowarn", str((folder / DIFF).absolute()))
        click.echo("Applied the changes that were not committed")


def _keep(run: Run, folder: Path) -> list[str]:
    """Put config and files into the folder; what was put there."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = []
    for file in run.files():
        if file.name in KEPT or file.name.startswith("code/"):
            file.download(str(folder), replace=True).close()
            kept.append(file.name)
    if "config.yaml" not in kept:  # JSON is YAML
        values = {name: {"value": value} for name, value in run.config.items()}
        (folder / "config.yaml").write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
        kept.append("config.yaml")
    return sorted(kept)


def _commit_of(run: Run) -> str | None:
    git: dict[str, Any] = (run.metadata or {}).get("git") or {}
    commit = run.commit or git.get("commit")
    return str(commit) if commit and _COMMIT.fullmatch(str(commit)) else None


def _check_out(top: str, commit: str, id: str | None, remote: str) -> None:
    if _git(top, "cat-file", "-e", f"{commit}^{{commit}}", check=False) is None:
        click.echo(f"Fetching, as {commit[:12]} is not here …")
        _git(top, "fetch", "--all", "--quiet", check=False)
        if _git(top, "cat-file", "-e", f"{commit}^{{commit}}", check=False) is None:
            raise click.ClickException(
                f"the commit {commit} is not in this repository; go to a clone of {remote or 'that of the run'} and "
                "say it again, or say --no-git"
            )
    if id is None:
        _git(top, "checkout", "--quiet", "--detach", commit)
        click.echo(f"Checked out {commit[:12]}")
        return
    name = "gnomon/" + re.sub(r"[^A-Za-z0-9_-]+", "-", id).strip("-")
    if _git(top, "rev-parse", "--verify", "--quiet", f"refs/heads/{name}", check=False) is not None:
        raise click.ClickException(
            f"there is a branch {name} already; `git branch -D {name}` removes it, and `git checkout {name}` goes to it"
        )
    _git(top, "checkout", "--quiet", "-b", name, commit)
    click.echo(f"Checked out {commit[:12]} on the new branch {name}")


def _git(folder: str, *arguments: str, check: bool = True) -> str | None:
    """What git prints; None where it fails and that is no error. Raises ClickException with what git says."""
    environ = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=GIT_SECS, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise click.ClickException("git is not installed; say --no-git for the rest") from None
    except subprocess.TimeoutExpired:
        raise click.ClickException(f"git {arguments[0]} took longer than {GIT_SECS:.0f} s") from None
    if done.returncode == 0:
        return done.stdout.strip()
    if check:
        raise click.ClickException(f"git {arguments[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
    return None
