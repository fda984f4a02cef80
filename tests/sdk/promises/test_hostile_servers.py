"""P-S17: whatever a server answers, the client writes nowhere but in its own folders, and runs and visits nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

EVIL = [
    "/etc/evil", "../../evil", "..\\..\\evil", "file:///etc/passwd", "\0evil", "evil/../../../evil", "~/evil",
    "C:\\evil",
]  # fmt: skip
"""What stands wherever an answer names something."""


def bodies() -> list[bytes]:
    """Answers that try something."""
    found = []
    for name in EVIL:
        found.append(
            json.dumps(
                {
                    "next": 10**9, "url": name, "stop": True, "exists": True, "last_step": 3, "name": name,
                    "config": {name: name, "__class__": "os.system", "_type": name}, "summary": {name: {"path": name}},
                    "offsets": {name: -1}, "have": True, "stored": True, "path": name, "import": "evil",
                    "user": {"name": name}, "entity": name,
                    "module": "evil", "class": "evil.Evil", "next_offset": 2**62, "resumed": name, "digest": name,
                }
            ).encode()
        )  # fmt: skip
        error = {"kind": name, "message": name, "next_offset": 2**63, "path": name}
        found.append(json.dumps({"error": error}).encode())
    found += [
        b"\x80\x04\x95 pickle cposix\nsystem\n(S'touch evil'\ntR.", b'{"next": 1e400}', b"[" * 100_000,
        b'{"a":' * 10_000,
        b"\xff\xfe", b"", b"null", b"[]", b'"evil"', b"{}", b'{"next": -1}', b'{"next": true, "exists": "yes"}',
    ]  # fmt: skip
    return found


CLIENT = """
import json, os, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

bodies = [bytes.fromhex(one) for one in json.load(sys.stdin)]
turn, visited = [b"", 200, ""], []

class Hostile(BaseHTTPRequestHandler):
    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body, status, location = turn
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Disposition", 'attachment; filename="/etc/evil"')
        self.send_header("Set-Cookie", "evil=1; Path=/")
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = do_PUT = do_PATCH = answer
    def log_message(self, *arguments):
        pass

class Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self):
        visited.append(self.headers.get("Authorization"))
    do_POST = do_PUT = do_GET
    def log_message(self, *arguments):
        pass

servers = [ThreadingHTTPServer(("127.0.0.1", 0), kind) for kind in (Hostile, Elsewhere)]
for one in servers:
    threading.Thread(target=one.serve_forever, daemon=True).start()
url, other = (f"http://127.0.0.1:{one.server_address[1]}" for one in servers)

os.environ["GNOMON_BASE_URL"] = url
import gnomon
from gnomon.sdk import guard, service  # what is imported from here on was asked for by an answer
from gnomon.sdk.public import api as _api
from gnomon.sdk.shipper.folder import RunFolder
from gnomon.sdk.shipper.ship import Ship
from gnomon.sdk.shipper.transport import Refused, Unreachable

guard.quiet = True
seen = []

def audit(event, given):
    if event == "open" and isinstance(given[0], (str, bytes)):
        path, mode, flags = given
        writes = (mode and set("wax+") & set(mode)) or (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR))
        if writes and os.fsdecode(path) != os.devnull:
            seen.append(["write", os.path.realpath(os.fsdecode(path))])
    elif event in ("os.rename", "os.remove", "os.mkdir", "os.symlink", "os.link", "shutil.rmtree"):
        seen.append(["write", os.path.realpath(os.fsdecode(given[1] if event == "os.symlink" else given[0]))])
    elif event == "import" and "evil" in str(given[0]):
        seen.append(["import", str(given[0])])
    elif event in ("os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "ctypes.dlopen", "pickle.find_class"):
        seen.append([event, str(given)[:100]])
    elif event == "socket.connect":
        seen.append(["connect", given[1][1]])

run = gnomon.init(project="p", id="r1", mode="offline", settings={"base_url": url, "silent": True})
run.log({"x": 1})
open("kept.txt", "w").write("kept")
run.save("kept.txt")
run.finish()
folder = run.sync_dir
sys.addaudithook(audit)
tried = 0

def ship():
    return Ship(RunFolder(folder), live=False, base_url=url, say=lambda text: None, patience_secs=0.0)

for body in bodies:
    for status, location in ((200, ""), (409, ""), (404, ""), (302, other + "/api/x")):
        turn[:] = [body, status, location]
        for act in (
            lambda: ship().transport().resume(("e", "p", "r")),
            lambda: ship().transport().fork(("e", "p", "r"), "s", 1),
            lambda: gnomon.restore("there.txt", run_path="e/p/r", replace=True, root="restored"),
            lambda: service.Service(url).get("/viewer"),
        ):
            try:
                act()
            except (gnomon.Error, Unreachable, Refused, OSError):
                pass
            tried += 1
    turn[:] = [body, 200, ""]
    for name in ("shipped.json", "uploads.jsonl"):
        if os.path.exists(os.path.join(folder, name)):
            os.unlink(os.path.join(folder, name))
    ship().run()
ports = [one.server_address[1] for one in servers]
print(json.dumps({"tried": tried, "seen": seen, "ports": ports, "visited": visited, "files": open("kept.txt").read()}))
"""


@pytest.mark.crash
def test_whatever_a_server_answers_the_client_stays_in_its_own_folders(begin: Any, tmp_path: Any) -> None:
    process = begin(CLIENT, {"GNOMON_NO_SHIPPER": "1"})
    all_bodies = bodies()
    assert len(all_bodies) >= 28
    out, errors = process.communicate(json.dumps([one.hex() for one in all_bodies]), timeout=120)
    assert process.returncode == 0, errors
    found = json.loads(out.splitlines()[-1])
    assert found["tried"] >= 4 * 4 * len(all_bodies)
    assert found["visited"] == []
    assert found["files"] == "kept"
    own = str(tmp_path)
    odd = [
        (what, where)
        for what, where in found["seen"]
        if not (what == "write" and where.startswith(own)) and not (what == "connect" and where == found["ports"][0])
    ]
    assert odd == []
    places = {where.removeprefix(own).split("/")[2] for what, where in found["seen"] if what == "write"}
    assert places <= {"gnomon-runs", "restored", "registry", "runs"}, places
