import { defineConfig } from "vitest/config";

// Tests make their own world: what the caller's shell says of a Lilux is not part of it.
for (const name of Object.keys(process.env)) {
  if (/^(LILUX_(?!TEST_|CHROMIUM$)|PORT$)/.test(name)) delete process.env[name];
}

const PURE = "packages/{core,protocol,client}/src/**/*.test.ts";

export default defineConfig({
  test: {
    pool: "forks",
    // Two cores: more workers only make real-server tests wait for each other.
    maxWorkers: 2,
    // For what hangs alone: on cores that others keep busy, what takes a second takes fifteen.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        // One process for all their files: they keep nothing between tests, start nothing and
        // mock no module, and most of their time was the start of a worker each.
        test: { name: "pure", include: [PURE], isolate: false },
      },
      {
        extends: true,
        test: {
          name: "lilux",
          include: [
            "{packages,services,apps,tools,bench}/**/src/**/*.test.ts",
            "tests/e2e/src/**/*.test.ts",
          ],
          exclude: [PURE, "**/node_modules/**"],
        },
      },
    ],
  },
});
