"""The names under which users and integrations import the public API."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import gnomon
from gnomon.apis import InternalApi, PublicApi
from gnomon.apis.public import Api, Run, Runs
from gnomon.sdk.public.internal import InternalApi as Internal


def test_the_api_has_one_class_under_every_name() -> None:
    assert gnomon.Api is Api is PublicApi is gnomon.apis.Api is gnomon.apis.public.Api
    assert InternalApi is Internal is gnomon.apis.internal.Api
    assert Run.__module__ == "gnomon.sdk.public.run" and Runs.__module__ == "gnomon.sdk.public.runs"
    with pytest.raises(AttributeError, match="no_such_name"):
        gnomon.apis.no_such_name  # noqa: B018


def test_importing_gnomon_does_not_load_the_api() -> None:
    code = "import sys, gnomon; assert not [name for name in sys.modules if name.startswith('gnomon.sdk.public')]"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_api_loads_no_table_library_by_itself() -> None:
    code = "import sys, gnomon; gnomon.Api; assert not {'numpy', 'pandas', 'polars', 'yaml'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_integrations_ask_the_internal_one_who_is_signed_in_where(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_BASE_URL", "http://localhost:1234")
    monkeypatch.setenv("WANDB_PROJECT", "p")
    asked = InternalApi()
    assert asked.api_url == "http://localhost:1234" and asked.settings("project") == "p"
    assert asked.api_key is None and not asked.is_authenticated
    monkeypatch.setenv("WANDB_API_KEY", "k" * 40)
    assert InternalApi().api_key == "k" * 40 and InternalApi().is_authenticated
    assert asked.settings()["entity"] is None and asked.settings("project", section="other") is None
    assert InternalApi({"project": "q"}, load_settings=False).settings("project") == "q"
