import { existsSync } from "node:fs";

const FOUND = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find(existsSync);

/** Debian's Chromium; its headless shell, where that is, draws the same with half the work. No browser is downloaded. */
export const CHROMIUM = process.env.CHROMIUM ?? FOUND ?? "chromium";
