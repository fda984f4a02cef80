/** A sound as numbers: its rate, its peaks, and how strong each pitch is over time. Pure. */

/** The samples a second that a WAV file says it has; null of other files. */
export function wavRate(bytes: DataView): number | null {
  if (bytes.byteLength < 28 || bytes.getUint32(0) !== 0x52494646 || bytes.getUint32(8) !== 0x57415645) return null;
  for (let at = 12; at + 16 <= bytes.byteLength; ) {
    if (bytes.getUint32(at) === 0x666d7420) return bytes.getUint32(at + 12, true) || null;
    at += 8 + bytes.getUint32(at + 4, true) + (bytes.getUint32(at + 4, true) % 2);
  }
  return null;
}

const WINDOW = 512;
const FLOOR_DB = 90;

/**
 * The strength of each pitch, from 0 to 1 over 90 dB below the strongest, in `columns` equal parts of the sound:
 * column after column, each from the lowest pitch up.
 */
export function spectrumOf(samples: Float32Array, columns: number): { power: Float32Array; bins: number } {
  const bins = WINDOW / 2;
  const power = new Float32Array(columns * bins);
  const re = new Float32Array(WINDOW);
  const im = new Float32Array(WINDOW);
  let most = 1e-12;
  for (let column = 0; column < columns; column++) {
    const from = Math.round((column / Math.max(1, columns - 1)) * Math.max(0, samples.length - WINDOW));
    for (let at = 0; at < WINDOW; at++) {
      re[at] = (samples[from + at] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * at) / (WINDOW - 1)));
      im[at] = 0;
    }
    transform(re, im);
    for (let bin = 0; bin < bins; bin++) {
      const value = re[bin]! * re[bin]! + im[bin]! * im[bin]!;
      power[column * bins + bin] = value;
      most = Math.max(most, value);
    }
  }
  for (let at = 0; at < power.length; at++)
    power[at] = Math.max(0, 1 + (10 * Math.log10(Math.max(1e-12, power[at]! / most))) / FLOOR_DB);
  return { power, bins };
}

/** The fast Fourier transform, in place; the length is a power of two. */
function transform(re: Float32Array, im: Float32Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  for (let size = 2; size <= n; size *= 2) {
    const turn = (-2 * Math.PI) / size;
    for (let start = 0; start < n; start += size)
      for (let k = 0; k < size / 2; k++) {
        const [cos, sin] = [Math.cos(turn * k), Math.sin(turn * k)];
        const [a, b] = [start + k, start + k + size / 2];
        const x = re[b]! * cos - im[b]! * sin;
        const y = re[b]! * sin + im[b]! * cos;
        re[b] = re[a]! - x;
        im[b] = im[a]! - y;
        re[a] = re[a]! + x;
        im[a] = im[a]! + y;
      }
  }
}
