"""Files of shapes and of molecules for the pages that show them: made by rule, none was drawn by hand."""

from __future__ import annotations

import base64
import json
import math
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

Triple = tuple[float, float, float]
ROUND, TUBE = 64, 28


def torus(major: float = 1.0, minor: float = 0.38) -> tuple[list[Triple], list[Triple], list[tuple[float, float]]]:
    """Corners, normals and places on the picture; row by row around the ring."""
    corners, normals, places = [], [], []
    for i in range(ROUND + 1):
        for j in range(TUBE + 1):
            u, v = 2 * math.pi * i / ROUND, 2 * math.pi * j / TUBE
            normal = (math.cos(v) * math.cos(u), math.sin(v), math.cos(v) * math.sin(u))
            ring = (major * math.cos(u), 0.0, major * math.sin(u))
            corners.append(tuple(r + minor * n for r, n in zip(ring, normal, strict=True)))
            normals.append(normal)
            places.append((4 * i / ROUND, 2 * j / TUBE))
    return corners, normals, places  # type: ignore[return-value]


def faces() -> list[tuple[int, int, int]]:
    found = []
    for i in range(ROUND):
        for j in range(TUBE):
            a, b = i * (TUBE + 1) + j, (i + 1) * (TUBE + 1) + j
            found += [(a, a + 1, b), (b, a + 1, b + 1)]
    return found


def obj(path: Path) -> Path:
    corners, normals, _ = torus()
    lines = [f"v {x:.5f} {y:.5f} {z:.5f}" for x, y, z in corners]
    lines += [f"vn {x:.5f} {y:.5f} {z:.5f}" for x, y, z in normals]
    lines += ["f " + " ".join(f"{n + 1}//{n + 1}" for n in face) for face in faces()]
    path.write_text("\n".join(lines) + "\n")
    return path


def stl(path: Path) -> Path:
    corners, _, _ = torus()
    body = b""
    for face in faces():
        body += struct.pack("<3f", 0, 0, 0) + b"".join(struct.pack("<3f", *corners[n]) for n in face) + b"\0\0"
    path.write_bytes(b"a torus".ljust(80) + struct.pack("<I", len(faces())) + body)
    return path


def ply(path: Path) -> Path:
    """With a colour at each corner: red, green and blue turn around the ring."""
    corners, _, _ = torus()
    head = ["ply", "format ascii 1.0", f"element vertex {len(corners)}", *(f"property float {a}" for a in "xyz")]
    head += [f"property uchar {c}" for c in ("red", "green", "blue")]
    head += [f"element face {len(faces())}", "property list uchar int vertex_indices", "end_header"]
    rows = []
    for x, y, z in corners:
        turn = math.atan2(z, x)
        rgb = [int(127 + 127 * math.cos(turn - 2 * math.pi * k / 3)) for k in range(3)]
        rows.append(f"{x:.5f} {y:.5f} {z:.5f} {rgb[0]} {rgb[1]} {rgb[2]}")
    rows += [f"3 {a} {b} {c}" for a, b, c in faces()]
    path.write_text("\n".join(head + rows) + "\n")
    return path


def checks(size: int = 64) -> bytes:
    """A board of two colours, as PNG."""
    dark, light = bytes((40, 90, 200)), bytes((250, 200, 60))
    lines = b"".join(
        b"\0" + b"".join(dark if (x // 16 + y // 16) % 2 else light for x in range(size)) for y in range(size)
    )
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines)),
        (b"IEND", b""),
    ]
    body = b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + body


