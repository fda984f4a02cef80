"""`gnomon artifact`: put a file or a folder on the server as an artifact, fetch one, list them, tidy the cache."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
import msgspec

from gnomon.cli import where
from gnomon.sdk.errors import Error

if TYPE_CHECKING:
    from gnomon.sdk.artifacts.artifact import Artifact
    from gnomon.sdk.service import Service

_HOST = click.option("--host", metavar="URL", help=where.HOST_HELP)
_JSON = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")


@click.group()
def artifact() -> None:
    """Artifacts: put, get, ls, and the cache of this machine."""


@artifact.command()
@click.argument("path", type=click.Path(exists=True))
@click.option("-n", "--name", help="[ENTITY/]PROJECT/NAME; the name of the file or folder where it is not said.")
@click.option("-d", "--description", help="A text for people.")
@click.option("-t", "--type", default="dataset", show_default=True, help="What kind of thing it is.")
@click.option(
    "-a", "--alias", multiple=True, default=("latest",), show_default=True, help="What the version is called."
)
@click.option("--id", "run_id", help="The run that logs it; a new one where it is not said.")
@click.option("--resume", is_flag=True, help="Go on with the run given with --id.")
@click.option("--skip_cache", "--skip-cache", is_flag=True, help="Keep no copy in the cache of this machine.")
@click.option("--policy", type=click.Choice(["mutable", "immutable"]), default="mutable", show_default=True,
              help="Whether the files may change while they are sent: `mutable` keeps a copy of them.")  # fmt: skip
@_HOST
@_JSON
def put(
    path: str, name: str | None, description: str | None, type: str, alias: Sequence[str], run_id: str | None,
    resume: bool, skip_cache: bool, policy: str, host: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Put a file or a folder on the server as the next version of an artifact."""
    import gnomon
    from gnomon.sdk.artifacts.artifact import Artifact

    entity, project, called = _place(name or os.path.basename(os.path.abspath(path)))
    with _told():
        made = Artifact(called, type, description)
        if os.path.isdir(path):
            made.add_dir(path, skip_cache=skip_cache, policy=policy)
        else:
            made.add_file(path, skip_cache=skip_cache, policy=policy)
        run = gnomon.init(
            entity=entity, project=project, job_type="cli_put", id=run_id, resume="allow" if resume else None,
            config={"path": os.path.abspath(path)},
            settings=gnomon.Settings(silent=True, base_url=where.base_url(host), mode="online"),
        )  # fmt: skip
        with run:
            run.log_artifact(made, aliases=list(alias))
            with _bar(made.size, f"Sending {called}") as show:
                _wait(made, show)
    if as_json:
        _print_json(_told_of(made))
        return
    click.echo(f"{made.qualified_name} is there: {made.file_count} files, {_shown(made.size)}")
    click.echo(f"Use it in a script with: artifact = run.use_artifact({made.qualified_name!r})")


@artifact.command()
@click.argument("path")
@click.option("--root", help="The folder to put it into; ./artifacts/NAME where it is not said.")
@click.option("--type", help="What kind of thing it has to be.")
@_HOST
@_JSON
def get(path: str, root: str | None, type: str | None, host: str | None, as_json: bool) -> None:
    """Fetch the files of an artifact: [ENTITY/]PROJECT/NAME[:VERSION or ALIAS]."""
    from gnomon.sdk.artifacts import incoming

    with _told():
        found = incoming.find(_service(host), path, project=os.environ.get("WANDB_PROJECT"), type=type)
        with _bar(found.size, f"Fetching {found.name}") as show:
            setattr(found, "_progressed", show)  # noqa: B010  # instead of its method, which shows nothing
            folder = found.download(root)
    if as_json:
        _print_json({**_told_of(found), "folder": os.path.abspath(folder)})
        return
    click.echo(f"{found.qualified_name} is in {folder}")


