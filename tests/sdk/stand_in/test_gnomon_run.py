"""`gnomon run`: what a process sees of wandb, and that nothing else is other than with `python`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sdk.stand_in.conftest import GNOMON, Scripts

WHOSE = """
import importlib.metadata, importlib.util, json, sys
import wandb, gnomon
def whose():
    import wandb
    return [wandb.init is gnomon.init, importlib.metadata.version("wandb")]
"""


def test_wandb_is_gnomon_where_it_is_looked_for(scripts: Scripts) -> None:
    found = scripts.says(
        """
        import importlib.metadata, importlib.util, json
        spec = importlib.util.find_spec("wandb")
        import wandb, gnomon
        names = importlib.metadata.packages_distributions()["wandb"]
        print(json.dumps({
            "spec": spec.name, "file": wandb.__file__ == spec.origin, "version": wandb.__version__,
            "metadata": importlib.metadata.version("wandb"), "names": names,
            "below": importlib.util.find_spec("wandb.sdk.wandb_run").name,
            "nothing": importlib.util.find_spec("wandb.nothing_of_the_kind"), "same": wandb.init is gnomon.init,
        }))
        """
    )
    assert found["spec"] == "wandb" and found["file"] and found["same"]
    assert found["version"] == found["metadata"] and found["version"] >= "0.28"
    assert found["names"] == ["wandb"]
    assert found["below"] == "wandb.sdk.wandb_run" and found["nothing"] is None


def test_ours_wins_over_one_that_is_installed(scripts: Scripts, real_wandb: Path) -> None:
    assert scripts.says(WHOSE + "print(json.dumps(whose()))") == [True, "0.28.0"]


def test_a_folder_of_runs_named_wandb_is_no_package(scripts: Scripts) -> None:
    (scripts.place / "wandb" / "run-1").mkdir(parents=True)
    assert scripts.says(WHOSE + "print(json.dumps(whose()))") == [True, "0.28.0"]


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_of_multiprocessing_have_it_too(scripts: Scripts, real_wandb: Path, method: str) -> None:
    found = scripts.says(
        WHOSE
        + f"""
import multiprocessing
if __name__ == "__main__":
    with multiprocessing.get_context({method!r}).Pool(2) as pool:
        print(json.dumps(pool.apply(whose)))
"""
    )
    assert found == [True, "0.28.0"]


def test_workers_of_joblib_have_it_too(scripts: Scripts, real_wandb: Path) -> None:
    pytest.importorskip("joblib")
    found = scripts.says(
        WHOSE
        + """
import joblib
if __name__ == "__main__":
    print(json.dumps(joblib.Parallel(n_jobs=2, backend="loky")(joblib.delayed(whose)() for _ in range(2))))
