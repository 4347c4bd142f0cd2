import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLiluxClient } from "@lilux/client";
import { createLogger } from "@lilux/runtime";
import { eventually, inheritedEnvironment } from "@lilux/testkit";
import { type Distributed, startDistributed } from "lilux";
import { eventsOf, predictionFor } from "../ask.ts";
import { DEMO_LIBRARY } from "../start-mode.ts";

const READY_WITHIN_MS = 240_000;
/** A busy machine answers late, and that is no matter of versions. */
const PATIENTLY = { withinMs: 180_000 };
const LINE = "how many days between 2026-01-01 and 2026-03-01";

/** Services that change places with those of the other version. */
export const MIXED = ["gateway", "router", "kiwi", "orchestrator", "context-warmer"] as const;
export type Mixed = (typeof MIXED)[number];

/** Why a set in which these services are of the earlier checkout does not do its work; undefined when it does. */
export async function tryMix(
  earlier: readonly Mixed[],
  checkout: string,
): Promise<string | undefined> {
  const home = mkdtempSync(join(tmpdir(), "lilux-skew-"));
  const checkouts = Object.fromEntries(earlier.map((name) => [name, checkout]));
  let running: Distributed | undefined;
  try {
    running = await startDistributed({
      env: environment(home),
      logger: createLogger({ service: "skew", level: "silent" }),
      stateDirectory: join(home, "state"),
      port: 0,
      readyWithinMs: READY_WITHIN_MS,
      checkouts,
    });
    await use(`http://127.0.0.1:${running.ports.gateway}`);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await running?.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** A prediction and its turn, a turn of words, and a search over REST. */
async function use(url: string): Promise<void> {
  const client = createLiluxClient({ url });
  try {
    await client.ready();
    const { candidates } = await eventually(() => predictionFor(client, LINE), PATIENTLY);
    if (candidates.length === 0) throw new Error("nothing was predicted");
    for (const turn of [client.accept(0), client.ask("what is a mutex?")]) {
      const end = (await eventsOf(turn)).at(-1);
      if (end?.type !== "turn-end" || end.outcome !== "completed") {
        throw new Error(`a turn ended with ${JSON.stringify(end)}`);
      }
    }
    const found = await fetch(`${url}/v1/search`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ item_type: "script", query: "days between dates" }),
      signal: AbortSignal.timeout(30_000),
    });
    if (!found.ok) throw new Error(`a search was answered with ${found.status}`);
  } finally {
    client.close();
  }
}

function environment(home: string): Record<string, string> {
  return {
    ...inheritedEnvironment(),
    LILUX_PROJECT: DEMO_LIBRARY,
    LILUX_USER_HOME: join(home, "user"),
    LILUX_LOG_LEVEL: "warn",
  };
}
