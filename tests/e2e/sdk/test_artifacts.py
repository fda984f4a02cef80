"""Artifacts from a script to a server and back, whatever happens on the way."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.sdk.programs import ROOT, environ, run
from tests.wandb_clients.serving import Served

pytestmark = pytest.mark.e2e

OFFICIAL = ROOT / ".clients" / "0.31.0" / "bin" / "python"


def script(served: Served, base: Path, program: str, **more: Any) -> str:
    """Run a program that says `import gnomon as wandb`; what it printed."""
    head = "import json, os, time\nimport gnomon as wandb\n"
    base.mkdir(exist_ok=True)
    return run(served, base, [sys.executable, "-c", head + program], **more).stdout


LOGS = """
for name, size in (("a.txt", 5), ("d/b.bin", 300_000), ("d/empty", 0), ("d/e/c.txt", 70_000)):
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    open(name, "wb").write((name * size)[:size].encode())
run = wandb.init(project=PROJECT)
artifact = wandb.Artifact("files", "dataset", description="words", metadata={"rows": 3})
artifact.add_file("a.txt", name="top/a.txt")
artifact.add_dir("d")
with artifact.new_file("made.txt") as file:
    file.write("made")
artifact.add_reference("https://example.invalid/x", name="far", checksum=False)
run.log_artifact(artifact, aliases=["best"])
artifact.wait()
print(json.dumps([artifact.version, artifact.digest, artifact.size, sorted(artifact.manifest.entries)]))
run.finish()
"""


def test_both_clients_make_the_same_version(served: Served, tmp_path: Path) -> None:
    """What one logged is the latest version for the other: nothing is sent again, and no version is added."""
    if not OFFICIAL.exists():
        pytest.skip("the official client is not installed")
    program = LOGS.replace("PROJECT", "'same'")
    ours = script(served, tmp_path / "ours", program)
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    more = {"WANDB_BASE_URL": served.url, "WANDB_API_KEY": served.key, "PYTHONPATH": "", "WANDB_SILENT": "true"}
    done = run(served, theirs, [str(OFFICIAL), "-c", "import json, os, time\nimport wandb\n" + program], more=more)
    assert json.loads(ours.splitlines()[-1]) == json.loads(done.stdout.splitlines()[-1])


def test_a_version_is_logged_used_changed_and_linked(served: Served, tmp_path: Path) -> None:
    script(served, tmp_path, LOGS.replace("PROJECT", "'life'"))
    printed = script(served, tmp_path, """
run = wandb.init(project="life")
used = run.use_artifact("files:best", type="dataset")
folder = used.download(allow_missing_references=True)
assert folder == "./artifacts/files:v0", folder
assert open(f"{folder}/top/a.txt").read() == "a.txta"[:5]
assert os.path.getsize(f"{folder}/b.bin") == 300_000 and os.path.getsize(f"{folder}/empty") == 0
used.verify() if not used.manifest.entries.pop("far") else None
open(f"{folder}/b.bin", "ab").write(b"x")
try:
    used.verify()
except ValueError as error:
    assert "Digest mismatch for file: b.bin" in str(error)
else:
    raise AssertionError("a changed file was not seen")
used.download()
used.verify()
open(f"{folder}/more", "w").write("x")
used.checkout(folder)
assert not os.path.exists(f"{folder}/more")
assert used.get_entry("b.bin").download("one") == "one/b.bin"
assert sorted(os.listdir(used.download("part", path_prefix="e/"))) == ["e"]
used.aliases.append("good")
used.tags = ["seen"]
used.metadata["more"] = [1]
used.description = "other words"
used.save()
again = wandb.Api().artifact("life/files:good")
assert (again.tags, again.metadata, again.description) == (["seen"], {"rows": 3, "more": [1]}, "other words")
draft = again.new_draft()
draft.remove("e")
with draft.new_file("new") as file:
    file.write("new")
run.log_artifact(draft)
draft.wait()
assert draft.version == "v1" and "e/c.txt" not in draft.manifest.entries
assert draft.manifest.entries["b.bin"].size == 300_000
linked = run.link_artifact(draft, "life/shown", aliases=["prod"])
assert linked.is_link and linked.source_name == "files:v1" and sorted(linked.aliases) == ["latest", "prod"]
assert [one.qualified_name for one in draft.linked_artifacts] == ["ann/life/shown:v0"]
assert linked.source_artifact.qualified_name == "ann/life/files:v1"
linked.unlink()
assert draft.linked_artifacts == []
try:
    run.use_artifact("files:nothing")
