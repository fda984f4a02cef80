"""Install the official client, each version into an environment of its own: `.clients/<name>`.

    python tools/clients.py                  the newest version, and `light`
    python tools/clients.py --all            every version there is a lock of
    python tools/clients.py 0.25.0 0.16.6    these
    python tools/clients.py --lock 0.25.0    resolve `<name>.in` anew into `<name>.lock`

Prints the Python of each environment. What is in one is said by `tests/wandb_clients/locks/<name>.in` (with the reasons
for every pin) and fixed by the lock beside it; an environment whose lock has not changed is left as it is. Names that
begin with a digit are versions of the client; `frameworks` is the newest with frameworks, `light` has some without it.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "tests" / "wandb_clients" / "locks"
CLIENTS = ROOT / ".clients"
OLDEST_PYTHON = "3.10"
LIGHT = "light"
"""What scripts run in that say `import wandb` where it is not installed; every test run needs it."""
UV = (sys.executable, "-m", "uv", "--quiet")


class NotInstalled(Exception):
    """The environment could not be made; the message has what uv said."""


def names() -> list[str]:
    """Every environment there is a lock of: versions first, oldest first."""
    found = [path.stem for path in LOCKS.glob("*.lock")]
    return sorted(filter(is_version, found), key=version_order) + sorted(one for one in found if not is_version(one))


def versions() -> list[str]:
    """The versions of the client, oldest first."""
    return [name for name in names() if is_version(name)]


def is_version(name: str) -> bool:
    """Whether this names a version of the client alone.

    >>> is_version("0.31.0"), is_version("keras")
    (True, False)
    """
    return name[:1].isdigit()


def version_order(version: str) -> tuple[int, ...]:
    """Versions as numbers, to sort them.

    >>> sorted(["0.9.1", "0.16.6"], key=version_order)
    ['0.9.1', '0.16.6']
    """
    return tuple(int(part) for part in version.split("."))


def python_of(name: str, clients: Path = CLIENTS) -> Path:
    """Where the environment's Python is, or will be."""
    return clients / name / "bin" / "python"


def is_installed(name: str, clients: Path = CLIENTS) -> bool:
    """Whether the environment is there and is what its lock says, for this Python."""
    mark = clients / name / ".installed"
    return python_of(name, clients).exists() and mark.exists() and mark.read_text(encoding="utf-8") == wanted(name)


def wanted(name: str) -> str:
    """What an up-to-date environment has written in its mark."""
    lock = (LOCKS / f"{name}.lock").read_bytes()
    return f"{hashlib.sha256(lock).hexdigest()} {sys.version_info.major}.{sys.version_info.minor}\n"


def install(name: str) -> Path:
    """Make the environment where it is missing or stale; its Python. Raises NotInstalled."""
    CLIENTS.mkdir(exist_ok=True)
    with (CLIENTS / f"{name}.busy").open("w") as busy:
        fcntl.flock(busy, fcntl.LOCK_EX)  # two test runs that begin at once make it once
        if not is_installed(name):
            home, python = CLIENTS / name, python_of(name)
            shutil.rmtree(home, ignore_errors=True)
            run(*UV, "venv", "--python", sys.executable, str(home))
            lock = str(LOCKS / f"{name}.lock")
            run(*UV, "pip", "install", "--python", str(python), "--require-hashes", "-r", lock)
            (home / ".installed").write_text(wanted(name), encoding="utf-8")
    return python_of(name)


def resolve(name: str) -> None:
    """Write the lock anew: the newest packages that `<name>.in` allows, by their hashes, under its comments."""
    source, target = LOCKS / f"{name}.in", LOCKS / f"{name}.lock"
    reasons = [line for line in source.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    resolved = run(
        *UV, "pip", "compile", "--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes", "--no-header",
        "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", str(source),
    )  # fmt: skip
    target.write_text("\n".join([*reasons, resolved]), encoding="utf-8")


def run(*command: str) -> str:
    """What uv says. It looks where pip was told to look, too: torch without CUDA is found nowhere else."""
    links = os.environ.get("UV_FIND_LINKS", os.environ.get("PIP_FIND_LINKS", ""))
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "UV_FIND_LINKS": links}, capture_output=True, text=True)
    if done.returncode:
        raise NotInstalled(f"`{' '.join(command[2:5])} …` failed: {done.stderr.strip()[-2000:]}")
    return done.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones, of: {', '.join(names())}")
    parser.add_argument("--all", action="store_true", help="every version")
    parser.add_argument("--lock", action="store_true", help="resolve their packages anew instead")
    given = parser.parse_args(arguments)
    chosen = given.names or [*(versions() if given.all else versions()[-1:]), LIGHT]
    known = {path.stem for path in LOCKS.glob("*.in")}
    if unknown := set(chosen) - known:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are: {', '.join(sorted(known))}")
    try:
        for name in chosen:
            if given.lock:
                resolve(name)
            else:
                print(install(name))
    except NotInstalled as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
