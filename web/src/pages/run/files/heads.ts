/** What the heads of tensor files say: names, types and shapes, without reading a number. Pure. */

export interface TensorInfo {
  name: string;
  type: string;
  shape: number[];
  sizeBytes: number;
}

export interface TensorFile {
  tensors: TensorInfo[];
  /** What the file says of itself, by name. */
  notes: Record<string, string>;
}

/** No head is longer than that. */
export const MOST_HEAD_BYTES = 64 * 2 ** 20;

/** How many bytes of a safetensors file hold its head; null where it cannot be one. `bytes` needs the first 8. */
export function safetensorsHead(bytes: Uint8Array): number | null {
  if (bytes.length < 8) return null;
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  return size >= 2 && size <= MOST_HEAD_BYTES ? 8 + size : null;
}

/** The tensors of a safetensors file, from its first bytes; null where they are none. */
export function safetensorsOf(bytes: Uint8Array): TensorFile | null {
  const end = safetensorsHead(bytes);
  if (end === null || bytes.length < end) return null;
  let head: unknown;
  try {
    head = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, end)));
  } catch {
    return null;
  }
  if (!isFacts(head)) return null;
  const tensors: TensorInfo[] = [];
  const notes: Record<string, string> = {};
  for (const [name, value] of Object.entries(head)) {
    if (!isFacts(value)) continue;
    if (name === "__metadata__") {
      for (const [note, text] of Object.entries(value)) notes[note] = String(text);
      continue;
    }
    const [from, to] = Array.isArray(value.data_offsets) ? value.data_offsets.map(Number) : [0, 0];
    tensors.push({
      name,
      type: String(value.dtype ?? "?"),
      shape: Array.isArray(value.shape) ? value.shape.map(Number) : [],
      sizeBytes: (to ?? 0) - (from ?? 0),
    });
  }
  return { tensors, notes };
}

export interface ArrayInfo {
  /** As numpy writes it: `<f4`. */
  type: string;
  shape: number[];
  fortran: boolean;
  /** Where the numbers begin. */
  begins: number;
}

/** What the head of a `.npy` file says; null where it is none or not all there. */
export function npyOf(bytes: Uint8Array): ArrayInfo | null {
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(1, 6)) !== "NUMPY" || bytes[0] !== 0x93) return null;
  const wide = (bytes[6] ?? 1) > 1;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const begin = wide ? 12 : 10;
  const size = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (bytes.length < begin + size) return null;
  const head = new TextDecoder().decode(bytes.subarray(begin, begin + size));
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(head)?.[1];
  const type = /'descr':\s*(?:'([^']*)'|(\[.*?\]))/s.exec(head);
  if (shape === undefined || !type) return null;
  return {
    type: type[1] ?? type[2] ?? "",
    shape: shape.split(",").flatMap((size) => (size.trim() ? [Number(size)] : [])),
    fortran: /'fortran_order':\s*True/.test(head),
    begins: begin + size,
  };
}

/** The first numbers of an array whose type is plain; null for others. */
export function firstNumbers(bytes: Uint8Array, info: ArrayInfo, most: number): number[] | null {
  const found = /^([<>|=])([fiub])(\d)$/.exec(info.type);
  if (!found) return null;
  const little = found[1] !== ">";
  const size = Number(found[3]);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const readers: Record<string, (at: number) => number> = {
    f4: (at) => view.getFloat32(at, little),
    f8: (at) => view.getFloat64(at, little),
    i1: (at) => view.getInt8(at),
    i2: (at) => view.getInt16(at, little),
    i4: (at) => view.getInt32(at, little),
    i8: (at) => Number(view.getBigInt64(at, little)),
    u1: (at) => view.getUint8(at),
    u2: (at) => view.getUint16(at, little),
    u4: (at) => view.getUint32(at, little),
    u8: (at) => Number(view.getBigUint64(at, little)),
    b1: (at) => view.getUint8(at),
  };
  const read = readers[`${found[2]}${size}`];
  if (!read) return null;
  const all = info.shape.reduce((product, each) => product * each, 1);
  const there = Math.floor((bytes.length - info.begins) / size);
  return Array.from({ length: Math.max(0, Math.min(all, there, most)) }, (_, i) => read(info.begins + i * size));
}

function isFacts(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
