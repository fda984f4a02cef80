"""Runs with pictures, sounds and films, logged by the SDK.

    GNOMON_BASE_URL=… GNOMON_API_KEY=… python web/e2e/media.py [MANY]

Two runs, `net-a` and `net-b`, at four steps: streets with masks and boxes, digits, sounds, films, and a sound that is
none. MANY pictures stand under one key. Prints the ids of the runs, as JSON.
"""

from __future__ import annotations

import json
import struct
import sys
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from PIL import Image

import gnomon

PROJECT = "media"
STEPS = (0, 10, 20, 30)
NAMES = {1: "road", 2: "car", 3: "tree", 4: "sky"}
RATE = 16_000
WIDE, HIGH = 240, 160


def street(seed: int) -> tuple[Any, Any, list[dict[str, Any]]]:
    """A street as it is: picture, class of each pixel, and where the cars are."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:HIGH, 0:WIDE]
    skyline = 62 + 9 * np.sin(x / 21 + seed) + 4 * np.sin(x / 7)
    classes = np.where(y < skyline, 4, 3).astype(np.uint8)
    road = np.abs(x - WIDE / 2) < (y - 66) * 1.25
    classes[road & (y > 70)] = 1
    cars = []
    for place in range(4):
        size = int(rng.integers(12, 26))
        top, left = int(rng.integers(84, HIGH - size - 6)), int(rng.integers(20 + 50 * place, 40 + 50 * place))
        classes[top : top + size, left : left + int(size * 1.6)] = 2
        cars.append({"left": left, "top": top, "width": int(size * 1.6), "height": size})
    inks = np.array([[0, 0, 0], [92, 92, 98], [186, 52, 44], [54, 104, 52], [146, 188, 226]], float)
    light = 0.75 + 0.35 * (y / HIGH)[..., None] + rng.normal(0, 0.045, (HIGH, WIDE, 1))
    return np.clip(inks[classes] * light, 0, 255).astype(np.uint8), classes, cars


def seen(cars: list[dict[str, Any]], off: float, rng: Any) -> list[dict[str, Any]]:
    """What a detector finds: the cars about where they are, and some that are none."""
    found = []
    for car in cars:
        dx, dy = rng.normal(0, off, 2)
        found.append((car["left"] + dx, car["top"] + dy, car["width"], car["height"], 2, 0.95 - off / 40))
    found += [(rng.uniform(0, 180), rng.uniform(10, 90), 24, 34, 3, rng.uniform(0.1, 0.45)) for _ in range(5)]
    return [
        {
            "position": {"minX": float(x / WIDE), "maxX": float((x + w) / WIDE), "minY": float(y / HIGH),
                         "maxY": float((y + h) / HIGH)},
            "class_id": kind, "scores": {"confidence": round(float(score), 3), "iou": round(float(score) ** 2, 3)},
        }
        for x, y, w, h, kind, score in found
    ]  # fmt: skip


def scene(seed: int, skill: float) -> gnomon.Image:
    picture, classes, cars = street(seed)
    rng = np.random.default_rng(seed * 31 + int(skill * 100))
    guess = classes.copy()
    wrong = rng.random((HIGH // 8, WIDE // 8)).repeat(8, 0).repeat(8, 1) > 0.5 + skill / 2
    guess[wrong] = rng.integers(1, 5, (HIGH // 8, WIDE // 8)).repeat(8, 0).repeat(8, 1)[wrong]
    truth = [
        {"position": {"minX": c["left"], "maxX": c["left"] + c["width"], "minY": c["top"], "maxY": c["top"] + c["height"]},
         "domain": "pixel", "class_id": 2}
        for c in cars
    ]  # fmt: skip
    return gnomon.Image(
        picture,
        caption=f"street {seed}",
        masks={
            "truth": {"mask_data": classes, "class_labels": NAMES},
            "guess": {"mask_data": guess, "class_labels": NAMES},
        },
        boxes={
            "found": {"box_data": seen(cars, 8 * (1 - skill), rng), "class_labels": NAMES},
            "truth": {"box_data": truth, "class_labels": NAMES},
        },
    )


def digits(count: int, blur: float) -> list[gnomon.Image]:
    from sklearn.datasets import load_digits

    data = load_digits()
    rng = np.random.default_rng(3)
    out = []
    for at in range(count):
        noisy = np.clip(data.images[at] / 16 + rng.normal(0, blur, (8, 8)), 0, 1)
        out.append(gnomon.Image((noisy * 255).astype(np.uint8), caption=f"is {data.target[at]}"))
    return out


def sweep(low: float, high: float) -> Any:
    """A second and a half of a rising tone, in two channels, louder towards the end."""
    t = np.arange(int(RATE * 1.5)) / RATE
    tone = np.sin(2 * np.pi * (low * t + (high - low) * t**2 / 3)) * np.linspace(0.1, 0.9, len(t))
    return np.stack([tone, tone * 0.5], axis=1)


def vint(size: int) -> bytes:
    return struct.pack(">Q", size | 1 << 56)


def element(name: str, body: bytes) -> bytes:
    return bytes.fromhex(name) + vint(len(body)) + body


def film(frames: list[Image.Image], rate: int) -> bytes:
    """A WebM film of whole VP8 pictures: what Pillow writes as WebP is such a picture behind a short head."""
    number = lambda value: struct.pack(">I", value)  # noqa: E731
    pictures = []
    for frame in frames:
        file = BytesIO()
        frame.save(file, "WEBP", quality=90)
        data = file.getvalue()
        at = data.index(b"VP8 ")
        pictures.append(data[at + 8 : at + 8 + struct.unpack("<I", data[at + 4 : at + 8])[0]])
    gap = 1000 // rate
    info = element("1549a966", element("2ad7b1", number(1_000_000)) + element("4489", struct.pack(">d", gap * len(frames)))
                   + element("4d80", b"gnomon") + element("5741", b"gnomon"))  # fmt: skip
    size = element("b0", number(frames[0].width)) + element("ba", number(frames[0].height))
    track = element("d7", b"\x01") + element("73c5", b"\x01") + element("83", b"\x01") + element("86", b"V_VP8")
    track += element("23e383", number(gap * 1_000_000)) + element("e0", size)
    tracks = element("1654ae6b", element("ae", track))
    clusters = [
        element("1f43b675", element("e7", number(at * gap)) + element("a3", b"\x81\x00\x00\x80" + picture))
        for at, picture in enumerate(pictures)
    ]

    def cues(start: int) -> bytes:
        points, at = b"", start
        for place, cluster in enumerate(clusters):
            spot = element("b7", element("f7", b"\x01") + element("f1", number(at)))
            points += element("bb", element("b3", number(place * gap)) + spot)
            at += len(cluster)
        return element("1c53bb6b", points)

    head = info + tracks
    index = cues(len(head) + len(cues(0)))
    kinds = element("4282", b"webm") + element("4287", b"\x02") + element("4285", b"\x02")
    return element("1a45dfa3", kinds) + element("18538067", head + index + b"".join(clusters))


def frames(count: int, shade: int) -> list[Image.Image]:
    """A bright square that goes from the left to the right."""
    out = []
    for at in range(count):
        image = Image.new("RGB", (160, 96), (24, 30, shade))
        left = at * (160 - 24) // max(1, count - 1)
        image.paste((245, 200, 60), (left, 36, left + 24, 60))
        out.append(image)
    return out


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    scratch = Path(mkdtemp(prefix="gnomon-media-"))
    mute = scratch / "broken.wav"
    mute.write_bytes(b"RIFF this is no sound")
    ids = []
    for number, name in enumerate(("net-a", "net-b")):
        run = gnomon.init(project=PROJECT, name=name, config={"seed": number}, dir=str(scratch))
        moving = scratch / f"moving-{number}.webm"
        moving.write_bytes(film(frames(20, 60 + 90 * number), 10))
        loop = scratch / f"loop-{number}.gif"
        first, *rest = frames(12, 60 + 90 * number)
        first.save(loop, save_all=True, append_images=rest, duration=100, loop=0)
        for step in STEPS:
            skill = 0.25 + step / 45 + number * 0.08
            row: dict[str, Any] = {
                "loss": 1 / (step + 1) + number * 0.1,
                "val/streets": [scene(seed, skill) for seed in range(6)],
                "val/street": scene(7, skill),
                "digits": digits(64, 0.4 - step / 100),
                "tone": gnomon.Audio(sweep(220, 900 + 60 * step + 800 * number), RATE, caption=f"up to {900 + 60 * step}"),
                "film": gnomon.Video(str(moving), caption="a square goes right"),
            }
            if step == STEPS[-1]:
                row["loop"] = gnomon.Video(str(loop), caption="a square in a gif")
                row["odd/missing"] = gnomon.Image(np.full((9, 9), 40 + number, np.uint8))
                row["odd/broken"] = gnomon.Image(np.full((9, 9), 90 + number, np.uint8))
                if many and number == 0:
                    rng = np.random.default_rng(0)
                    row["many"] = [gnomon.Image(rng.integers(0, 256, (96, 96, 3), np.uint8)) for _ in range(many)]
            run.log(row, step=step)
        run.log({"odd/sound": gnomon.Audio(str(mute))}, step=STEPS[-1] + 1)
        ids.append(run.id)
        run.finish()
    sys.stdout.write(json.dumps(ids) + "\n")


if __name__ == "__main__":
    main()