except wandb.CommError as error:
    assert "nothing" in str(error)
again.delete(delete_aliases=True)
run.finish()
print(run.id)
""")  # fmt: skip
    run_id = printed.split()[-1]
    told = served.ask("GET", f"/api/runs/ann/life/{run_id}/artifacts")
    assert [one["version"] for one in told["logged"]] == ["v1"]


def test_values_come_back_from_an_artifact(served: Served, tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    script(served, tmp_path, """
import numpy as np
pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
run = wandb.init(project="values")
artifact = wandb.Artifact("objects", "things")
artifact.add(wandb.Image(pixels, caption="four"), "picture")
artifact.add(wandb.Table(columns=["n", "i"], data=[[1, wandb.Image(pixels)], [2, wandb.Image(255 - pixels)]]), "table")
run.log_artifact(artifact).wait()
found = wandb.Api().artifact("values/objects:latest")
table = found.get("table")
assert [row[0] for row in table.data] == [1, 2], table.data
assert found["picture"] is not None and "picture" in found and "nothing" not in found
assert found.get("nothing") is None
other = wandb.Artifact("refers", "things")
(entry,) = other.add_reference(found.get_entry("picture"), name="there.image-file.json")
run.log_artifact(other).wait()
fetched = other.download("down")
assert open(f"{fetched}/there.image-file.json").read() == open(found.get_entry("picture").download()).read()
run.log({"t": wandb.Table(columns=["a"], data=[[1], [2]])})
run.finish()
versions = wandb.Api().artifacts("run_table", f"values/run-{run.id}-t")
assert len(versions) == 1 and versions[0].get("t").data == [[1], [2]]
""")  # fmt: skip


def test_several_processes_make_one_version(served: Served, tmp_path: Path) -> None:
    printed = script(served, tmp_path, """
for number in range(3):
    run = wandb.init(project="many", group="all")
    part = wandb.Artifact("shards", "dataset")
    with part.new_file(f"part-{number}") as file:
        file.write(str(number))
    (run.finish_artifact if number == 2 else run.upsert_artifact)(part)
    part.wait()
    run.finish()
found = wandb.Api().artifact("many/shards:v0")
print(json.dumps(sorted(found.manifest.entries)))
more = wandb.init(project="many")
add = wandb.Artifact("shards", "dataset", incremental=True)
with add.new_file("later") as file:
    file.write("x")
more.log_artifact(add).wait()
print(json.dumps(sorted(add.manifest.entries)))
more.finish()
""")  # fmt: skip
    first, second = map(json.loads, printed.splitlines()[-2:])
    assert first == ["part-0", "part-1", "part-2"]
    assert second == ["later", *first]


def test_an_offline_run_brings_its_versions_later_once(served: Served, tmp_path: Path) -> None:
    more = {"GNOMON_MODE": "offline"}
    printed = script(served, tmp_path, """
run = wandb.init(project="later")
artifact = wandb.Artifact("kept", "dataset")
with artifact.new_file("a") as file:
    file.write("a")
with artifact.new_file("big", "wb") as file:
    file.write(bytes(2_000_000))
run.log_artifact(artifact)
run.log_artifact(artifact, aliases=["again"])
run.link_artifact(artifact, "shelf")
try:
    artifact.wait()
except AttributeError as error:
    assert "gnomon sync" in str(error)
run.finish()
print(run.dir)
""", more=more)  # fmt: skip
    folder = Path(printed.split()[-1]).parent
    assert len(list((folder / "artifacts").glob("*.wanted"))) == 3
    for _ in range(2):
        run(served, tmp_path, [sys.executable, "-m", "gnomon", "sync", str(folder)])
    page = served.ask("GET", "/api/artifacts/ann/later/collections/kept/versions")
    assert [(one["version"], one["aliases"]) for one in page["versions"]] == [("v0", ["latest", "again"])]
    assert [one["name"] for one in served.ask("GET", "/api/artifacts/ann/later/collections")] == ["shelf", "kept"]
    assert not list((folder / "artifacts").glob("*.wanted"))
    assert [path for path in (folder / "artifacts").iterdir() if path.is_dir()] == []


def test_an_immutable_file_that_changes_fails_the_version(served: Served, tmp_path: Path) -> None:
    printed = script(served, tmp_path, """
