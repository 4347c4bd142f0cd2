import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createLiluxClient } from "@lilux/client";
import type { Call } from "@lilux/protocol";
import {
  describeUnless,
  describeWithServer,
  eventually,
  startPostgresServer,
  type TemporaryDirectory,
  type TestServer,
  temporaryDirectory,
} from "@lilux/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventsOf } from "./ask.ts";
import { askAll } from "./drill/ask-all.ts";
import { startLoad } from "./drill/load.ts";
import { missingPrograms } from "./drill/programs.ts";
import { questionsOf } from "./drill/questions.ts";
import { startWatchers } from "./drill/watchers.ts";
import { commandsIn, commandsOfRunbooks } from "./runbooks/commands-of.ts";
import { askRedis, runLilux } from "./runbooks/run-as-written.ts";
import { WAYS, type Way } from "./runbooks/ways.ts";
import { CHECKOUT, type Running, startMode } from "./start-mode.ts";

const LONG = { withinMs: 120_000, everyMs: 1_000 };
const TAKEN: readonly [text: string, call: Call][] = [
  [
    "how many days between 2026-01-01 and 2026-03-01",
    runOf("date_diff", { start: "2026-01-01", end: "2026-03-01" }),
  ],
  [
    "how many days between 2026-01-01 and 2026-01-02",
    runOf("date_diff", { start: "2026-01-01", end: "2026-01-02" }),
  ],
];
const CARD = {
  licence: "Apache-2.0",
  base: { name: "a base", licence: "Apache-2.0", sha256: "ab".repeat(32) },
  data: { sha256: "ab".repeat(32), licence: "the tenant's own" },
  figures: [{ name: "right", value: 0.9, low: 0.8, high: 1, cases: 30 }],
  limits: "Is the one that it is compared with.",
};

// Mutants: a fenced line that no way is known for; a way that no page has any more.
test("every command of every runbook is run in a known way, and nothing else is", () => {
  expect(commandsOfRunbooks().toSorted()).toEqual(Object.keys(WAYS).toSorted());
  const page =
    "text `nats stream ls` and `turn_not_stored`\n\n   ```\n   new command  says why\n   ```\n";
  expect(commandsIn(page)).toEqual(["new command", "nats stream ls"]);
});

test("what is run elsewhere is there, and services have the names that the pages give them", () => {
  for (const way of Object.values(WAYS)) {
    if (way.by === "elsewhere") expect(existsSync(join(CHECKOUT, way.where))).toBe(true);
  }
  for (const service of ["gateway", "router", "orchestrator", "context-warmer"]) {
    const text = readFileSync(join(CHECKOUT, "deploy", "k8s", "base", `${service}.yaml`), "utf8");
    expect(text).toMatch(new RegExp(`kind: Deployment[^]*?name: ${service}\\b`));
  }
});