"""
    )
    assert found == [[True, "0.28.0"]] * 2


def test_programs_in_between_hand_it_on(scripts: Scripts, real_wandb: Path) -> None:
    child = scripts.write(WHOSE + "print(json.dumps(whose()))", "child.py")
    done = scripts.run("--", "sh", "-c", f"{sys.executable} {child}")
    assert json.loads(done.stdout) == [True, "0.28.0"], done.stderr


def test_a_run_begun_in_the_script_is_logged_to_by_its_workers(scripts: Scripts) -> None:
    found = scripts.says(
        """
        import json, multiprocessing, wandb, gnomon
        def work(run, n):
            run.log({"n": n})
            return type(run) is wandb.Run is gnomon.Run
        if __name__ == "__main__":
            run = wandb.init(project="p", settings={"console": "off"})
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                same = pool.apply(work, (run, 1))
            print(json.dumps([same, wandb.run is run]))
        """
    )
    assert found == [True, True]
    journals = {path.name for path in (scripts.place / "gnomon-runs").glob("*/*.journal*")} - {"shipper.journal"}
    assert len(journals) == 2, "one of the script, one of the worker"


def test_a_logger_that_attaches_in_a_worker_goes_on_with_the_run(scripts: Scripts) -> None:
    found = scripts.says(
        """
        import json, multiprocessing, wandb
        def work(attach_id):
            before = wandb.run
            run = wandb._attach(attach_id)
            wandb.log({"n": 1})
            return [before is None, run is wandb.run, run.id]
        if __name__ == "__main__":
            run = wandb.init(project="p", settings={"console": "off"})
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                print(json.dumps(pool.apply(work, (run._attach_id,)) + [run.id]))
        """
    )
    assert found[:2] == [True, True] and found[2] == found[3]
    assert len(list((scripts.place / "gnomon-runs").glob("run-*"))) == 1
    assert (
        "UsageError: attach() takes the _attach_id of a run, not 'x'"
        in scripts.run("-c", "import wandb; wandb.attach('x')").stderr
    )


def test_a_script_sees_what_python_shows_it(scripts: Scripts) -> None:
    source = """
    import json, sys
    print(json.dumps([sys.argv[1:], __name__, sys.path[0], __file__, sys.flags.dev_mode]))
    """
    path = scripts.write(source)
    done = scripts.run(str(path), "-m", "x", "--help", "--", "--lr=1")
    assert json.loads(done.stdout) == [
        ["-m", "x", "--help", "--", "--lr=1"], "__main__", str(scripts.place), str(path), False,
    ]  # fmt: skip
    done = scripts.run("-X", "dev", str(path))
    assert json.loads(done.stdout)[4] is True, "options of Python are Python's"


def test_modules_and_words_are_run_as_python_does(scripts: Scripts) -> None:
    scripts.write("import sys, wandb; print(wandb.__version__, sys.argv[1:])", "package/__main__.py")
    assert scripts.run("-m", "package", "--help").stdout == "0.28.0 ['--help']\n"
    assert scripts.run("-c", "import wandb; print(wandb.__version__)").stdout == "0.28.0\n"
    assert scripts.run("-", input="import wandb; print(wandb.__version__)").stdout == "0.28.0\n"
    assert scripts.run("-m", "wandb", "--version").stdout.startswith("gnomon ")


@pytest.mark.parametrize(("source", "code"), [("raise SystemExit(7)", 7), ("1/0", 1), ("pass", 0)])
def test_the_exit_code_is_the_scripts(scripts: Scripts, source: str, code: int) -> None:
    assert scripts.run(str(scripts.write(source))).returncode == code


def test_a_traceback_begins_in_the_script(scripts: Scripts) -> None:
    path = scripts.write("import wandb\nraise ValueError('mine')\n")
    said = scripts.run(str(path)).stderr
    assert said == (
        f'Traceback (most recent call last):\n  File "{path}", line 2, in <module>\n'
        "    raise ValueError('mine')\nValueError: mine\n"
    )


def test_signals_reach_the_script(scripts: Scripts) -> None:
    path = scripts.write(
        """
        import signal, sys
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))
        print("ready", flush=True)
        signal.pause()
        """
    )
    process = subprocess.Popen(
        [*GNOMON, str(path)], cwd=scripts.place, env=scripts.environ, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 9
    process.stdout.close()


def test_what_is_not_there_is_named(scripts: Scripts) -> None:
    done = scripts.run("no-such-script.py")
    assert done.returncode == 2 and "no-such-script.py" in done.stderr
    done = scripts.run("--", "no-such-command")
    assert done.returncode == 1 and "There is no command 'no-such-command' on the path" in done.stderr
    assert scripts.run("--").returncode == scripts.run().returncode == 2
    assert "SCRIPT [ARGS…] | -m MODULE" in scripts.run("--help").stdout


def test_a_python_without_gnomon_is_told_why_there_is_no_wandb(scripts: Scripts) -> None:
    done = scripts.run("--", sys.executable, "-S", "-c", "import wandb")
    assert done.returncode == 1
    assert "`gnomon run` makes `import wandb` Gnomon, but this Python cannot import it" in done.stderr


def test_pip_finds_no_list_of_files_by_which_it_could_take_the_stand_in_away(scripts: Scripts) -> None:
    assert scripts.says("import json; from importlib.metadata import files; print(json.dumps(files('wandb')))") is None