open("ckpt", "wb").write(bytes(1_000_000))
run = wandb.init(project="frozen")
artifact = wandb.Artifact("ckpt", "model")
artifact.add_file("ckpt", policy="immutable")
open("ckpt", "r+b").write(b"changed")
run.log_artifact(artifact)
try:
    artifact.wait(60)
except ValueError as error:
    print(error)
good = wandb.Artifact("ckpt", "model")
good.add_file("ckpt", policy="immutable")
run.log_artifact(good).wait(60)
print(good.version, os.listdir(os.path.join(os.path.dirname(run.dir), "artifacts")))
run.finish()
""")  # fmt: skip
    assert "ckpt was changed after it was added as 'ckpt' with the policy 'immutable'" in printed
    assert "v0" in printed


def test_a_wrong_type_fails_the_version_and_not_the_training(served: Served, tmp_path: Path) -> None:
    script(served, tmp_path, """
run = wandb.init(project="types")
for kind in ("dataset", "model"):
    artifact = wandb.Artifact("thing", kind)
    with artifact.new_file("a") as file:
        file.write(kind)
    run.log_artifact(artifact)
    run.log({"loss": 1})
try:
    artifact.wait(60)
except ValueError as error:
    assert "has the type 'dataset', not 'model'" in str(error), error
else:
    raise AssertionError("it was logged")
run.finish()
""")  # fmt: skip


def test_models_are_logged_used_and_linked(served: Served, tmp_path: Path) -> None:
    script(served, tmp_path, """
open("net.pt", "wb").write(b"weights")
run = wandb.init(project="models")
run.log_model("net.pt", name="net", aliases=["best"])
run.link_model("net.pt", "shown", name="net", aliases=["prod"]).wait()
path = run.use_model("net:best")
assert open(path, "rb").read() == b"weights", path
assert wandb.Api().artifact("model-registry/shown:prod").source_name == "net:v0"
open("main.py", "w").write("x = 1")
code = run.log_code(".").wait()
assert code.type == "code" and sorted(code.manifest.entries) == ["main.py"], code.manifest.entries
assert run.log_code(".", include_fn=lambda path: False) is None
run.log_artifact("net.pt", name="bare", type="file").wait()
made = wandb.Api().artifact("models/bare:latest")
assert made.logged_by().id == run.id
user = wandb.init(project="models", reinit="finish_previous")
user.use_artifact(made)
user.finish()
assert [one.id for one in wandb.Api().artifact("models/bare:v0").used_by()] == [user.id]
""")  # fmt: skip


def test_a_killed_shipper_loses_nothing_and_doubles_nothing(served: Served, tmp_path: Path) -> None:
    program = """
import random, sys
run = wandb.init(project="killed")
print(run.dir, flush=True)
for number in range(4):
    artifact = wandb.Artifact("data", "dataset", metadata={"n": number})
    source = random.Random(number)
    for one in range(400):
        with artifact.new_file(f"small/{one}", "wb") as file:
            file.write(source.randbytes(1000))
    with artifact.new_file("large", "wb") as file:
        file.write(source.randbytes(20_000_000))
    run.log_artifact(artifact)
    artifact.wait(120)
    print(artifact.version, artifact.digest, flush=True)
run.finish()
print("done", flush=True)
"""
    head = "import json, os, time\nimport gnomon as wandb\n"
    process = subprocess.Popen(
        [sys.executable, "-c", head + program], cwd=tmp_path, env=environ(served, tmp_path), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip()).parent
    kills = 0
    while process.poll() is None and kills < 8:
        time.sleep(0.3)
        pid = shipper_of(folder)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            kills += 1
    output, errors = process.communicate(timeout=120)
    assert output.splitlines()[-1] == "done", output + errors
    assert kills >= 3
    page = served.ask("GET", "/api/artifacts/ann/killed/collections/data/versions")
    assert [one["version"] for one in page["versions"]] == ["v3", "v2", "v1", "v0"]
    assert [one["file_count"] for one in page["versions"]] == [401] * 4
    assert [one["metadata"] for one in page["versions"]] == [{"n": 3}, {"n": 2}, {"n": 1}, {"n": 0}]
    assert {one["digest"] for one in page["versions"]} == {line.split()[1] for line in output.splitlines()[:-1]}


def shipper_of(folder: Path) -> int | None:
    """The process that ships a run folder."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if os.fsencode(str(folder)) in command and any(b"shipper" in part for part in command):
                return int(entry.name)
    return None


