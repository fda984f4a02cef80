import { defineConfig } from "@playwright/test";
import base from "./playwright.config";

/** Pictures of every page; see `screens/`. Scenes are drawn without a graphics card. */
export default defineConfig({
  ...base,
  testDir: "screens",
  testMatch: "*.screens.ts",
  timeout: 600_000,
  use: {
    ...base.use,
    launchOptions: {
      ...base.use?.launchOptions,
      args: ["--no-sandbox", "--disable-dev-shm-usage", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
    },
  },
});
