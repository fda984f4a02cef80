"""What `wandb` is in such a process: the same state as `gnomon`, and modules where integrations import them."""

from __future__ import annotations

import subprocess
import sys

from gnomon.sdk import stand_in
from tests.sdk.stand_in.conftest import Scripts


def test_wandb_and_gnomon_are_one_state(scripts: Scripts) -> None:
    scripts.says(
        """
        import json, wandb, gnomon
        assert wandb.run is None and gnomon.run is None
        run = wandb.init(project="p", config={"lr": 1}, settings={"console": "off"})
        assert wandb.run is run is gnomon.run and type(run) is wandb.Run is gnomon.Run
        assert wandb.config is gnomon.config and wandb.config.lr == 1
        wandb.config.epochs = 3
        wandb.log({"loss": 0.5})
        wandb.summary["best"] = 1
        assert gnomon.config["epochs"] == 3 and gnomon.summary["best"] == 1 and run.step == 1
        wandb.finish()
        assert wandb.run is None and gnomon.run is None
        wandb.run = "mine"
        assert gnomon.run == "mine"
        gnomon.run = None
        assert wandb.run is None
        wandb.added = 1
        assert gnomon.added == 1
        del wandb.added
        assert not hasattr(gnomon, "added") and not hasattr(wandb, "added")
        print(json.dumps(True))
        """
    )


def test_what_a_test_replaces_is_replaced_and_put_back(scripts: Scripts) -> None:
    scripts.says(
        """
        import json, wandb, gnomon
        from unittest import mock
        kept = gnomon.init
        with mock.patch("wandb.init") as fake, mock.patch("wandb.log") as log:
            assert wandb.init is gnomon.init is fake
            wandb.log({})
            log.assert_called_once_with({})
        assert wandb.init is gnomon.init is kept
        print(json.dumps(True))
        """
    )


def test_classes_are_the_same_by_every_name_and_in_pickles(scripts: Scripts) -> None:
    scripts.says(
        """
        import json, pickle, wandb, gnomon
        from wandb.sdk.data_types.image import Image
        from wandb.sdk.wandb_run import Run
        from wandb.wandb_run import Run as Older
        from wandb.sdk.wandb_settings import Settings
        from wandb.sdk.wandb_config import Config
        from wandb.sdk.lib import RunDisabled
        from wandb.sdk.lib.config_util import ConfigError
        from wandb.sdk.data_types.base_types.wb_value import WBValue
        assert Image is wandb.Image is gnomon.Image and Run is Older is gnomon.Run
        assert wandb.sdk.wandb_run.Run is Run and Settings is wandb.Settings and Config is wandb.Config
        assert pickle.loads(pickle.dumps(wandb.Image)) is gnomon.Image
        assert issubclass(ConfigError, wandb.errors.UsageError)
        assert wandb.errors.Error is wandb.Error is gnomon.errors.Error
        run = wandb.init(mode="disabled")
        assert isinstance(run, (Run, RunDisabled)) and not isinstance(run, RunDisabled)
        import wandb.errors.term, wandb.proto.wandb_telemetry_pb2
        assert not isinstance(3, WBValue) and not isinstance("a", WBValue)
        print(json.dumps(True))
        """
    )


