import { describe } from "vitest";

/**
 * A suite that needs something of the machine. Where that is missing, which
 * `reason` says, its tests are listed and counted as skipped with the reason,
 * and in CI the file fails instead: nothing is left out in silence.
 */
export function describeUnless(reason: string | undefined, name: string, body: () => void): void {
  if (reason === undefined) {
    describe(name, body);
    return;
  }
  if (process.env["CI"] === "true") throw new Error(`${name} cannot run: ${reason}`);
  process.stderr.write(`SKIPPED: every test of "${name}": ${reason}\n`);
  describe.skip(`${name} (skipped: ${reason})`, body);
}
