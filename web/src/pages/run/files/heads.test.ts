import { describe, expect, it } from "vitest";
import { firstNumbers, npyOf, safetensorsHead, safetensorsOf } from "./heads";
import { jsonlTable } from "./jsonl";

function safetensors(head: unknown): Uint8Array {
  const text = new TextEncoder().encode(typeof head === "string" ? head : JSON.stringify(head));
  const bytes = new Uint8Array(8 + text.length + 4);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

function npy(head: string, numbers: number[]): Uint8Array {
  const text = new TextEncoder().encode(`${head}\n`);
  const bytes = new Uint8Array(10 + text.length + numbers.length * 4);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, text.length, true);
  bytes.set(text, 10);
  for (const [i, value] of numbers.entries()) view.setFloat32(10 + text.length + i * 4, value, true);
  return bytes;
}

describe("the head of a file of tensors", () => {
  it("lists names, types, shapes and sizes", () => {
    const bytes = safetensors({
      __metadata__: { format: "pt" },
      "head.weight": { dtype: "BF16", shape: [2, 8], data_offsets: [0, 32] },
    });
    expect(safetensorsHead(bytes.subarray(0, 8))).toBe(bytes.length - 4);
    expect(safetensorsOf(bytes)).toEqual({
      tensors: [{ name: "head.weight", type: "BF16", shape: [2, 8], sizeBytes: 32 }],
      notes: { format: "pt" },
    });
  });

  it("that is none, or cut off, or says it is endless, is not read", () => {
    expect(safetensorsOf(safetensors("[1]"))).toBeNull();
    expect(safetensorsOf(safetensors("{broken"))).toBeNull();
    expect(safetensorsOf(safetensors({ a: 1 }).subarray(0, 10))).toBeNull();
    expect(safetensorsHead(new Uint8Array(8).fill(255))).toBeNull();
    expect(safetensorsHead(new Uint8Array(3))).toBeNull();
  });

  it("of numpy says shape and type, and its first numbers can be read", () => {
    const bytes = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", [1, 2.5, 3, 4, 5, 6]);
    const info = npyOf(bytes);
    expect(info).toMatchObject({ type: "<f4", shape: [3, 2], fortran: false });
    expect(info && firstNumbers(bytes, info, 4)).toEqual([1, 2.5, 3, 4]);
    expect(npyOf(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (), }", [7]))).toMatchObject({
      shape: [],
      fortran: true,
    });
    expect(npyOf(new TextEncoder().encode("not an array at all"))).toBeNull();
  });
});

describe("lines of JSON", () => {
  it("are a table of all names there are", () => {
    expect(jsonlTable('{"a":1,"b":"x"}\n\n{"a":[2],"c":null}\n', 10, false)).toEqual({
      head: ["a", "b", "c"],
      rows: [
        ["1", "x", ""],
        ["[2]", "", "null"],
      ],
      more: false,
    });
  });

  it("are cut where they were, and are no table where they are no objects", () => {
    expect(jsonlTable('{"a":1}\n{"a":', 10, true)).toEqual({ head: ["a"], rows: [["1"]], more: true });
    expect(jsonlTable('{"a":1}\n{"a":2}\n', 1, false)?.more).toBe(true);
    expect(jsonlTable("1\n2\n", 10, false)).toBeNull();
    expect(jsonlTable("", 10, false)).toBeNull();
  });
});
