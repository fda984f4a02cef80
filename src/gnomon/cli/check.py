"""`gnomon admin check`: whether a data folder is as it was written, and a repair where it is not."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click


@click.command("check")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Data folder of the server. [default: ~/.local/share/gnomon]"
)
@click.option("--repair", "repairs", is_flag=True, help="Make the folder whole; its server must not run.")
@click.option("--quick", is_flag=True, help="Do not read the bytes of segments and files, only what is said of them.")
@click.option("--json", "as_lines_of_json", is_flag=True, help="Print findings as lines of JSON.")
def check(data: Path | None, *, repairs: bool, quick: bool, as_lines_of_json: bool) -> None:
    """Verify everything a server keeps, whether it is running or not.

    Prints a line for each thing that is not as it was written, and ends with exit code 1 where there is any. With
    --repair, what follows from what is right is made anew; the rest is put aside in DATA/damaged, and named.
    """
    try:
        from gnomon.model.errors import GnomonError
        from gnomon.server.check import DataCheck
        from gnomon.server.data_folder import check_version
        from gnomon.server.repair import as_json, repair
        from gnomon.server.settings import load
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"this needs more packages ({error.name} is missing); install them with: pip install 'gnomon[server]'"
        ) from None
    if repairs and quick:
        raise click.UsageError("--repair reads everything; it does not go together with --quick")
    started = time.monotonic()
    try:
        folder = load(data=data).data
        check_version(folder)
        if repairs:
            done = repair(folder)
            for line in done.lines:
                click.echo(line)
            for line in done.left_lines:
                click.echo(f"still there: {line}")
            lost = sum(one.remedy == "lost" for one in done.findings)
            said = f"{len(done.findings)} findings, {lost} of them lost" if done.findings else "nothing to repair"
            click.echo(f"{said}; {time.monotonic() - started:.1f} s")
            if done.aside is not None:
                click.echo(f"what was damaged, and a report: {done.aside}")
            sys.exit(1 if done.left else 0)
        looking = DataCheck(folder, deep=not quick)
        count = 0
        for finding in looking.findings():
            count += 1
            click.echo(as_json(looking, finding) if as_lines_of_json else looking.describe(finding))
    except (GnomonError, OSError) as error:
        raise click.ClickException(str(error)) from None
    seen = looking.looked
    click.echo(
        f"{count or 'no'} finding{'' if count == 1 else 's'}: {seen.runs} runs with {seen.points:,} points, "
        f"{seen.log_records} records of the log, {seen.blobs.files} files with {seen.blobs.size_bytes:,} bytes; "
        f"{time.monotonic() - started:.1f} s",
        err=as_lines_of_json,
    )
    sys.exit(1 if count else 0)
