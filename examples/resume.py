"""A run that ends early and goes on where it was: steps, config and summary stay.

python examples/resume.py
"""

import gnomon

run = gnomon.init(project="resumed", config={"epochs": 10})
for epoch in range(4):
    run.log({"epoch": epoch, "loss": 1 / (epoch + 1)})
run.finish()

# ... the machine is needed for something else; later, perhaps on another one:
again = gnomon.init(project="resumed", id=run.id, resume="must")
print(f"{again.name} goes on at step {again.step}")
for epoch in range(again.step, again.config["epochs"]):
    again.log({"epoch": epoch, "loss": 1 / (epoch + 1)})
again.finish()
