/** The greatest height in each of `bars` equal parts of a sound, as a share of the greatest of all. Pure. */
export function peaksOf(samples: Float32Array, bars: number): number[] {
  const out: number[] = [];
  for (let bar = 0; bar < bars; bar++) {
    const from = Math.floor((bar / bars) * samples.length);
    const to = Math.max(from + 1, Math.floor(((bar + 1) / bars) * samples.length));
    let most = 0;
    for (let at = from; at < to && at < samples.length; at++) most = Math.max(most, Math.abs(samples[at] ?? 0));
    out.push(most);
  }
  const top = Math.max(...out, 1e-9);
  return out.map((peak) => peak / top);
}