describeWithServer("the runbooks against a distributed instance", "postgres", () => {
  let postgres: TestServer;
  let folder: TemporaryDirectory;
  let running: Running;
  beforeAll(async () => {
    folder = await temporaryDirectory();
    postgres = await startPostgresServer({ owned: true });
    const env = {
      LILUX_DATABASE_URL: postgres.url,
      LILUX_FLYWHEEL: "on",
      LILUX_FLYWHEEL_DATABASE_URL: postgres.url,
      LILUX_FLYWHEEL_FIT: "candidates",
    };
    running = await startMode("distributed", { env });
    await mkdir(join(folder.path, "folder"));
    await copyFile(
      join(CHECKOUT, "models", "router-encoder", "manifest.json"),
      join(folder.path, "folder", "manifest.json"),
    );
    await writeFile(join(folder.path, "folder", "card.json"), JSON.stringify(CARD));
  }, 300_000);
  afterAll(async () => {
    await running.stop();
    await postgres.stop();
    await folder.remove();
  });

  test("each lilux command ends as its page says, and Redis answers what a page asks it", async () => {
    const { inside, url } = running;
    if (inside === undefined) throw new Error("not distributed");
    const wrong: string[] = [];
    let version = "";
    for (const command of commandsOfRunbooks()) {
      const way = WAYS[command];
      if (way?.by === "redis") expect(askRedis(inside, command)).toMatch(/^# /);
      if (way?.by !== "lilux") continue;
      const given = command
        .replace(/^npm run lilux -- /, "")
        .replace("<version>", version)
        .replace("<name>", "spring");
      let done = runLilux(given, { url, inside, cwd: folder.path });
      // A turn is kept a moment after it has ended.
      const isBuild = command.includes("build");
      const isBuilt = () => {
        if (isBuild && done.code !== 0) done = runLilux(given, { url, inside, cwd: folder.path });
        return !isBuild || done.code === 0;
      };
      await eventually(isBuilt, LONG);
      const { code, said } = done;
      version ||= /\b[0-9a-f]{12,64}\b/.exec(isBuild ? said : "")?.[0] ?? "";
      if (!isAsSaid(way, code, said)) wrong.push(`${given}\n  ended with ${code}: ${said}`);
      if (command.includes("consent")) await talk(url);
    }
    expect(wrong.join("\n")).toBe("");
  }, 600_000);

  const missing = missingPrograms();
  const without = missing.length === 0 ? undefined : `there is no ${missing.join(", no ")}`;
  describeUnless(without, "its metrics in a real Prometheus", () => {
    // Mutant: a metric of another name in a page.
    test("each query of a runbook has an answer while what it is about happens", async () => {
      const { url, adminPorts } = running;
      if (adminPorts === undefined) throw new Error("not distributed");
      const questions = questionsOf().filter(({ from }) => from.includes("/runbook-"));
      expect(questions.length).toBeGreaterThan(10);
      const watchers = await startWatchers({
        folder: join(folder.path, "watchers"),
        factor: 12,
        targets: adminPorts,
      });
      const load = startLoad(url);
      try {
        await eventually(() => talk(url), LONG);
        // What asks who misses something is answered while something is away.
        running.signal("redis-server", "SIGSTOP");
        let open = questions;
        await eventually(async () => {
          open = await askAll(watchers.prometheus, open);
          expect(open).toEqual([]);
        }, LONG);
        // Mutant: write metrics in the plain format whoever asks.
        for (const name of ["gateway_turn", "orchestrator_turn", "kiwi_call"]) {
          const [trace] = await exemplarsOf(watchers.prometheus, `lilux_${name}_seconds_bucket`);
          expect(trace).toMatch(/^[0-9a-f]{32}$/);
        }
      } finally {
        running.signal("redis-server", "SIGCONT");
        await load.stop();
        await watchers.stop();
      }
    }, 400_000);
  });
});

function runOf(item_id: string, parameters: Record<string, string>): Call {
  return {
    name: "execute",
    arguments: { item_type: "script", item_id, action: "run", parameters },
  };
}

function isAsSaid(way: Way & { by: "lilux" }, code: number | null, said: string): boolean {
  const isRefused = code !== 0;
  return isRefused === (way.isRefused ?? false) && way.says.test(said);
}

/** Some turns of a person who takes what is shown: those teach. */
async function talk(url: string): Promise<void> {
  const client = createLiluxClient({ url });
  try {
    await client.ready();
    // Of a list that is shown, or found: a busy machine shows none in time.
    for (const [text, call] of TAKEN) await eventsOf(client.choose(call, { text }));
  } finally {
    client.close();
  }
}

interface Exemplars {
  data: { exemplars: { labels: { trace_id: string } }[] }[];
}

/** The traces that Prometheus kept beside a metric's values. */
async function exemplarsOf(prometheus: string, query: string): Promise<string[]> {
  const now = Date.now() / 1_000;
  const asked = new URLSearchParams({ query, start: `${now - 3_600}`, end: `${now + 60}` });
  const answer = await fetch(`${prometheus}/api/v1/query_exemplars?${asked}`);
  const { data } = (await answer.json()) as Exemplars;
  return data.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id));
}
