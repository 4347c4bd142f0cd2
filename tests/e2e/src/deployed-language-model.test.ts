import { createLiluxClient, type LiluxClient } from "@lilux/client";
import { eventually, type TemporaryDirectory, temporaryDirectory } from "@lilux/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventsOf } from "./ask.ts";
import { type ServedNames, startServedNames } from "./served-names.ts";
import { type Running, startMode } from "./start-mode.ts";

const OWN = "base";
const TRIED = "acme-spring";
const SHA = "ab".repeat(32);
const WITHIN = { withinMs: 60_000, everyMs: 200 };

let running: Running;
let llm: ServedNames;
let folder: TemporaryDirectory;

beforeAll(async () => {
  folder = await temporaryDirectory();
  llm = await startServedNames([OWN, TRIED]);
  running = await startMode("embedded", {
    project: folder.path,
    env: {
      LILUX_LLM_URL: llm.url,
      LILUX_LLM_MODEL: OWN,
      LILUX_FLYWHEEL: "on",
      LILUX_FLYWHEEL_WATCH_MS: "300",
      LILUX_FLYWHEEL_GATE_CASES_MIN: "20",
      LILUX_FLYWHEEL_CANARY_TURNS_MIN: "0",
    },
  });
}, 120_000);
afterAll(async () => {
  await running.stop();
  await llm.close();
  await folder.remove();
});

async function flywheel(path: string, method: string, body?: object): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const given = body === undefined ? {} : { headers, body: JSON.stringify(body) };
  return (await fetch(`${running.url}/v1/flywheel${path}`, { method, ...given })).json();
}

async function register(model: string): Promise<void> {
  const card = {
    licence: "Apache-2.0",
    base: { name: "a base", licence: "Apache-2.0", sha256: SHA },
    data: { sha256: SHA, licence: "the tenant's own" },
    figures: [{ name: "right", value: 0.9, low: 0.8, high: 1, cases: 30 }],
    limits: "Says that it depends.",
  };
  const artefact = { kind: "orchestrator", served: TRIED, sha256: SHA };
  await flywheel("/models", "POST", { model, card, artefact });
  const evaluated = Array.from({ length: 30 }, (_, index) => ({
    stratum: "defer",
    group: `g${index}`,
    isNewRight: true,
    isOldRight: index > 12,
  }));
  const suite = { suite: "cases of the test", evaluated };
  expect(await flywheel(`/models/${model}/evaluations`, "POST", suite)).toMatchObject({
    passes: true,
  });
}

const promote = (model: string, to: string, share?: number) =>
  flywheel(`/models/${model}/promotion`, "POST", share === undefined ? { to } : { to, share });

/** The names that answered the lines of one session, each asked for words alone. */
async function namesOf(client: LiluxClient, lines: readonly string[]): Promise<Set<string>> {
  await client.ready();
  const before = llm.asked.length;
  for (const line of lines) await eventsOf(client.ask(line));
  return new Set(llm.asked.slice(before).map(({ model }) => model));
}

async function inSession(...lines: string[]): Promise<Set<string>> {
  const client = createLiluxClient({ url: running.url });
  try {
    return await namesOf(client, lines);
  } finally {
    client.close();
  }
}

// Mutants: `deployedName` that draws anew for each turn; `watchTrials` that judges routers alone; a rollback that is not told.
test("a tenant's language model answers its share of sessions whole, is stopped by what people take back, goes live, and back", async () => {
  await flywheel("/consent", "PUT", { level: "full" });
  const isAnsweredBy = (name: string) =>
    eventually(
      async () => expect(await inSession("why is the sky blue?")).toEqual(new Set([name])),
      WITHIN,
    );
  await isAnsweredBy(OWN);
  await register("spring");
  expect(await promote("spring", "live")).toMatchObject({ code: "invalid_request" });
  expect(await promote("spring", "canary", 0.5)).toMatchObject({ switches: [{ to: "canary" }] });
  await isAnsweredBy(TRIED);
  const stage = async () => JSON.stringify(await flywheel("/models/spring", "GET"));
  // What the tried one said is taken back, what the other one said is not.
  let [tried, own] = [0, 0];
  for (let sessions = 0; !(await stage()).includes('"stage":"retired"'); sessions += 1) {
    expect(sessions).toBeLessThan(150);
    const client = createLiluxClient({ url: running.url });
    const first = await namesOf(client, ["what is a mutex?"]);
    const isTried = first.has(TRIED);
    const next = await namesOf(client, [isTried ? "no, not that" : "and a semaphore?"]);
    client.close();
    // One session is answered by one of them, unless it was stopped meanwhile; a late server by neither.
    const isStopped = (await stage()).includes('"stage":"retired"');
    if (!isStopped) expect(new Set([...first, ...next]).size).toBeLessThan(2);
    if (isTried) tried += 1;
    else own += 1;
  }
  expect(Math.min(tried, own)).toBeGreaterThan(0);
  expect(await stage()).toMatch(/Stopped, as/);
  await isAnsweredBy(OWN);
  await register("summer");
  for (const to of ["canary", "live"]) await promote("summer", to);
  await isAnsweredBy(TRIED);
  expect(await flywheel("/rollback", "POST", { kind: "orchestrator" })).toMatchObject({
    switches: [{ model: "summer", from: "live", to: "retired" }],
  });
  await isAnsweredBy(OWN);
}, 300_000);
