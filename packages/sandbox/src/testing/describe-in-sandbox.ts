import { describe } from "vitest";
import { openSandbox } from "../runner/open-sandbox.ts";

const sandbox = await openSandbox({
  path: "/usr/bin:/bin",
  uid: process.getuid?.() ?? -1,
  memoryBytesMax: 512 * 1024 * 1024,
});

/**
 * A suite that runs scripts in the real sandbox. Where there is none its tests
 * are listed and counted as skipped, with the reason, and in CI the file fails.
 */
export function describeInSandbox(name: string, body: () => void): void {
  if (sandbox.available) {
    describe(name, body);
    return;
  }
  const { reason } = sandbox;
  if (process.env["CI"] === "true") throw new Error(`${name} cannot run: ${reason}`);
  process.stderr.write(`SKIPPED: every test of "${name}": ${reason}\n`);
  describe.skip(`${name} (skipped: ${reason})`, body);
}