def test_a_file_written_to_while_it_is_logged_is_never_a_mixture(served: Served, tmp_path: Path) -> None:
    """P-S18: fifty races of a thread that rewrites in place, renames and truncates."""
    script(served, tmp_path, """
import threading
SIZE = 1 << 20
def in_place(n):
    with open("ckpt", "r+b") as file:
        for _ in range(4):
            file.write(bytes([n % 256]) * (SIZE // 4))
def renamed(n):
    open("new", "wb").write(bytes([n % 256]) * SIZE)
    os.replace("new", "ckpt")
def truncated(n):
    with open("ckpt", "wb") as file:
        for _ in range(4):
            file.write(bytes([n % 256]) * (SIZE // 4))
ended, pause, number = threading.Event(), [0.0], 0
def write():
    global number
    while not ended.wait(pause[0]):
        number += 1
        (in_place, renamed, truncated)[number % 3](number)
open("ckpt", "wb").write(bytes(SIZE))
run = wandb.init(project="races")
thread = threading.Thread(target=write)
thread.start()
logged, failed = [], 0
for race in range(50):
    pause[0] = (0.0, 0.01, 0.03, 0.05, 0.1)[race % 5]
    artifact = wandb.Artifact("ckpt", "model")
    try:
        artifact.add_file("ckpt", policy=("mutable", "mutable", "immutable")[race % 3])
        logged.append(run.log_artifact(artifact))
    except ValueError:
        failed += 1
ended.set()
thread.join()
for artifact in logged:
    try:
        artifact.wait(60)
    except ValueError:
        failed += 1
        continue
    data = open(artifact.file("down"), "rb").read()
    blocks = [data[at:at + SIZE // 4] for at in range(0, len(data), SIZE // 4)]
    assert all(block == block[:1] * (SIZE // 4) for block in blocks), f"{artifact.name} is a mixture"
    values = [block[0] for block in blocks]  # what one moment shows of a file that is being rewritten
    new = values.count(values[0]) if values else 0
    assert values == values[:1] * new + [(values[0] - 1) % 256 for _ in values[new:]], f"{artifact.name}: {values}"
print(len(logged), failed)
run.finish()
""", timeout=240)  # fmt: skip


