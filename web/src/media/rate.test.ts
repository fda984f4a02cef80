import { expect, it } from "vitest";
import { frameRate } from "./rate";

it("a WebM file says how long a picture stands", () => {
  expect(frameRate(Uint8Array.from([0x1a, 0x45, 0xdf, 0xa3, 9, 0x23, 0xe3, 0x83, 0x84, 0x05, 0xf5, 0xe1, 0x00]))).toBe(
    10,
  );
});

it("an MP4 file says it of its film, not of its sound", () => {
  const bytes = new Uint8Array(160);
  const view = new DataView(bytes.buffer);
  const put = (name: string, at: number) =>
    bytes.set(
      [...name].map((letter) => letter.charCodeAt(0)),
      at,
    );
  put("ftyp", 4);
  put("trak", 12);
  put("soun", 16);
  put("trak", 40);
  put("mdhd", 48);
  view.setUint32(48 + 16, 12_800);
  put("vide", 90);
  put("stts", 100);
  view.setUint32(100 + 16, 512);
  expect(frameRate(bytes)).toBe(25);
});

it("a file that says nothing has no rate", () => {
  expect(frameRate(new Uint8Array(40))).toBeNull();
});
