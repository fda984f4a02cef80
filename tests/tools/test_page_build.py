"""The page is built once for the same sources."""

from __future__ import annotations

import gzip
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The build, with an npm that writes what the real one would."""
    spec = importlib.util.spec_from_file_location("gnomon_page_build", ROOT / "tools" / "page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.calls = []

    def npm(web: Path, *arguments: str) -> None:
        module.calls.append(arguments[0])
        made = web / ("node_modules" if arguments[0] == "ci" else "dist")
        made.mkdir(exist_ok=True)
        (made / "made.txt").write_text("x")

    monkeypatch.setattr(module, "npm", npm)
    return module


@pytest.fixture
def web(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    (folder / "src").mkdir(parents=True)
    (folder / "e2e").mkdir()
    for name in ("package.json", "package-lock.json", "src/main.ts"):
        (folder / name).write_text("{}")
    return folder


def test_building_again_without_a_change_does_nothing(page: ModuleType, web: Path) -> None:
    page.build(web)
    page.build(web)
    assert page.calls == ["ci", "run"]


def test_a_changed_source_builds_again_without_installing_again(page: ModuleType, web: Path) -> None:
    page.build(web)
    (web / "src" / "main.ts").write_text("changed")
    page.build(web)
    assert page.calls == ["ci", "run", "run"]


def test_a_changed_test_does_not_build_again(page: ModuleType, web: Path) -> None:
    page.build(web)
    (web / "src" / "main.test.ts").write_text("new")
    (web / "e2e" / "workspace.spec.ts").write_text("new")
    page.build(web)
    assert page.calls == ["ci", "run"]


def test_publishing_replaces_what_was_published_before(page: ModuleType, web: Path, tmp_path: Path) -> None:
    published = tmp_path / "page"
    published.mkdir()
    (published / "old.js").write_text("old")
    page.publish(web, published)
    assert sorted(path.name for path in published.iterdir()) == [".sources", "made.txt"]


def test_what_gets_much_shorter_is_published_packed_and_the_same_each_time(page: ModuleType, tmp_path: Path) -> None:
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<title>Gnomon</title>" * 100)
    (built / "assets" / "index-abc.js").write_text("run();" * 1000)
    (built / "assets" / "short-abc.js").write_text("run();")
    (built / "assets" / "font-abc.woff2").write_bytes(b"x" * 5000)
    page.pack(built, tmp_path / "page")
    published = {str(path.relative_to(tmp_path / "page")): path for path in (tmp_path / "page").rglob("*.*")}
    assert sorted(published) == [
        "assets/font-abc.woff2",
        "assets/index-abc.js.gz",
        "assets/short-abc.js",
        "index.html",
    ]
    packed = published["assets/index-abc.js.gz"].read_bytes()
    assert gzip.decompress(packed) == b"run();" * 1000
    page.pack(built, tmp_path / "again")
    assert (tmp_path / "again" / "assets" / "index-abc.js.gz").read_bytes() == packed
