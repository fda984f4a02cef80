"""P-S16: the API key is in nothing that is written, printed, raised or handed to children.

This is one script that does everything with a marked key; besides, `tests/conftest.py` looks for keys in all that the
whole suite has left when it ends.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import psutil

from tests.keys import MARKED, found_in

SCRIPT = """
import json, os, subprocess, sys
import gnomon
KEY = os.environ.pop("THE_KEY")
try:
    gnomon.login(KEY + "%")
except gnomon.UsageError as error:
    print(error)
settings = gnomon.Settings(api_key=KEY, console="redirect")
print(settings, dict(settings))
run = gnomon.init(project="p", config={"a": 1}, settings=settings, save_code=True)
run.log({"x": 1, "text": repr(run.settings)})
run.summary["s"] = str(run.settings)
run.alert("t", "x")
run.save("*.py")
code = "import os; print([name for name, value in os.environ.items() if 'mark-ed' in value])"
child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
print(child.stdout, flush=True)
print(json.dumps(run._shipper._process.pid), flush=True)
sys.stdin.readline()
try:
    gnomon.restore("x", run_path="a/b/c")
except gnomon.Error as error:
    print(error)
run.finish()
raise RuntimeError(repr(run))
"""


def test_a_marked_key_is_in_nothing_a_run_leaves(begin: Any, bad: Any, tmp_path: Path) -> None:
    server = bad(b"HTTP/1.1 401 Who\r\nContent-Length: 2\r\n\r\n{}")
    process = begin(
        SCRIPT,
        {"GNOMON_BASE_URL": server.url, "THE_KEY": MARKED, "GNOMON_API_KEY": "", "GNOMON_DISABLE_META": "false"},
    )
    printed = ""
    while not printed.rstrip().rpartition("\n")[2].isdigit():
        line = process.stdout.readline()
        assert line, process.stderr.read()
        printed += line
    shipper = psutil.Process(int(printed.split()[-1]))
    assert MARKED not in " ".join(shipper.cmdline())
    assert MARKED not in " ".join(psutil.Process(process.pid).cmdline())
    assert "[]" in printed  # children the script starts get no key from us
    out, errors = process.communicate("\n", timeout=60)
    assert "RuntimeError" in errors
    for text in (printed, out, errors):
        assert MARKED not in text
    assert any(MARKED.encode() in request for request in server.seen)  # it was used after all
    assert found_in(tmp_path) == []


def test_a_key_that_is_left_somewhere_is_found(tmp_path: Path) -> None:
    real = "Zq8-" + "1a2b3c4d5e6f7g8h9i0j" * 2
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "credentials.json").write_text(json.dumps({"http://h:1": real}))
    assert found_in(tmp_path) == []
    (tmp_path / "a.log").write_bytes(b"\0" * 100 + real.encode() + b"\xff")
    (tmp_path / "b.journal").write_bytes(MARKED.encode())
    assert [os.path.basename(found.split()[0]) for found in sorted(found_in(tmp_path))] == ["a.log", "b.journal"]
    for name in ("a.log", "b.journal"):
        (tmp_path / name).unlink()  # the whole suite is looked through in the end
