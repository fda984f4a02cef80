"""Search over parameters: what to try next, and what to give up. Pure functions of a config and what was tried so far.

    config, warnings = config.parse({"method": "random", "parameters": {"lr": {"min": 0.0, "max": 1.0}}})
    params = suggest.next_params(config, tried=[], rng=Random())

Used by the server and by local controllers, and free of anything of either. NumPy is imported only by
`methods/gaussian.py`, when a model is fitted; Optuna, cmaes and SciPy only by the methods of these names and `qmc`.
"""
