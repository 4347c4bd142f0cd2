import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "{packages,services,apps,tools,bench}/**/src/**/*.test.ts",
      "tests/e2e/src/**/*.test.ts",
    ],
    pool: "forks",
    // Two cores: more workers only make real-server tests wait for each other.
    maxWorkers: 2,
    testTimeout: 15_000,
    hookTimeout: 30_000,
  },
});
