/** How many pictures a second a film has, as its file says: WebM and MP4. Pure. */

export function frameRate(bytes: Uint8Array): number | null {
  const rate = text(bytes, 4) === "ftyp" ? mp4Rate(bytes) : webmRate(bytes);
  return rate !== null && rate > 0.1 && rate < 1000 ? rate : null;
}

/** The DefaultDuration of the first track, in nanoseconds. */
function webmRate(bytes: Uint8Array): number | null {
  const at = find(bytes, [0x23, 0xe3, 0x83], 0, Math.min(bytes.length, 65_536));
  if (at < 0) return null;
  const head = bytes[at + 3] ?? 0;
  let wide = 1;
  while (wide <= 8 && !(head & (0x80 >> (wide - 1)))) wide++;
  let size = head & (0xff >> wide);
  for (let more = 1; more < wide; more++) size = size * 256 + (bytes[at + 3 + more] ?? 0);
  let nanoseconds = 0;
  for (let byte = 0; byte < size && byte < 8; byte++)
    nanoseconds = nanoseconds * 256 + (bytes[at + 3 + wide + byte] ?? 0);
  return nanoseconds > 0 ? 1e9 / nanoseconds : null;
}

/** Of the track that is a film: ticks a second over ticks a picture. */
function mp4Rate(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = find(bytes, code("trak"), 0); at >= 0; at = find(bytes, code("trak"), at + 4)) {
    const next = find(bytes, code("trak"), at + 4);
    const end = next < 0 ? bytes.length : next;
    const [media, times] = [find(bytes, code("mdhd"), at, end), find(bytes, code("stts"), at, end)];
    if (find(bytes, code("vide"), at, end) < 0 || media < 0 || times < 0 || times + 20 > bytes.length) continue;
    const long = bytes[media + 4] === 1;
    const ticks = view.getUint32(media + (long ? 24 : 16));
    const each = view.getUint32(times + 16);
    return each > 0 ? ticks / each : null;
  }
  return null;
}

function code(name: string): number[] {
  return [...name].map((letter) => letter.charCodeAt(0));
}

function text(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function find(bytes: Uint8Array, wanted: readonly number[], from: number, to = bytes.length): number {
  for (let at = bytes.indexOf(wanted[0]!, from); at >= 0 && at < to; at = bytes.indexOf(wanted[0]!, at + 1))
    if (wanted.every((byte, place) => bytes[at + place] === byte)) return at;
  return -1;
}