def test_a_server_that_goes_away_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    server = Served(tmp_path / "own")
    try:
        program = """
run = wandb.init(project="outage")
first = wandb.Artifact("a", "t")
with first.new_file("x") as file:
    file.write("x")
run.log_artifact(first).wait(60)
print("ready", flush=True)
input()
second = wandb.Artifact("a", "t")
with second.new_file("x", "wb") as file:
    file.write(bytes(5_000_000))
run.log_artifact(second)
try:
    second.wait(1)
except TimeoutError:
    print("waits", flush=True)
input()
second.wait(60)
print(second.version, flush=True)
run.finish()
"""
        process = subprocess.Popen(
            [sys.executable, "-c", "import gnomon as wandb\n" + program], cwd=tmp_path, env=environ(server, tmp_path),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None and process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        server.kill()
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "waits\n"
        server.start()
        output, errors = process.communicate("\n", timeout=90)
        assert output == "v1\n", errors
    finally:
        server.stop()


def test_artifacts_from_the_command_line(served: Served, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a").write_bytes(os.urandom(300_000))
    gnomon = [sys.executable, "-m", "gnomon", "artifact"]
    more = {"GNOMON_CACHE_DIR": str(tmp_path / "cache")}
    put = run(served, tmp_path, [*gnomon, "put", "d", "-n", "cli/data", "-t", "set", "-a", "one", "--json"], more=more)
    told = json.loads(put.stdout)
    assert (told["name"], told["version"], told["type"], told["files"]) == ("data", "v0", "set", 1)
    assert sorted(told["aliases"]) == ["latest", "one"]
    got = run(served, tmp_path, [*gnomon, "get", "cli/data:one", "--root", "out", "--json"], more=more)
    assert json.loads(got.stdout)["folder"] == str(tmp_path / "out")
    assert (tmp_path / "out" / "a").read_bytes() == (tmp_path / "d" / "a").read_bytes()
    listed = run(served, tmp_path, [*gnomon, "ls", "cli"], more=more).stdout
    assert listed.split()[0] == "set" and listed.split()[-1] == "data:v0"
    cleaned = run(served, tmp_path, [*gnomon, "cache", "cleanup", "0", "--remove-temp", "--json"], more=more)
    assert json.loads(cleaned.stdout)["freed_bytes"] == 300_000
    refused = run(served, tmp_path, [*gnomon, "get", "cli/gone"], succeeds=False, more=more)
    assert refused.returncode == 1 and "gone" in refused.stderr and "Traceback" not in refused.stderr


def test_fetched_files_are_kept_and_checked(served: Served, tmp_path: Path) -> None:
    script(served, tmp_path, """
open("big", "wb").write(os.urandom(3_000_000))
run = wandb.init(project="cached")
run.log_artifact("big", name="big", type="t").wait()
run.finish()
""", more={"GNOMON_CACHE_DIR": str(tmp_path / "cache")})  # fmt: skip
    (kept,) = [path for path in (tmp_path / "cache" / "artifacts" / "md5").rglob("*") if path.is_file()]
    assert kept.name == hashlib.md5((tmp_path / "big").read_bytes()).hexdigest()
    kept.chmod(0o644)
    kept.write_bytes(bytes(3_000_000))  # damaged
    printed = script(served, tmp_path, """
found = wandb.Api().artifact("cached/big:latest")
assert open(found.file("one"), "rb").read() == open("big", "rb").read()
assert open(found.download("two", multipart=True) + "/big", "rb").read() == open("big", "rb").read()
assert open(found.download("three", skip_cache=True) + "/big", "rb").read() == open("big", "rb").read()
print("same")
""", more={"GNOMON_CACHE_DIR": str(tmp_path / "cache")})  # fmt: skip
    assert printed == "same\n"
    assert hashlib.md5(kept.read_bytes()).hexdigest() == kept.name
    shutil.rmtree(tmp_path / "cache")


def test_the_public_api_lists_what_there_is(served: Served, tmp_path: Path, api: Any) -> None:
    script(served, tmp_path, """
run = wandb.init(project="listed")
for kind, name in (("dataset", "words"), ("dataset", "images"), ("model", "net")):
    for number in range(3):
        artifact = wandb.Artifact(name, kind)
        with artifact.new_file("a/b.txt") as file:
            file.write(f"{name} {number}")
        aliases, tags = ["first"] if number == 0 else None, ["even"] if number % 2 == 0 else None
        run.log_artifact(artifact, aliases=aliases, tags=tags)
        artifact.wait(60)
run.finish()
""")  # fmt: skip
    assert [one.name for one in api.artifact_types("ann/listed")] == ["dataset", "model"]
    kind = api.artifact_type("dataset", "ann/listed")
    assert [one.name for one in kind.collections(order="name")] == ["images", "words"]
    assert [one.name for one in kind.collections(filters={"name": {"$regex": "^w"}})] == ["words"]
    assert kind.load()["collections"] == 2
    versions = api.artifacts("dataset", "listed/words", per_page=2)
    assert (len(versions), [one.version for one in versions]) == (3, ["v2", "v1", "v0"])
    assert [one.version for one in api.artifacts("dataset", "listed/words", tags="even")] == ["v2", "v0"]
    assert [one.version for one in api.artifacts("dataset", "listed/words", order="version")] == ["v0", "v1", "v2"]
    (file,) = versions[0].files()
    with file.download(str(tmp_path / "f")) as opened:
        assert (file.name, file.size, opened.read()) == ("a/b.txt", 7, "words 2")
    assert list(versions[0].files(names=["none"])) == []
    collection = api.artifact_collection("dataset", "listed/words")
    assert (collection.aliases, collection.is_sequence(), collection.type) == (["first", "latest"], True, "dataset")
    collection.description, collection.tags, collection.name = "of a book", ["text"], "texts"
    collection.save()
    assert api.artifact("listed/texts:first").version == "v0"
    collection.change_type("corpus")
    again = api.artifact_collection("corpus", "listed/texts")
    assert (again.description, again.tags) == ("of a book", ["text"])
    assert api.artifact_collection_exists("listed/texts", "corpus")
    assert not api.artifact_collection_exists("listed/texts", "dataset")
    assert api.artifact_exists("listed/net:v2") and not api.artifact_exists("listed/net:v9")
    with pytest.raises(ValueError):
        api.artifact("listed/net:v0", type="dataset")
    again.delete()
    assert not api.artifact_exists("listed/texts:v0")
    (run_,) = api.runs("ann/listed")
    assert len(run_.logged_artifacts()) == 6
    assert list(run_.used_artifacts()) == []
    used = run_.use_artifact(api.artifact("listed/net:v0"), use_as="base")
    assert [one.name for one in run_.used_artifacts()] == [used.name] == ["net:v0"]
    assert "more" in run_.log_artifact(api.artifact("listed/net:v1"), aliases=["more"]).aliases


def test_a_large_file_goes_in_parts_and_on_after_a_cut(
    served: Served, tmp_path: Path, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gnomon.sdk.artifacts.record import Item, Wanted
    from gnomon.sdk.shipper import asking, version
    from gnomon.sdk.shipper.transport import Transport, Unreachable

    monkeypatch.setattr(version, "PARTS_FROM_BYTES", 1_000_000)
    monkeypatch.setattr(version, "PART_BYTES", 600_000)
    (tmp_path / "large").write_bytes(os.urandom(5_000_000))
    sent: list[str] = []

    class Line(Transport):
        left = 4

        def request(self, method: str, path: str, *given: Any, **named: Any) -> Any:
            if "/parts/" in path:
                if Line.left == 0:
                    raise Unreachable("cut")
                Line.left -= 1
                sent.append(path.rpartition("/")[2])
            return super().request(method, path, *given, **named)

    lines = asking.Connections(lambda: Line(served.url, lambda: served.key))
    wanted = Wanted(
        client_id="p" * 64, sequence_client_id="s" * 64, name="large", type="t", logs=False,
        entries={"large": Item(source="large")},
    )  # fmt: skip
    with pytest.raises(Unreachable):
        version.Version(tmp_path, wanted, lines, ("-", "cuts", "x"), lambda _: None).make()
    assert len(sent) == 4
    Line.left = 100
    made = version.Version(tmp_path, wanted, lines, ("-", "cuts", "x"), lambda _: None).make()
    assert sorted(map(int, sent)) == list(range(1, 10))  # each of them once
    assert (made.state, made.version) == ("COMMITTED", "v0")
    lines.close()
    place = api.artifact("cuts/large:v0").download(str(tmp_path / "down"))
    assert Path(place, "large").read_bytes() == (tmp_path / "large").read_bytes()


def test_a_server_that_is_killed_again_and_again_has_each_version_once(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    server = Served(tmp_path / "own")
    program = """
import random
run = wandb.init(project="server")
for number in range(4):
    artifact = wandb.Artifact("data", "dataset")
    source = random.Random(number)
    for one in range(300):
        with artifact.new_file(f"small/{one}", "wb") as file:
            file.write(source.randbytes(1000))
    with artifact.new_file("large", "wb") as file:
        file.write(source.randbytes(15_000_000))
    run.log_artifact(artifact)
    artifact.wait(150)
    print(artifact.version, artifact.digest, flush=True)
run.finish()
"""
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", "import gnomon as wandb\n" + program], cwd=tmp_path, env=environ(server, tmp_path),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        kills = 0
        while process.poll() is None and kills < 5:
            time.sleep(0.8)
            server.kill()
            kills += 1
            server.start()
        output, errors = process.communicate(timeout=200)
        lines = output.splitlines()
        assert [line.split()[0] for line in lines] == ["v0", "v1", "v2", "v3"], errors
        page = server.ask("GET", "/api/artifacts/ann/server/collections/data/versions")
        assert [one["digest"] for one in page["versions"]] == [line.split()[1] for line in reversed(lines)]
        script(server, tmp_path, """
for number in range(4):
    found = wandb.Api().artifact(f"server/data:v{number}")
    folder = found.download(f"down-{number}")
    found.verify(folder)
""")  # fmt: skip
        server.stop()
        checked = subprocess.run(
            [sys.executable, "-m", "gnomon", "admin", "check", "--data", str(server.data)], capture_output=True,
            text=True, timeout=60, check=False,
        )  # fmt: skip
        assert checked.returncode == 0, checked.stdout + checked.stderr
    finally:
        server.stop()
