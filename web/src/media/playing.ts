/** One sound or film is heard at a time: what begins stops what played, unless they play together. */
let current: HTMLMediaElement | null = null;

export function begins(element: HTMLMediaElement): void {
  if (current && current !== element && !current.paused) current.pause();
  current = element;
}

export function ends(element: HTMLMediaElement): void {
  if (current === element) current = null;
}
