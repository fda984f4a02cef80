"""From tutorial 004, block 10: three-dimensional objects from files; a triangle stands for the samples."""

import base64
import json
import struct

import gnomon as wandb

points = struct.pack("<9f", 0, 0, 0, 1, 0, 0, 0, 1, 0)
scene = {
    "asset": {"version": "2.0"},
    "scene": 0,
    "scenes": [{"nodes": [0]}],
    "nodes": [{"mesh": 0}],
    "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
    "accessors": [
        {"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3", "min": [0, 0, 0], "max": [1, 1, 0]}
    ],
    "bufferViews": [{"buffer": 0, "byteLength": len(points)}],
}
with open("sample.obj", "w") as file:
    file.write("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
with open("sample.gltf", "w") as file:
    data = "data:application/octet-stream;base64," + base64.b64encode(points).decode()
    json.dump({**scene, "buffers": [{"byteLength": len(points), "uri": data}]}, file)
text = json.dumps({**scene, "buffers": [{"byteLength": len(points)}]}).encode()
text += b" " * (-len(text) % 4)
with open("sample.glb", "wb") as binary:
    binary.write(struct.pack("<4sII", b"glTF", 2, 28 + len(text) + len(points)))
    binary.write(struct.pack("<I4s", len(text), b"JSON") + text)
    binary.write(struct.pack("<I4s", len(points), b"BIN\0") + points)

wandb.init(project="objects")
# 3d object
wandb.log(
    {
        "generated_samples": [
            wandb.Object3D(open("sample.obj")),  # noqa: SIM115
            wandb.Object3D(open("sample.gltf")),  # noqa: SIM115
            wandb.Object3D(open("sample.glb")),  # noqa: SIM115
        ]
    }
)
wandb.finish()
