/** Points of a 3D file and how they look from a side. Pure. */

export interface Scene {
  /** x, y, z of each point, one after another, moved and scaled into the cube from −1 to 1. */
  points: Float32Array;
  /** Red, green and blue of each point from 0 to 255, or null where they have no colour of their own. */
  colours: Uint8Array | null;
  /** Pairs of point numbers: edges of triangles and boxes. */
  lines: [number, number][];
}

const BOX_EDGES: readonly [number, number][] = [
  [0, 1],
  [0, 2],
  [1, 3],
  [2, 3],
  [4, 5],
  [4, 6],
  [5, 7],
  [6, 7],
  [0, 4],
  [1, 5],
  [2, 6],
  [3, 7],
];

/** A `pts.json` file: rows of x, y, z with a category or a colour; or a scene with points and boxes. */
export function sceneOfPoints(file: unknown): Scene | null {
  const scene = file as { points?: unknown; boxes?: unknown } | null;
  const rows = Array.isArray(file) ? file : Array.isArray(scene?.points) ? scene.points : null;
  if (!rows) return null;
  const points: number[] = [];
  const colours: number[] = [];
  const lines: [number, number][] = [];
  const colour = (row: number[]) => {
    if (row.length >= 6) colours.push(row[3] ?? 0, row[4] ?? 0, row[5] ?? 0);
    else if (row.length === 4) colours.push(...CATEGORIES[Math.abs(Math.round(row[3] ?? 0)) % CATEGORIES.length]!);
  };
  for (const row of rows as number[][]) {
    if (!Array.isArray(row)) continue;
    points.push(Number(row[0]), Number(row[1]), Number(row[2]));
    colour(row.map(Number));
  }
  const coloured = colours.length === points.length;
  for (const box of Array.isArray(scene?.boxes) ? (scene.boxes as { corners?: number[][]; color?: number[] }[]) : []) {
    if (!Array.isArray(box.corners) || box.corners.length !== 8) continue;
    const first = points.length / 3;
    for (const corner of box.corners) {
      points.push(Number(corner[0]), Number(corner[1]), Number(corner[2]));
      if (coloured) colours.push(...((box.color ?? [255, 160, 0]).map(Number) as [number, number, number]));
    }
    for (const [a, b] of BOX_EDGES) lines.push([first + a, first + b]);
  }
  return points.length === 0 ? null : fitted(points, coloured ? colours : null, lines);
}

const CATEGORIES: readonly (readonly [number, number, number])[] = [
  [84, 151, 250],
  [251, 146, 76],
  [96, 196, 121],
  [240, 104, 188],
  [89, 203, 239],
  [247, 93, 89],
  [168, 132, 255],
  [185, 191, 92],
  [84, 184, 172],
  [179, 128, 85],
];

/** An `obj` file: its corners and the edges of its faces. */
export function sceneOfObj(text: string): Scene | null {
  const points: number[] = [];
  const edges = new Set<string>();
  const lines: [number, number][] = [];
  for (const line of text.split("\n")) {
    const [what, ...rest] = line.trim().split(/\s+/);
    if (what === "v") points.push(...rest.slice(0, 3).map(Number));
    if (what !== "f") continue;
    const corners = rest.map((part) => {
      const number = Number.parseInt(part, 10);
      return number < 0 ? points.length / 3 + number : number - 1;
    });
    for (const [place, a] of corners.entries()) {
      const b = corners[(place + 1) % corners.length] ?? a;
      const name = a < b ? `${a} ${b}` : `${b} ${a}`;
      if (edges.has(name)) continue;
      edges.add(name);
      lines.push([a, b]);
    }
  }
  return points.length === 0 ? null : fitted(points, null, lines);
}

function fitted(points: number[], colours: number[] | null, lines: [number, number][]): Scene {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const [at, value] of points.entries()) {
    const axis = at % 3;
    low[axis] = Math.min(low[axis]!, value);
    high[axis] = Math.max(high[axis]!, value);
  }
  const size = Math.max(...low.map((least, axis) => (high[axis] ?? 0) - least), 1e-9) / 2;
  const middle = low.map((least, axis) => (least + (high[axis] ?? 0)) / 2);
  return {
    points: Float32Array.from(points, (value, at) => (value - (middle[at % 3] ?? 0)) / size),
    colours: colours ? Uint8Array.from(colours) : null,
    lines,
  };
}

/** Where each point is on the screen, turned by two angles, and how near it is: x, y, depth one after another. */
export function projected(scene: Scene, turn: number, tilt: number): Float32Array {
  const out = new Float32Array(scene.points.length);
  const [ct, st, cl, sl] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
  for (let at = 0; at < scene.points.length; at += 3) {
    const [x, y, z] = [scene.points[at]!, scene.points[at + 1]!, scene.points[at + 2]!];
    const [right, away] = [x * ct - y * st, x * st + y * ct];
    out[at] = right;
    out[at + 1] = -(z * cl - away * sl);
    out[at + 2] = away * cl + z * sl;
  }
  return out;
}
