import { findBinary } from "@lilux/testkit";
import { describe } from "vitest";

/**
 * A suite that needs a real browser: the one named, else a Chromium on PATH.
 * Where there is none its tests are counted as skipped, with the reason, and
 * in CI the file fails instead.
 */
export function describeInChromium(
  name: string,
  { named, ci }: { named: string | undefined; ci: boolean },
  body: (executablePath: string) => void,
): void {
  const path = named ?? NAMES.map((binary) => findBinary(binary)).find((found) => found);
  if (path !== undefined) {
    describe(name, () => body(path));
    return;
  }
  const reason = "no Chromium: install one, or set LILUX_CHROMIUM to its path";
  if (ci) throw new Error(`${name} cannot run: ${reason}`);
  process.stderr.write(`SKIPPED: every test of "${name}": ${reason}\n`);
  describe.skip(`${name} (skipped: ${reason})`, () => body(""));
}

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
