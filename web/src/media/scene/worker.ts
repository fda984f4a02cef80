/** Reads clouds of points aside from the page. */
import { readJson } from "../source";
import { cloudOf } from "./cloud";

addEventListener("message", (event: MessageEvent<ArrayBuffer>) => {
  try {
    const cloud = cloudOf(readJson(new TextDecoder().decode(event.data)));
    if (!cloud) postMessage({ failed: "no points" });
    else {
      const parts = [cloud.points, cloud.fourth, cloud.rgb].flatMap((part) => (part ? [part.buffer] : []));
      (postMessage as (message: unknown, transfer: Transferable[]) => void)({ cloud }, parts as Transferable[]);
    }
  } catch (error) {
    postMessage({ failed: error instanceof Error ? error.message : String(error) });
  }
});