def test_integrations_find_the_small_things_they_use(scripts: Scripts) -> None:
    scripts.environ.pop("WANDB_SILENT")
    done = scripts.run(
        str(
            scripts.write(
                """
                import os, wandb, wandb.env
                from wandb.sdk.lib import telemetry
                from wandb.sdk.lib.runid import generate_id
                wandb.termlog("shown once", repeat=False)
                wandb.termlog("shown once", repeat=False)
                wandb.termwarn("be\\nwarned")
                wandb.errors.term.termerror("alone", prefix=False)
                wandb.env.set_project("mine")
                assert os.environ["WANDB_PROJECT"] == "mine" == wandb.env.get_project() and wandb.env.is_offline()
                assert wandb.env.PROJECT == "WANDB_PROJECT"
                assert len(generate_id()) == len(wandb.util.generate_id()) == 8
                with telemetry.context(run=None) as record:
                    record.feature.keras = True
                wandb.ensure_configured()
                assert wandb.api.api_key is None
                os.environ["WANDB_API_KEY"] = "a" * 40
                assert wandb.api.api_key == "a" * 40
                assert wandb.sdk.lib.ipython.in_jupyter() is False
                assert wandb.join is wandb.finish and wandb.wandb_sdk is wandb.sdk and wandb.wandb_lib is wandb.sdk.lib
                assert {"init", "termlog", "sdk", "join"} <= set(dir(wandb)) and "finish" in wandb.__all__
                """
            )
        )
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "gnomon: shown once\ngnomon: WARNING be\ngnomon: warned\nERROR alone\n"


def test_every_name_of_the_tables_is_there(scripts: Scripts) -> None:
    scripts.says(
        """
        import importlib, json, wandb
        from gnomon.sdk.stand_in.names import FRONT, MODULES, SAME
        frameworks = ("keras", "xgboost", "lightgbm", "catboost", "sacred", "tensorflow", "integration.yolov8")
        for name in SAME:
            if name not in frameworks:
                importlib.import_module(f"wandb.{name}")
            elif "." not in name:
                assert not hasattr(wandb, name) or name in dir(wandb)
        for name, made in MODULES.items():
            module = importlib.import_module(f"wandb.{name}")
            assert set(made.names) <= set(dir(module)), name
            for each in made.names:
                getattr(module, each)
            for each in made.of:
                importlib.import_module(each)
        for name in FRONT:
            getattr(wandb, name)
        assert wandb.plot is importlib.import_module("gnomon.plot") and wandb.Table is wandb.data_types.Table
        assert wandb.helper.parse_config({"a": 1, "b": 2}, exclude=["a"]) == {"b": 2}
        assert wandb.setup().settings.sweep_id is None
        print(json.dumps(True))
        """
    )


def test_what_wandb_does_not_have_is_said_in_its_name(scripts: Scripts) -> None:
    done = scripts.run("-c", "import wandb; wandb.no_such_thing")
    assert "AttributeError: module 'wandb' has no attribute 'no_such_thing'" in done.stderr
    done = scripts.run("-c", "import wandb.no_such_module")
    assert "No module named 'wandb.no_such_module'" in done.stderr
    done = scripts.run("-c", "from wandb.sdk.lib import no_such_thing")
    assert "cannot import name 'no_such_thing' from 'wandb.sdk.lib'" in done.stderr


def test_a_notebook_takes_the_place_by_a_call(scripts: Scripts, real_wandb: object) -> None:
    path = scripts.write(
        """
        from gnomon.sdk import stand_in
        stand_in.use()
        stand_in.use()
        import os, subprocess, sys, wandb, gnomon
        assert wandb.init is gnomon.init and sys.path.count(stand_in.PATH) == 1
        subprocess.run([sys.executable, "-c", "import wandb, gnomon; assert wandb.init is gnomon.init"], check=True)
        """
    )
    done = subprocess.run([sys.executable, str(path)], env=scripts.environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    late = scripts.write("import wandb\nfrom gnomon.sdk import stand_in\nstand_in.use()")
    done = subprocess.run([sys.executable, str(late)], env=scripts.environ, capture_output=True, text=True, timeout=60)
    assert "ImportError: wandb was imported already, from" in done.stderr


def test_what_stood_on_the_path_still_stands_there() -> None:
    path = stand_in.PATH
    for before, after in ((None, path), ("", path), (":/a", f"{path}::/a"), (f"/a:{path}", f"{path}:/a")):
        environ = {} if before is None else {"PYTHONPATH": before}
        assert stand_in.environment({**environ, "X": "1"}) == {"PYTHONPATH": after, "X": "1"}
