"""Watching models: with real torch where it is installed beside the clients, and its counting without."""

from __future__ import annotations

import json
import os
import subprocess
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import gnomon
from gnomon.sdk import watching

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".clients" / "frameworks" / "bin" / "python"


class Handle:
    def __init__(self, hooks: dict[int, Any]) -> None:
        self.hooks, self.number = hooks, len(hooks) + max(hooks, default=0) + 1

    def remove(self) -> None:
        self.hooks.pop(self.number, None)


class Parameter:
    """Takes hooks on its gradient, as a tensor of torch does."""

    def __init__(self, requires_grad: bool = True) -> None:
        self.requires_grad = requires_grad
        self.hooks: dict[int, Callable[[Any], None]] = {}

    def register_hook(self, hook: Callable[[Any], None]) -> Handle:
        handle = Handle(self.hooks)
        self.hooks[handle.number] = hook
        return handle


class Model:
    def __init__(self, *names: str) -> None:
        self.parameters = {name: Parameter() for name in names}

    def named_parameters(self) -> list[tuple[str, Parameter]]:
        return list(self.parameters.items())

    def backward(self, *without: str) -> None:
        for name, parameter in reversed(self.parameters.items()):
            if name not in without:
                for hook in list(parameter.hooks.values()):
                    hook(name)

    @property
    def hooks(self) -> int:
        return sum(len(parameter.hooks) for parameter in self.parameters.values())


@pytest.mark.parametrize("freq", [1, 2, 3, 10])
def test_gradients_of_each_nth_pass_are_logged_all_of_them_and_once(freq: int) -> None:
    model, logged = Model("a", "b", "c"), []
    gradients = watching.Gradients(model, freq, lambda name, one: logged.append((passes, name)))
    for passes in range(1, 31):  # noqa: B007  # the lambda reads it
        model.backward()
    assert logged == [(n, name) for n in range(1, 31) if n % freq == 0 for name in ("c", "b", "a")]
    gradients.end()
    assert model.hooks == 0


def test_between_the_passes_that_are_due_one_hook_is_left() -> None:
    model = Model(*(f"p{number}" for number in range(50)))
    watching.Gradients(model, 100, lambda name, one: None)
    for _ in range(2):
        model.backward()
    assert model.hooks == 1
    for _ in range(97):
        model.backward()
    assert model.hooks == 50


def test_a_parameter_that_takes_no_part_does_not_keep_the_others() -> None:
    model, logged = Model("unused", "a", "b"), []
    watching.Gradients(model, 3, lambda name, one: logged.append(name))
    for _ in range(9):
        model.backward("unused")
    assert logged == ["b", "a"] * 3


def test_a_fault_while_looking_does_not_reach_training(hidden_failures: list[Exception]) -> None:
    model = Model("a")

    def fails(name: str, one: Any) -> None:
        raise ZeroDivisionError

    watching.Gradients(model, 1, fails)
    model.backward()
    assert [type(error) for error in hidden_failures] == [ZeroDivisionError]
    hidden_failures.clear()


@pytest.mark.usefixtures("alone")
def test_what_is_no_model_is_refused() -> None:
    run = gnomon.init(mode="offline")
    with pytest.raises(gnomon.UsageError, match=r"models of torch \(torch.nn.Module\), not for dict"):
        run.watch({})


