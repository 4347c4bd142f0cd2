import { describe } from "vitest";
import { whyNoServer } from "./start-server.ts";
import type { ServerKind } from "./test-server.ts";

/**
 * A suite that needs real servers. Where one is missing its tests are listed
 * and counted as skipped, with the reason, and in CI the file fails instead.
 */
export function describeWithServer(
  name: string,
  kinds: ServerKind | readonly ServerKind[],
  body: () => void,
): void {
  const wanted = typeof kinds === "string" ? [kinds] : kinds;
  const reasons = wanted.flatMap((kind) => whyNoServer(kind) ?? []);
  if (reasons.length === 0) {
    describe(name, body);
    return;
  }
  const reason = reasons.join("; ");
  if (process.env["CI"] === "true") throw new Error(`${name} cannot run: ${reason}`);
  process.stderr.write(`SKIPPED: every test of "${name}": ${reason}\n`);
  describe.skip(`${name} (skipped: ${reason})`, body);
}