def _gltf() -> tuple[dict[str, object], bytes]:
    corners, normals, places = torus()
    index = [n for face in faces() for n in face]
    picture = checks()
    parts = [
        b"".join(struct.pack("<3f", *corner) for corner in corners),
        b"".join(struct.pack("<3f", *normal) for normal in normals),
        b"".join(struct.pack("<2f", *place) for place in places),
        b"".join(struct.pack("<H", n) for n in index),
        picture + b"\0" * (-len(picture) % 4),
    ]
    views, at = [], 0
    for part in parts:
        views.append({"buffer": 0, "byteOffset": at, "byteLength": len(part)})
        at += len(part)
    low = [min(corner[k] for corner in corners) for k in range(3)]
    high = [max(corner[k] for corner in corners) for k in range(3)]
    many = len(corners)
    document: dict[str, object] = {
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "NORMAL": 1, "TEXCOORD_0": 2}, "indices": 3,
                                    "material": 0}]}],
        "materials": [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}, "metallicFactor": 0.1}}],
        "textures": [{"source": 0}], "images": [{"bufferView": 4, "mimeType": "image/png"}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": many, "type": "VEC3", "min": low, "max": high},
            {"bufferView": 1, "componentType": 5126, "count": many, "type": "VEC3"},
            {"bufferView": 2, "componentType": 5126, "count": many, "type": "VEC2"},
            {"bufferView": 3, "componentType": 5123, "count": len(index), "type": "SCALAR"},
        ],
        "bufferViews": views, "buffers": [{"byteLength": at}],
    }  # fmt: skip
    return document, b"".join(parts)


def glb(path: Path) -> Path:
    document, data = _gltf()
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(data), b"BIN\0") + data
    path.write_bytes(struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks)
    return path


def gltf(path: Path) -> Path:
    """With all it needs within it, as text."""
    document, data = _gltf()
    address = "data:application/octet-stream;base64," + base64.b64encode(data).decode()
    document["buffers"] = [{"byteLength": len(data), "uri": address}]
    path.write_text(json.dumps(document))
    return path


CAFFEINE = """caffeine
  by rule

 24 25  0     0  0  0  0  0  0999 V2000
    0.4700    2.5688    0.0006 O   0  0  0  0  0  0  0  0  0  0  0  0
   -3.1271   -0.4436   -0.0003 O   0  0  0  0  0  0  0  0  0  0  0  0
   -0.9686   -1.3125    0.0000 N   0  0  0  0  0  0  0  0  0  0  0  0
    2.2182    0.1412   -0.0003 N   0  0  0  0  0  0  0  0  0  0  0  0
   -1.3477    1.0797   -0.0001 N   0  0  0  0  0  0  0  0  0  0  0  0
    1.4119   -1.9372    0.0002 N   0  0  0  0  0  0  0  0  0  0  0  0
    0.8579    0.2592   -0.0008 C   0  0  0  0  0  0  0  0  0  0  0  0
    0.3897   -1.0264   -0.0004 C   0  0  0  0  0  0  0  0  0  0  0  0
    0.0307    1.4220   -0.0006 C   0  0  0  0  0  0  0  0  0  0  0  0
   -1.9061   -0.2495   -0.0004 C   0  0  0  0  0  0  0  0  0  0  0  0
    2.5032   -1.1998    0.0003 C   0  0  0  0  0  0  0  0  0  0  0  0
   -1.4276   -2.6960    0.0008 C   0  0  0  0  0  0  0  0  0  0  0  0
    3.1926    1.2061    0.0003 C   0  0  0  0  0  0  0  0  0  0  0  0
   -2.2969    2.1881    0.0007 C   0  0  0  0  0  0  0  0  0  0  0  0
    3.5163   -1.5787    0.0008 H   0  0  0  0  0  0  0  0  0  0  0  0
   -1.0451   -3.1973   -0.8937 H   0  0  0  0  0  0  0  0  0  0  0  0
   -2.5186   -2.7596    0.0011 H   0  0  0  0  0  0  0  0  0  0  0  0
   -1.0447   -3.1963    0.8957 H   0  0  0  0  0  0  0  0  0  0  0  0
    4.1992    0.7801    0.0002 H   0  0  0  0  0  0  0  0  0  0  0  0
    3.0468    1.8092   -0.8992 H   0  0  0  0  0  0  0  0  0  0  0  0
    3.0466    1.8083    0.9004 H   0  0  0  0  0  0  0  0  0  0  0  0
   -1.8087    3.1651   -0.0003 H   0  0  0  0  0  0  0  0  0  0  0  0
   -2.9322    2.1027    0.8881 H   0  0  0  0  0  0  0  0  0  0  0  0
   -2.9346    2.1021   -0.8849 H   0  0  0  0  0  0  0  0  0  0  0  0
"""
CAFFEINE_BONDS = (
    "1 9 2, 2 10 2, 3 8 1, 3 10 1, 3 12 1, 4 7 1, 4 11 1, 4 13 1, 5 9 1, 5 10 1, 5 14 1, 6 8 1, 6 11 2, 7 8 2, 7 9 1, "
    "11 15 1, 12 16 1, 12 17 1, 12 18 1, 13 19 1, 13 20 1, 13 21 1, 14 22 1, 14 23 1, 14 24 1"
)


