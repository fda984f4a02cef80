"""From tutorial 004, block 11: a point cloud, plain, with a category, and with a colour of each point."""

import numpy as np

import gnomon as wandb

wandb.init(project="clouds")
place = np.random.default_rng(0).random((100, 3))
point_cloud = np.hstack([place, np.round(place * 255)])

wandb.log(
    {
        "point_cloud": wandb.Object3D(point_cloud),
        "plain": wandb.Object3D(place),
        "by category": wandb.Object3D(np.hstack([place, np.ones((100, 1))])),
    }
)
wandb.finish()
