"""Threads, forks, workers, signals and the end of the interpreter: real scripts, no dead-lock, no double row."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from gnomon.protocol.journal import Kind

OWN = {"GNOMON_NO_SHIPPER": "1", "GNOMON_MODE": "offline", "PYTHONWARNINGS": "error::ResourceWarning"}


@pytest.fixture
def script(tmp_path: Path) -> Any:
    """Runs Python text in a folder of its own; too long is a failure."""

    def start(text: str, *, timeout: float = 60.0, **environ: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "script.py").write_text(textwrap.dedent(text))
        own = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GNOMON_", "WANDB_"))},
            **OWN,
            "GNOMON_STATE_DIR": str(tmp_path / "state"),
            "GNOMON_CONFIG_DIR": str(tmp_path / "config"),
            **environ,
        }
        return subprocess.run(
            [sys.executable, "script.py"],
            cwd=tmp_path,
            env=own,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return start


@pytest.fixture
def folder(tmp_path: Path) -> Any:
    """The one run folder there is."""

    def find() -> Path:
        (found,) = (tmp_path / "gnomon-runs").glob("run-*")
        return found

    return find


def all_rows(folder: Path, read: Any) -> Counter[Any]:
    return Counter(
        tuple(sorted((key, value) for key, value in row.items() if key != "_step"))
        for path in folder.glob("*.journal")
        for row in read.rows(folder, path.name)
    )


def ending(folder: Path, read: Any) -> list[tuple[str, int]]:
    return [(end["state"], end["exit_code"]) for (end,) in read.of_kind(folder, Kind.EXIT)]


@pytest.mark.parametrize(
    ("last_line", "code", "meant"),
    [
        ("", 0, ("finished", 0)),
        ("sys.exit()", 0, ("finished", 0)),
        ("sys.exit(0)", 0, ("finished", 0)),
        ("sys.exit(7)", 7, ("failed", 7)),
        ("sys.exit('bad')", 1, ("failed", 1)),
        ("raise ValueError('x')", 1, ("failed", 1)),
        ("raise KeyboardInterrupt", 130, ("killed", 255)),
        ("gnomon.finish(3)", 0, ("failed", 3)),
    ],
)
def test_the_end_of_the_script_is_the_end_of_the_run(
    last_line: str, code: int, meant: tuple[str, int], script: Any, folder: Any, read: Any
) -> None:
    done = script(f"import sys, gnomon\ngnomon.init()\ngnomon.log({{'x': 1}})\n{last_line}\n")
    assert done.returncode in (code, -signal.SIGINT if code == 130 else code), done.stderr
    assert ending(folder(), read) == [meant]
    assert all_rows(folder(), read) == {(("x", 1),): 1}


def test_the_users_own_hooks_still_run(script: Any) -> None:
    done = script(
        """
        import atexit, sys
        sys.excepthook = lambda kind, error, trace: print("mine", error)
        atexit.register(lambda: print("before"))
        import gnomon
        gnomon.init()
        atexit.register(lambda: gnomon.log({"x": 1}))
        raise ValueError("oops")
        """
    )
    assert done.stdout.split("\n")[:2] == ["mine oops", "before"]
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_rows_logged_at_exit_and_by_finalisers_hurt_nobody(script: Any, folder: Any, read: Any) -> None:
    done = script(
        """
        import atexit, gnomon, threading, time
        atexit.register(lambda: gnomon.run is None and print("over"))
        run = gnomon.init()
        class Late:
            def __del__(self):
                run.log({"late": 1})
        late = Late()
        class Soon:
            def __del__(self):
                run.log({"soon": 1})
        Soon()
        def forever():
            number = 0
            while True:
                run.log({"thread": number})
                number += 1
        threading.Thread(target=forever, daemon=True).start()
        atexit.register(lambda: run.log({"exit": 1}))
        time.sleep(0.05)
        """
    )
    assert done.returncode == 0, done.stderr
    assert "over" in done.stdout
    assert "Traceback" not in done.stderr
    assert done.stderr.count("is finished") <= 1
    counted = all_rows(folder(), read)
    assert counted[(("soon", 1),)] == 1
    assert counted[(("exit", 1),)] == 1
    assert set(counted.values()) == {1}
    # nothing is locked: the row that the thread is about to write may come behind the end
    assert Kind.EXIT in [record[0] for record in read.records(folder())[-2:]]


def test_forks_while_logging_neither_hang_nor_double_rows(script: Any, folder: Any, read: Any) -> None:
    done = script(
        """
        import faulthandler, gnomon, os, threading
        faulthandler.dump_traceback_later(50, exit=True)
        run = gnomon.init()
        stop = threading.Event()
        logged = [0, 0]
        def work(which):
            while not stop.is_set():
                run.log({f"thread{which}": logged[which], "a": {"b": logged[which]}})
                logged[which] += 1
        threads = [threading.Thread(target=work, args=(which,)) for which in range(2)]
        for thread in threads:
            thread.start()
        for number in range(200):
            pid = os.fork()
            if pid == 0:
                if number % 2:
                    run.log({"child": number})
                    gnomon.log({"child": number, "again": 1})
                    print("a child prints")
                os._exit(0)
            assert os.waitpid(pid, 0)[1] == 0
        stop.set()
        for thread in threads:
            thread.join()
        run.finish()
        print(*logged)
        """
    )
    assert done.returncode == 0, done.stderr
    counted = all_rows(folder(), read)
    assert set(counted.values()) == {1}
    first, second = map(int, done.stdout.split("\n")[-2].split())
    assert len(counted) == first + second + 200
    assert len(list(folder().glob("run-*.journal"))) == 100
    for number in range(1, 200, 2):
        assert counted[(("child", number),)] == 1


def test_a_forked_child_that_ends_does_not_end_the_run(script: Any, folder: Any, read: Any) -> None:
    done = script(
        """
        import gnomon, os, sys
        run = gnomon.init()
        gnomon.log({"x": 1})
        if os.fork() == 0:
            gnomon.log({"x": 2})
            sys.exit(5)
        os.wait()
        gnomon.log({"x": 3})
        """
    )
    assert done.returncode == 0, done.stderr
    assert ending(folder(), read) == [("finished", 0)]
    assert all_rows(folder(), read) == {(("x", value),): 1 for value in (1, 2, 3)}


def test_a_forked_child_may_begin_a_run_of_its_own(script: Any, tmp_path: Path, read: Any) -> None:
    done = script(
        """
        import gnomon, os
        gnomon.init(id="parent")
        pid = os.fork()
        gnomon.init(id="child") if pid == 0 else os.wait()
        gnomon.log({"pid": pid > 0})
        """
    )
    assert done.returncode == 0, done.stderr
    for name, value in (("parent", True), ("child", False)):
        (found,) = (tmp_path / "gnomon-runs").glob(f"run-*-{name}")
        assert [row["pid"] for row in read.rows(found)] == [value]
        assert ending(found, read) == [("finished", 0)]


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_worker_processes_log_into_the_same_run(method: str, script: Any, folder: Any, read: Any) -> None:
    done = script(
        f"""
        import gnomon, multiprocessing
        def work(run, first):
            for number in range(first, first + 20):
                run.log({{"worker": number}})
        if __name__ == "__main__":
            run = gnomon.init()
            run.log({{"main": 0}})
            context = multiprocessing.get_context({method!r})
            workers = [context.Process(target=work, args=(run, first)) for first in (0, 20)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
                assert worker.exitcode == 0
            run.log({{"main": 1}})
        """,
        PYTHONWARNINGS="",
    )
    assert done.returncode == 0, done.stderr
    counted = all_rows(folder(), read)
    assert counted == {
        **{(("worker", number),): 1 for number in range(40)},
        **{(("main", number),): 1 for number in (0, 1)},
    }
    assert ending(folder(), read) == [("finished", 0)]
    attempts = {read.records(folder(), path.name)[0][1]["attempt"] for path in folder().glob("*.journal")}
    assert len(attempts) == 1


def test_a_pool_of_processes_and_a_pool_of_threads_log_every_row(script: Any, folder: Any, read: Any) -> None:
    done = script(
        """
        import gnomon, multiprocessing, concurrent.futures
        def work(number):
            gnomon.log({"row": number})
        if __name__ == "__main__":
            gnomon.init()
            with multiprocessing.get_context("fork").Pool(3) as pool:
                pool.map(work, range(100))
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                list(pool.map(work, range(100, 200)))
        """,
        PYTHONWARNINGS="",
    )
    assert done.returncode == 0, done.stderr
    assert all_rows(folder(), read) == {(("row", number),): 1 for number in range(200)}


def test_a_signal_handler_may_log_in_the_middle_of_logging(script: Any, folder: Any, read: Any) -> None:
    done = script(
        """
        import faulthandler, gnomon, itertools, signal, sys
        faulthandler.dump_traceback_later(50, exit=True)
        run = gnomon.init()
        handled = 0
        numbers = itertools.count()
        def handler(number, frame):
            global handled
            handled = next(numbers)
            run.log({"handler": handled, f"key{handled % 7}": 1})
            run.write_logs("in a handler\\n")
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
        number = 0
        while handled < 300:
            run.log({"main": number, "m": {"x": number}})
            print("line", number)
            number += 1
        signal.setitimer(signal.ITIMER_REAL, 0)
        run.finish()
        print(number, next(numbers))
        """
    )
    assert done.returncode == 0, done.stderr[-3000:]
    number, handled = map(int, done.stdout.split("\n")[-2].split())
    counted = all_rows(folder(), read)
    assert set(counted.values()) == {1}
    assert len(counted) == number + handled
    steps = [row["_step"] for row in read.rows(folder())]
    assert len(set(steps)) == len(steps)


def test_a_termination_leaves_the_users_handler_and_the_exit_code_alone(script: Any, folder: Any, read: Any) -> None:
    done = script(
        """
        import gnomon, os, signal, sys
        def handler(number, frame):
            print("mine")
            sys.exit(12)
        signal.signal(signal.SIGTERM, handler)
        gnomon.init()
        gnomon.log({"x": 1})
        os.kill(os.getpid(), signal.SIGTERM)
        """
    )
    assert (done.returncode, done.stdout) == (12, "mine\n")
    assert ending(folder(), read) == [("failed", 12)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_a_process_that_is_killed_has_written_every_row(number: int, script: Any, folder: Any, read: Any) -> None:
    done = script(
        f"""
        import gnomon, os
        gnomon.init()
        for value in range(100):
            gnomon.log({{"x": value}})
        os.kill(os.getpid(), {int(number)})
        """
    )
    assert done.returncode == -number
    assert [row["x"] for row in read.rows(folder())] == list(range(100))
    assert ending(folder(), read) == []


def test_a_script_whose_streams_are_closed_goes_on(script: Any, folder: Any, read: Any) -> None:
    done = script(
        """
        import gnomon, sys
        sys.stderr.close()
        gnomon.init()
        sys.stdout.close()
        gnomon.log({"x": 1, "bad": object()})
        """
    )
    assert all_rows(folder(), read) == {(("x", 1),): 1}
    assert ending(folder(), read) == [("finished", 0)]
    assert done.returncode in (0, 120)


def test_a_disk_that_fills_up_does_not_stop_the_script(script: Any, folder: Any, read: Any) -> None:
    done = script(
        """
        import gnomon, resource, signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        run = gnomon.init()
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        for value in range(1000):
            run.log({"x": value})
            print(value)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        run.log({"x": 1000})
        """
    )
    assert done.returncode == 0, done.stderr
    assert [row["x"] for row in read.rows(folder())] == list(range(1001))
    assert done.stderr.count("cannot be written to disk") == 1
    assert ending(folder(), read) == [("finished", 0)]


def test_importing_loads_no_array_and_no_network_library(script: Any) -> None:
    done = script(
        """
        import sys
        import gnomon
        heavy = {"numpy", "urllib3", "ssl", "socket", "http", "psutil", "pynvml", "click"}
        print(sorted(heavy & set(sys.modules)), "gnomon.sdk" in sys.modules)
        gnomon.init, gnomon.Image, gnomon.login
        print(sorted(heavy & set(sys.modules)))
        """
    )
    assert done.stdout.split("\n")[:2] == ["[] False", "[]"]
