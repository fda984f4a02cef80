/** Views of several runs side by side: who turns one turns all. */
import { createContext } from "react";

export interface Placed {
  position: readonly [number, number, number];
  target: readonly [number, number, number];
}

export class Cameras {
  private readonly views = new Set<(placed: Placed) => void>();
  private last: Placed | null = null;

  /** Follows the others from now on; starts where they are. */
  join(follow: (placed: Placed) => void): () => void {
    this.views.add(follow);
    if (this.last) follow(this.last);
    return () => {
      this.views.delete(follow);
    };
  }

  tell(from: (placed: Placed) => void, placed: Placed): void {
    this.last = placed;
    for (const follow of this.views) if (follow !== from) follow(placed);
  }
}

/** The cameras that the scenes of a panel share; null where each has its own. */
export const SharedCameras = createContext<Cameras | null>(null);
