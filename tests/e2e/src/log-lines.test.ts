import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLiluxClient } from "@lilux/client";
import { eventually } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { eventsOf } from "./ask.ts";
import { startMode } from "./start-mode.ts";

interface Line {
  level: string;
  time: string;
  service: string;
  msg: string;
  traceId?: string;
  turnId?: string;
}

const SERVICES = ["context-warmer", "gateway", "kiwi", "orchestrator", "router"];
/** Those that a turn which runs something goes through; a router is asked before it, and logs no keystroke. */
const ON_ITS_WAY = ["context-warmer", "gateway", "kiwi", "orchestrator"];
const WITHIN = { withinMs: 60_000, everyMs: 500 };

function linesIn(folder: string): Map<string, string[]> {
  const logs = readdirSync(folder).filter((name) => SERVICES.includes(name.replace(/\.log$/, "")));
  return new Map(
    logs.map((name) => [
      name.replace(/\.log$/, ""),
      readFileSync(join(folder, name), "utf8")
        .split("\n")
        .filter((line) => line !== ""),
    ]),
  );
}

// Mutants: `console.log` anywhere in a service; `traceId` left out of kiwi's line.
test("what every service writes is lines of JSON, and a turn's trace id is in each that it went through", async () => {
  const running = await startMode("distributed", { env: { LILUX_LOG_LEVEL: "info" } });
  onTestFinished(() => running.stop());
  const client = createLiluxClient({ url: running.url });
  onTestFinished(() => client.close());
  await client.ready();
  // No prediction is waited for: a busy machine has none in time.
  const parameters = { start: "2026-01-01", end: "2026-03-01" };
  const run = { item_type: "script", item_id: "date_diff", action: "run", parameters } as const;
  const text = "how many days between 2026-01-01 and 2026-03-01";
  const turn = client.choose({ name: "execute", arguments: run }, { text });
  const events = await eventsOf(turn);
  expect(events.at(-1)).toMatchObject({ type: "turn-end", outcome: "completed" });

  const folder = join(running.inside?.stateDirectory ?? "", "logs");
  const found = await eventually(() => {
    const all = [...linesIn(folder)].flatMap(([, lines]) =>
      lines.map((line) => JSON.parse(line) as Line),
    );
    const traceId = all.find(
      ({ msg, turnId }) => msg === "turn" && turnId === turn.turnId,
    )?.traceId;
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    const services = all.filter((line) => line.traceId === traceId).map(({ service }) => service);
    expect([...new Set(services)].toSorted()).toEqual(ON_ITS_WAY);
    return all;
  }, WITHIN);
  expect([...new Set(found.map(({ service }) => service))].toSorted()).toEqual(SERVICES);
  for (const { level, time, msg } of found) {
    expect(["info", "warn", "error", "fatal"]).toContain(level);
    expect(Date.parse(time)).not.toBeNaN();
    expect(msg).not.toBe("");
  }
  // What is written while they stop counts, too.
  await running.halt();
  const after = [...linesIn(folder).values()].flat();
  expect(after.length).toBeGreaterThanOrEqual(found.length);
  for (const line of after) expect(() => JSON.parse(line)).not.toThrow();
}, 300_000);
