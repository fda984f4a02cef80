import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env.GNOMON_DEV_SERVER ?? "http://127.0.0.1:8585";

/** The canvases in which Plotly measures letters are read again and again, which the browser wants to be told of. */
function readOften(): Plugin {
  const pens = [/(\.height=1024,\w+=\w+\.getContext\("2d")\)/, /(\.canvas\|\|\w+\.canvas,\w+=\w+\.getContext\("2d")\)/];
  return {
    name: "read-often",
    transform(code, id) {
      if (!id.includes("/plotly.js-strict-dist-min/")) return;
      if (!pens.every((pen) => pen.test(code)))
        this.error("Plotly has other canvases now: look for getImageData in it");
      return { code: pens.reduce((text, pen) => text.replace(pen, "$1,{willReadFrequently:!0})"), code), map: null };
    },
  };
}

export default defineConfig({
  plugins: [react(), readOften()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: { outDir: "dist", target: "es2022", chunkSizeWarningLimit: 900, assetsInlineLimit: 0 },
  server: { proxy: { "/api": server, "/healthz": server } },
  // a document costs more than all tests together: a file that needs one says so in its first line
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
