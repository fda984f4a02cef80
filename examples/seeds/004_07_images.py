"""From tutorial 004, block 7: pictures from arrays, from PIL and from files."""

import numpy as np
import PIL.Image

import gnomon as wandb

wandb.init(project="pictures")
image_array = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
# logging arrays as images
images = wandb.Image(image_array[0], caption="Top: Output, Bottom: Input")
wandb.log({"examples": images})
# logging PIL images
pictures = [PIL.Image.fromarray(image) for image in image_array]
wandb.log({"examples": [wandb.Image(image) for image in pictures]})
# logging images from files
im = PIL.Image.fromarray(image_array[1])
rgb_im = im.convert("RGB")
rgb_im.save("myimage.jpg")
wandb.log({"example": wandb.Image("myimage.jpg")})
wandb.finish()