@pytest.fixture
def with_torch(tmp_path: Path) -> Callable[[str], Any]:
    """Runs Python text where torch is; what it printed, as JSON."""
    if not PYTHON.exists():
        pytest.skip("torch is not installed: make test-frameworks installs it")

    def run(text: str) -> Any:
        before = """
            import json, os, sys
            import torch
            import gnomon
            from gnomon.protocol import journal
            torch.manual_seed(0)
            run = gnomon.init(mode="offline", settings={"console": "off", "quiet": True})
            def steps():
                schemas, found = {}, {}
                for frame in journal.frames(open(run.sync_dir + "/run.journal", "rb").read()):
                    record = journal.decode(frame.payload)
                    if record[0] == 5:
                        schemas[record[1]] = record[2]
                    elif record[0] == 6:
                        found.setdefault(record[2], {}).update(zip(schemas[record[1]], record[4:]))
                return found
        """
        done = subprocess.run(
            [PYTHON, "-W", "ignore", "-c", textwrap.dedent(before) + textwrap.dedent(text)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "GNOMON_NO_SHIPPER": "1", "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


def test_histograms_belong_to_the_row_logged_next_and_the_graph_to_the_summary(with_torch: Any) -> None:
    found = with_torch("""
        model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
        gnomon.watch(model, criterion=torch.nn.functional.mse_loss, log="all", log_freq=2, log_graph=True)
        for batch in range(5):
            model(torch.randn(8, 4)).mean().backward()
            gnomon.log({"loss": batch})
        graph = run.summary["graph_0"]
        nodes = json.load(open(os.path.join(run.dir, graph["path"])))["nodes"]
        gnomon.unwatch(model)
        left = [len(one._backward_hooks or {}) for one in model.parameters()] + [len(model._forward_hooks)]
        print(json.dumps([steps(), graph["_type"], [[n["name"], n["output_shape"]] for n in nodes], left]))
    """)
    steps, kind, nodes, left = found
    names = ["0.weight", "0.bias", "2.weight", "2.bias"]
    watched = {f"{what}/{name}" for what in ("gradients", "parameters") for name in names}
    for step, row in steps.items():
        assert set(row) == ({"loss"} | watched if step in ("1", "3") else {"loss"}), step
    assert sum(steps["1"]["parameters/0.weight"]["values"]) == 12
    assert len(steps["1"]["parameters/0.weight"]["bins"]) == 65
    assert (kind, nodes) == ("graph-file", [["0", [[8, 3]]], ["1", [[8, 3]]], ["2", [[8, 1]]]])
    assert not any(left)


def test_several_models_are_told_apart_as_the_official_client_tells_them(with_torch: Any) -> None:
    keys = with_torch("""
        models = [torch.nn.Linear(2, 1), torch.nn.Linear(2, 1)]
        run.watch(models, log="gradients", log_freq=1)
        run.watch(torch.nn.Linear(2, 1), log=None)
        for model in models:
            model(torch.ones(1, 2)).sum().backward()
        run.log({"x": 1})
        try:
            run.watch(models[0])
        except gnomon.UsageError as error:
            assert "watched already" in str(error)
        print(json.dumps(sorted(steps()[0])))
    """)
    assert keys == [
        "gradients/bias", "gradients/graph_1bias", "gradients/graph_1weight", "gradients/weight", "x",
    ]  # fmt: skip


def test_numbers_of_every_kind_are_counted(with_torch: Any) -> None:
    found = with_torch("""
        from gnomon.sdk.tensors import histogram
        def told(tensor):
            value = histogram(tensor)
            return value and [sum(value["values"]), value["bins"][0], value["bins"][-1]]
        sparse = torch.sparse_coo_tensor([[0, 2]], [3.0, -1.0], (5,))
        zeros = histogram(sparse)
        print(json.dumps([
            told(torch.tensor([1.0, float("nan"), float("inf"), 3.0])), told(torch.full((3,), float("nan"))),
            told(torch.zeros(0)), told(torch.ones(7)), told(torch.arange(10)),
            told(torch.tensor([1, 2], dtype=torch.bool)),
            told(torch.arange(8, dtype=torch.bfloat16)), told(torch.tensor([3 + 4j])), told(sparse),
            zeros["values"][16], told(torch.sparse_coo_tensor([[0], [0]], [1.0], (1, 4)).to_sparse_csr()),
            told(torch.arange(5_000_000, dtype=torch.float32)),
        ]))
    """)
    assert found == [
        [2, 1, 3], None, None, [7, 1, 1], [10, 0, 9], [2, 1, 1], [8, 0, 7], [1, 5, 5], [5, -1, 3], 3, [4, 0, 1],
        [5_000_000, 0, 4_999_995],
    ]  # fmt: skip


def test_gradients_that_are_no_numbers_cost_a_warning_and_no_row(with_torch: Any) -> None:
    found = with_torch("""
        lines = []
        gnomon.sdk.guard.say = lines.append
        model = torch.nn.Linear(2, 1)
        run.watch(model, log_freq=1)
        for _ in range(2):
            (model(torch.ones(1, 2)).sum() * float("nan")).backward()
        run.log({"x": 1})
        print(json.dumps([lines, list(steps()[0])]))
    """)
    assert len(found[0]) == 2 and all("no finite number (NaN or Inf)" in line for line in found[0])
    assert found[1] == ["x"]
