"""Several processes that log to one run, each with a label of its own.

python examples/many_processes.py
"""

import multiprocessing

import gnomon

WORKERS = 3
STEPS = 20


def work(rank: int, run_id: str) -> None:
    shared = gnomon.Settings(mode="shared", x_label=f"rank-{rank}", x_primary=False)
    with gnomon.init(project="several", id=run_id, settings=shared) as run:
        for step in range(STEPS):
            run.log({"step": step, f"rank{rank}/loss": 1 / (step + 1 + rank)})


if __name__ == "__main__":
    primary = gnomon.Settings(mode="shared", x_label="head", x_primary=True)
    with gnomon.init(project="several", config={"workers": WORKERS}, settings=primary) as run:
        context = multiprocessing.get_context("spawn")
        workers = [context.Process(target=work, args=(rank, run.id)) for rank in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        run.summary["ranks"] = WORKERS
