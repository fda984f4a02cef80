"""Settings: one declaration each; who wins over whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gnomon.sdk.errors import UsageError
from gnomon.sdk.settings import ALIASES, DECLARED, WITHOUT_EFFECT, Settings, from_environment, from_file, load


def test_every_setting_has_a_sentence_and_a_default_it_would_accept() -> None:
    for name, declared in DECLARED.items():
        assert declared.says.endswith("."), name
        assert declared.env or name == "stop_fn", name  # a function cannot stand in a variable
        if declared.default is not None:
            assert declared.parse(declared.default) == declared.default, name
    assert set(ALIASES.values()) <= set(DECLARED)


def test_no_two_settings_share_a_variable() -> None:
    names = [name for declared in DECLARED.values() for name in declared.env]
    assert len(names) == len(set(names))


def test_the_given_wins_over_gnomon_over_wandb_over_the_file_over_the_default(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"project": "file", "entity": "file", "run_group": "file", "run_job_type": "file"}')
    environ = {
        "GNOMON_PROJECT": "gnomon",
        "WANDB_PROJECT": "wandb",
        "GNOMON_ENTITY": "gnomon",
        "WANDB_RUN_GROUP": "wandb",
    }
    found = load(environ, Settings(project="given"), Settings(project="weaker"), file=file)
    assert (found.project, found.entity, found.run_group, found.run_job_type) == ("given", "gnomon", "wandb", "file")
    assert found.console == "auto"


@pytest.mark.parametrize(
    ("said", "meant"),
    [("online", "online"), ("run", "online"), ("shared", "online"), ("dryrun", "offline"), ("disabled", "disabled")],
)
def test_modes_have_other_names(said: str, meant: str) -> None:
    assert Settings(mode=said).mode == meant
    assert from_environment({"WANDB_MODE": said}).mode == meant


@pytest.mark.parametrize(
    ("environ", "name", "value"),
    [
        ({"WANDB_DIR": "/x"}, "root_dir", "/x"),
        ({"WANDB_NAME": "n"}, "run_name", "n"),
        ({"WANDB_TAGS": "a, b,"}, "run_tags", ("a", "b")),
        ({"WANDB_SILENT": "true"}, "silent", True),
        ({"WANDB_QUIET": "0"}, "quiet", False),
        ({"WANDB_BASE_URL": "http://h:1/"}, "base_url", "http://h:1"),
        ({"WANDB_RESUME": "must"}, "resume", "must"),
        ({"WANDB_DISABLED": "true"}, "mode", "disabled"),
        ({"WANDB_DISABLED": "true", "WANDB_MODE": "offline"}, "mode", "offline"),
        ({"GNOMON_PROJECT": "", "WANDB_PROJECT": "w"}, "project", "w"),
    ],
)
def test_variables_mean_what_users_expect(environ: dict[str, str], name: str, value: Any) -> None:
    assert getattr(from_environment(environ), name) == value


@pytest.mark.parametrize(
    ("environ", "name", "value"),
    [
        ({"WANDB_IGNORE_GLOBS": "*.ckpt,tmp/*"}, "ignore_globs", ("*.ckpt", "tmp/*")),
        ({"WANDB_GIT_COMMIT": "abc"}, "git_commit", "abc"),
        ({"WANDB_X_STATS_GPU_DEVICE_IDS": "0, 3"}, "x_stats_gpu_device_ids", (0, 3)),
        ({"WANDB_X_EXTRA_HTTP_HEADERS": '{"X-Team": "a"}'}, "x_extra_http_headers", {"X-Team": "a"}),
        ({"GNOMON_CAPTURE_LOGGERS": '{"app": "INFO"}'}, "capture_loggers", {"app": "INFO"}),
        ({"WANDB_X_STATS_OPEN_METRICS_FILTERS": "dcgm.*,node.*"}, "x_stats_open_metrics_filters", ("dcgm.*", "node.*")),
        (
            {"WANDB_X_STATS_OPEN_METRICS_FILTERS": '{"a.*": {"pod": "x.*"}}'},
            "x_stats_open_metrics_filters",
            {"a.*": {"pod": "x.*"}},
        ),
        ({"WANDB_X_PRIMARY": "false"}, "x_primary", False),
        ({"WANDB_HTTP_TIMEOUT": "20"}, "http_timeout", 20.0),
        ({"WANDB_SWEEP_ID": "s1"}, "sweep_id", "s1"),
    ],
)
def test_variables_of_all_kinds_are_read(environ: dict[str, str], name: str, value: Any) -> None:
    assert getattr(from_environment(environ), name) == value


def test_a_shared_run_is_online_and_says_so() -> None:
    assert Settings(mode="shared").shared is True
    assert Settings(mode="online").shared is False
    assert load({"WANDB_MODE": "shared"}).shared is True
    assert load({"WANDB_MODE": "shared"}, Settings(mode="online")).shared is False


def test_every_name_the_official_client_has_is_known() -> None:
    names = (Path(__file__).parent / "settings_of_the_official_client.txt").read_text().split()
    assert len(names) > 150
    assert [
        name for name in names if name not in DECLARED and name not in ALIASES | dict.fromkeys(WITHOUT_EFFECT)
    ] == []


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(UsageError, match="'progect' is not a setting .* did you mean 'project'"):
        Settings(progect="x")
    with pytest.raises(UsageError, match="'zzz'"):
        Settings().zzz = 1
    with pytest.raises(AttributeError):
        _ = Settings().zzz


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("mode", "maybe", "one of online"),
        ("mode", 3, "one of online"),
        ("console", "x", "one of auto"),
        ("base_url", "localhost", "http://"),
        ("init_timeout", "soon", "seconds"),
        ("init_timeout", -1, "0 or more"),
        ("resume", "perhaps", "one of allow"),
        ("reinit", "x", "one of default"),
        ("silent", "maybe", "true or false"),
        ("project", object(), "a string"),
        ("x_stats_pid", "me", "a whole number"),
        ("x_stats_gpu_device_ids", "a", "a whole number"),
        ("capture_loggers", ["app"], "a map"),
        ("x_extra_http_headers", "{", "JSON"),
        ("stop_fn", "stop", "a function"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_name(name: str, value: Any, why: str) -> None:
    with pytest.raises(UsageError, match=f"The setting {name} cannot be .*{why}"):
        Settings(**{name: value})


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(UsageError, match="WANDB_MODE is wrong"):
        from_environment({"WANDB_MODE": "maybe"})


def test_the_key_is_never_shown() -> None:
    settings = Settings(api_key="s" * 40)
    assert "sss" not in repr(settings)
    assert "api_key" not in dict(settings)
    with pytest.raises(UsageError) as refused:
        settings.api_key = ["secret"]  # type: ignore[assignment]
    assert "secret" not in str(refused.value)


def test_names_of_another_clients_insides_have_no_effect() -> None:
    assert Settings(start_method="fork", _service_wait=300) == Settings()


def test_a_settings_file_that_is_damaged_is_named(tmp_path: Path) -> None:
    assert from_file(tmp_path / "missing") == Settings()
    for content in ("{", "[1]", '{"zzz": 1}'):
        (tmp_path / "s.json").write_text(content)
        with pytest.raises(UsageError, match="settings file"):
            from_file(tmp_path / "s.json")


def test_false_over_true_is_false() -> None:
    assert load({"WANDB_SAVE_CODE": "true"}, Settings(save_code=False)).save_code is False


@pytest.mark.parametrize(
    "address", ["http://", "https://:8585", "http://here:0", "http://here:99999", "http://here:x", "http://[1::2"]
)
def test_an_address_that_cannot_be_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="it must name a host"):
        Settings(base_url=address)


@pytest.mark.parametrize(
    "address", ["http://here", "https://here:1/a/b", "http://[::1]:8585", "http://me:word@here:80"]
)
def test_an_address_may_have_a_port_and_a_path(address: str) -> None:
    assert Settings(base_url=address + "/").base_url == address
