"""From tutorial 003, blocks 6 and 7: a table from rows, and what its signature there names."""

import gnomon as wandb

run = wandb.init(project="tables")
my_table = wandb.Table(columns=["a", "b"], data=[["a1", "b1"], ["a2", "b2"]])
run.log({"Table Name": my_table})
typed = wandb.Table(
    columns=["n", "word"],
    data=None,
    rows=None,
    dataframe=None,
    dtype=[int, str],
    optional=True,
    allow_mixed_types=False,
)
typed.add_data(1, "one")
typed.add_data(None, "nothing")
run.log({"typed": typed})
run.finish()
