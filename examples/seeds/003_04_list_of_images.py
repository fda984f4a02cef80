"""From tutorial 003, blocks 4 and 5: a list of pictures, and the format of their files."""

import numpy as np

import gnomon as wandb

run = wandb.init(project="lists")
examples = []
for i in range(3):
    pixels = np.random.randint(low=0, high=256, size=(100, 100, 3))
    image = wandb.Image(pixels, caption=f"random field {i}")
    examples.append(image)
run.log({"examples": examples})
run.log({"jpeg": wandb.Image(np.zeros((16, 16, 3), dtype=np.uint8), mode="RGB", grouping=None, file_type="jpg")})
run.finish()
