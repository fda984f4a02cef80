"""The locks name exact packages by their hashes, and no place to get them from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-node.lock"])
def test_a_python_lock_pins_and_hashes_every_package_and_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "file:" not in text
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[a-z0-9._-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_the_pages_lock_holds_every_platforms_packages_by_hash_and_no_address() -> None:
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        if name:
            assert "resolved" not in package, name
            assert "integrity" in package or package.get("inBundle"), name
        for wanted in package.get("optionalDependencies", {}):
            assert any(other.endswith(f"node_modules/{wanted}") for other in packages), f"{name} wants {wanted}"
