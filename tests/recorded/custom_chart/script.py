import wandb

run = wandb.init(project="suite", id="plots")
table = wandb.Table(data=[[x, x * x] for x in range(4)], columns=["x", "y"])
run.log({"square": wandb.plot.line(table, "x", "y", title="Squares")})
run.log({"matrix": wandb.plot.confusion_matrix(y_true=[0, 1, 1], preds=[0, 1, 0], class_names=["no", "yes"])})
run.finish()