def sdf(path: Path) -> Path:
    """Caffeine."""
    bonds = [[int(n) for n in bond.split()] for bond in CAFFEINE_BONDS.split(", ")]
    path.write_text(CAFFEINE + "".join(f"{a:3}{b:3}{n:3}  0  0  0  0\n" for a, b, n in bonds) + "M  END\n$$$$\n")
    return path


WATER = "3\nwater\nO 0.00000 0.00000 0.11779\nH 0.00000 0.75545 -0.47116\nH 0.00000 -0.75545 -0.47116\n"


def xyz(path: Path) -> Path:
    path.write_text(WATER)
    return path


def helix(path: Path, residues: int = 16) -> Path:
    """A helix of alanine as PDB, each atom put by the length, the angle and the turn of its bond."""
    chain = _backbone(residues)
    lines, number = [], 1
    for place in range(residues):
        n, ca, c = (chain[3 * place + k] for k in range(3))
        oxygen, beta = _put(n, ca, c, 1.23, 120.4, 133.0), _put(c, n, ca, 1.53, 110.5, -122.6)
        atoms = [("N", n), ("CA", ca), ("C", c), ("O", oxygen), ("CB", beta)]
        for name, (x, y, z) in atoms:
            at = f"{x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00          {name[0]:>2}"
            lines.append(f"ATOM  {number:5d}  {name:<3} ALA A{place + 1:4d}    {at}")
            number += 1
    path.write_text("HEADER    A HELIX OF ALANINE\n" + "\n".join(lines) + "\nTER\nEND\n")
    return path


def _backbone(residues: int) -> list[Triple]:
    chain: list[Triple] = [(0.0, 0.0, 0.0), (1.458, 0.0, 0.0), (2.009, 1.42, 0.0)]
    phi, psi, omega = -57.8, -47.0, 180.0
    for _ in range(residues - 1):
        chain.append(_put(*chain[-3:], 1.329, 116.2, psi))
        chain.append(_put(*chain[-3:], 1.458, 121.7, omega))
        chain.append(_put(*chain[-3:], 1.525, 111.2, phi))
    return chain


def _put(a: Triple, b: Triple, c: Triple, length: float, angle: float, turn: float) -> Triple:
    """The place of an atom: `length` from c, at the angle to b, turned about the bond from b to c as seen from a."""
    bend, about = math.radians(angle), math.radians(turn)
    along = _unit(_less(c, b))
    across = _unit(_cross(_less(b, a), along))
    third = _cross(across, along)
    x, out = -length * math.cos(bend), length * math.sin(bend)
    y, z = out * math.cos(about), out * math.sin(about)
    return tuple(c[k] + x * along[k] + y * third[k] + z * across[k] for k in range(3))  # type: ignore[return-value]


def _less(a: Triple, b: Triple) -> Triple:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def _cross(a: Triple, b: Triple) -> Triple:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def _unit(a: Triple) -> Triple:
    size = math.hypot(*a)
    return (a[0] / size, a[1] / size, a[2] / size)


SHAPES: dict[str, Callable[[Path], Path]] = {"obj": obj, "stl": stl, "ply": ply, "glb": glb, "gltf": gltf}
