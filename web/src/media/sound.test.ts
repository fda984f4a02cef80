import { expect, it } from "vitest";
import { spectrumOf, wavRate } from "./sound";

it("a spectrogram is brightest at the pitch of a tone, in every column", () => {
  const samples = Float32Array.from({ length: 8192 }, (_, at) => Math.sin((2 * Math.PI * 64 * at) / 512));
  const { power, bins } = spectrumOf(samples, 5);
  for (let column = 0; column < 5; column++) {
    const part = [...power.slice(column * bins, (column + 1) * bins)];
    expect(part.indexOf(Math.max(...part))).toBe(64);
    expect(part[200]).toBeLessThan(0.2);
  }
});

it("a WAV file says its rate, another file says none", () => {
  const bytes = new DataView(new ArrayBuffer(44));
  bytes.setUint32(0, 0x52494646);
  bytes.setUint32(8, 0x57415645);
  bytes.setUint32(12, 0x666d7420);
  bytes.setUint32(16, 16, true);
  bytes.setUint32(24, 16_000, true);
  expect(wavRate(bytes)).toBe(16_000);
  expect(wavRate(new DataView(new ArrayBuffer(44)))).toBeNull();
});
