import numpy as np
import wandb

run = wandb.init(project="suite", id="shows")
pixels = (np.arange(8 * 8 * 3) % 251).astype(np.uint8).reshape(8, 8, 3)
labels = {0: "ground", 1: "cat"}
run.log(
    {
        "image": wandb.Image(pixels, caption="one"),
        "images": [wandb.Image(pixels + k, caption=f"{k}") for k in range(2)],
        "marked": wandb.Image(
            pixels,
            boxes={
                "found": {
                    "box_data": [
                        {
                            "position": {"minX": 0.1, "maxX": 0.5, "minY": 0.1, "maxY": 0.5},
                            "class_id": 1,
                            "box_caption": "cat",
                            "scores": {"sure": 0.75},
                        }
                    ],
                    "class_labels": labels,
                }
            },
            masks={"seen": {"mask_data": np.eye(8, dtype=np.uint8), "class_labels": labels}},
        ),
        "histogram": wandb.Histogram(np.arange(100), num_bins=10),
        "counts": wandb.Histogram(np_histogram=([1, 2, 3], [0, 1, 2, 3])),
        "page": wandb.Html("<b>bold</b>", inject=False),
    }
)
run.finish()