@artifact.command("ls")
@click.argument("path")
@click.option("-t", "--type", help="Only those of this type.")
@_HOST
@_JSON
def listed(path: str, type: str | None, host: str | None, as_json: bool) -> None:
    """List the artifacts of a project: [ENTITY/]PROJECT, each with its latest version."""
    from gnomon.sdk.artifacts import incoming

    entity, slash, project = path.rpartition("/")
    if not project or "/" in entity or (slash and not entity):
        raise click.UsageError(f"A project is PROJECT or ENTITY/PROJECT, and {path!r} is neither")
    with _told():
        found = incoming.collections(_service(host), entity or incoming.OWN, project, type)
    if as_json:
        _print_json(msgspec.to_builtins(found))
        return
    rows = [
        (one.type, _time(one.updated_at), _shown(one.latest.size_bytes) if one.latest else "",
         one.name + (f":{one.latest.version}" if one.latest else ""))
        for one in found
    ]  # fmt: skip
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(3)]
    for row in rows:
        click.echo("  ".join([row[0].ljust(widths[0]), row[1].ljust(widths[1]), row[2].rjust(widths[2]), row[3]]))


@artifact.group()
def cache() -> None:
    """The artifact files kept on this machine, so that they need not be fetched again."""


@cache.command()
@click.argument("target_size")
@click.option("--remove-temp/--no-remove-temp", default=False, help="Also what was left behind half fetched.")
@_JSON
def cleanup(target_size: str, remove_temp: bool, as_json: bool) -> None:
    """Remove what was not used for longest until the cache has at most TARGET_SIZE, such as 10GB."""
    from gnomon.sdk.artifacts import cache as caching

    try:
        target = caching.size_in(target_size)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    kept = caching.Cache()
    freed = kept.clean(target, drafts=remove_temp)
    if remove_temp:
        freed += _staged_removed(os.path.join(caching.root(), "staging"))
    left = sum(file.size for file in kept.files())
    if as_json:
        _print_json({"folder": kept.folder, "freed_bytes": freed, "left_bytes": left})
        return
    click.echo(f"Freed {_shown(freed)}; {_shown(left)} are left in {kept.folder}")


def _staged_removed(folder: str) -> int:
    """Remove files of artifacts that no process holds any more; how many bytes that freed."""
    import time

    freed = 0
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        place = os.path.join(folder, name)
        if time.time() - os.path.getmtime(place) < 86_400:
            continue  # somebody may be filling it
        freed += sum(os.path.getsize(os.path.join(at, file)) for at, _, files in os.walk(place) for file in files)
        shutil.rmtree(place, ignore_errors=True)
    return freed


def _place(name: str) -> tuple[str | None, str | None, str]:
    """Entity, project and name of `[entity/][project/]name`."""
    parts = name.split("/")
    if len(parts) > 3 or not all(parts):
        raise click.UsageError(
            f"An artifact is NAME, PROJECT/NAME or ENTITY/PROJECT/NAME, and {name!r} is none of these"
        )
    return (parts[-3] if len(parts) == 3 else None, parts[-2] if len(parts) > 1 else None, parts[-1])


def _service(host: str | None) -> Service:
    from gnomon.sdk import credentials
    from gnomon.sdk.service import Service

    url = where.base_url(host)
    if not credentials.find_key(url):
        raise click.ClickException(f"You are not signed in; `gnomon login --host {url}`")
    return Service(url)


def _wait(made: Artifact, show: Callable[[int], object]) -> None:
    """Wait for a version, showing how much of it went."""
    from gnomon.sdk import shipping
    from gnomon.sdk.artifacts.errors import WaitTimeoutError

    run = made._run
    seen = 0
    while made.is_draft():
        try:
            made.wait(timeout=0.2)
        except WaitTimeoutError:
            sent = shipping.progress(run._about.folder).bytes_acked if run is not None and run._about.folder else 0
            show(max(0, sent - seen))
            seen = max(seen, sent)


@contextmanager
def _bar(size: int, label: str) -> Iterator[Callable[[int], object]]:
    """A progress bar over bytes, where there is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=max(size, 1), label=label, file=sys.stderr) as bar:
        yield bar.update


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong in one line."""
    try:
        yield
    except Error as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.strerror}: {error.filename}") from None


def _told_of(found: Artifact) -> dict[str, Any]:
    return {
        "entity": found.entity, "project": found.project, "name": found.name.partition(":")[0],
        "version": found.version, "type": found.type, "digest": found.digest, "aliases": found.aliases,
        "files": found.file_count, "bytes": found.size, "url": found.url,
    }  # fmt: skip


def _print_json(value: Any) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def _shown(size: float) -> str:
    """
    >>> _shown(999), _shown(1_500_000)
    ('999 B', '1.5 MB')
    """
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def _time(secs: float) -> str:
    import time

    return time.strftime("%Y-%m-%d %H:%M", time.localtime(secs))
