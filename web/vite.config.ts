import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.GNOMON_DEV_SERVER ?? "http://127.0.0.1:8585";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: { outDir: "dist", target: "es2022", chunkSizeWarningLimit: 900, assetsInlineLimit: 0 },
  server: { proxy: { "/api": server, "/healthz": server } },
  // a document costs more than all tests together: a file that needs one says so in its first line
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
