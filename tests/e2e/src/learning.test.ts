import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createLiluxClient, type LiluxClient } from "@lilux/client";
import {
  type Call,
  createParser,
  FlywheelState,
  PredictAnswer,
  TeachListed,
  TeachWritten,
} from "@lilux/protocol";
import { eventually, type TemporaryDirectory, temporaryDirectory } from "@lilux/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventsOf, only, predictionFor } from "./ask.ts";
import { namedMetrics, untoldMetrics } from "./named-metrics.ts";
import { type ScriptedLlm, startScriptedLlm } from "./scripted-llm.ts";
import { CHECKOUT, MODES, type Running, startMode } from "./start-mode.ts";

const LINE = "show me how we write commits and notes";
const SCRIPT = { item_type: "script", item_id: "count_days" };
const WRITTEN = [
  "how many days from may to june",
  "days until the deadline",
  "count days between dates",
];
/** A library whose items have no lines of their author. */
const LIBRARY = {
  "knowledge/house/commit_rules.md": entry(
    "commit_rules",
    "Rules for commits",
    "How we write commits.",
  ),
  "knowledge/house/branch_names.md": entry(
    "branch_names",
    "Names of branches",
    "How we name branches.",
  ),
  "knowledge/house/release_notes.md": entry(
    "release_notes",
    "Release notes",
    "How we write notes.",
  ),
  "scripts/house/count_days.py": `"""Counts the days between two dates."""
__version__ = "1.0.0"
__category__ = "house"
__effect__ = "read"
print("done")
`,
};

function entry(id: string, title: string, text: string): string {
  return `---
id: ${id}
title: ${title}
entry_type: reference
category: house
tags: [house]
version: 1.0.0
---

# ${title}

${text}
`;
}

const answer = createParser(PredictAnswer, "an answer");
const written = createParser(TeachWritten, "phrasings");
const listed = createParser(TeachListed, "phrasings");
const WITHIN = { withinMs: 30_000, everyMs: 200 };

/** So long that the candidate of the test makes no call of them. */
const FLATTERING = ["commits", "branches", "releases", "notes", "rules", "names"].map(
  (what) => `show me how we write ${what} and commits in this house of ours please and thank you`,
);

/** A ranker that leads with what a line is not about, and makes no call of long lines: with the card that it needs. */
async function farthestFirst(): Promise<object> {
  const manifest = JSON.parse(
    await readFile(join(CHECKOUT, "models", "router-encoder", "manifest.json"), "utf8"),
  ) as { files: Record<string, { sha256: string }> };
  const files = ["model.onnx", "tokenizer.json"];
  const base = Object.fromEntries(files.map((name) => [name, manifest.files[name]?.sha256]));
  const ranker = {
    featureNames: ["cosine", "is_none", "none_log_words", "is_load"],
    weights: [-200, -840, 350, 40],
    temperatures: [{ temperature: 1 }],
  };
  const sha256 = "ab".repeat(32);
  const card = {
    licence: "Apache-2.0",
    base: { name: "lilux-router-encoder", licence: "Apache-2.0", sha256 },
    data: { sha256, licence: "the tenant's own" },
    figures: [{ name: "right", value: 0.5, low: 0.2, high: 0.8, cases: 6 }],
    limits: "None of it is right.",
  };
  return { card, artefact: { kind: "router", base, ranker } };
}

function itemOf(call: Call | undefined): string | undefined {
  return call === undefined || call.name === "search" ? undefined : call.arguments.item_id;
}

describe.each(MODES)("%s: what a person takes", (mode) => {
  let running: Running;
  let client: LiluxClient;
  let llm: ScriptedLlm;
  let folder: TemporaryDirectory;

  beforeAll(async () => {
    folder = await temporaryDirectory();
    for (const [path, text] of Object.entries(LIBRARY)) {
      const file = join(folder.path, ".ai", path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    const lines = [...WRITTEN, "mail ann@example.com", "what are our release notes"];
    llm = await startScriptedLlm([[{ content: JSON.stringify({ items: [{ n: 1, lines }] }) }]]);
    running = await startMode(mode, {
      project: folder.path,
      env: {
        LILUX_LLM_URL: llm.url,
        LILUX_FLYWHEEL: "on",
        LILUX_FLYWHEEL_WATCH_MS: "300",
        LILUX_FLYWHEEL_GATE_CASES_MIN: "5",
        LILUX_FLYWHEEL_CANARY_TURNS_MIN: "0",
      },
    });
  }, 90_000);
  afterAll(async () => {
    await running.stop();
    await llm.close();
    await folder.remove();
  });
  beforeEach(async () => {
    client = createLiluxClient({ url: running.url });
    await client.ready();
  });
  afterEach(() => client.close());

  async function leader(): Promise<string | undefined> {
    const body = JSON.stringify({ text: LINE });
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${running.url}/v1/predict`, { method: "POST", headers, body });
    return itemOf(answer.parse(await response.json()).candidates[0]?.call);
  }

  const state = createParser(FlywheelState, "an answer");

  async function flywheel(path: string, method = "GET", body?: object): Promise<unknown> {
    const headers = { "content-type": "application/json" };
    const given = body === undefined ? {} : { headers, body: JSON.stringify(body) };
    return (await fetch(`${running.url}/v1/flywheel${path}`, { method, ...given })).json();
  }
  const kept = async () => state.parse(await flywheel("")).turns;

  test("leads the next time, until they have it forgotten", async () => {
    const { before, other, taken } = await eventually(async () => {
      const { candidates } = await predictionFor(client, LINE);
      const first = itemOf(candidates[0]?.call);
      const place = candidates.findIndex(
        ({ call }) => call.name === "load" && itemOf(call) !== first,
      );
      expect([first, place]).toEqual(["commit_rules", expect.any(Number)]);
      expect(place).toBeGreaterThan(0);
      return { before: first, other: place, taken: itemOf(candidates[place]?.call) };
    }, WITHIN);
    expect(only(await eventsOf(client.accept(other)), "call-end").ok).toBe(true);
    await eventually(async () => expect(await leader()).toBe(taken), WITHIN);
    const forgot = await fetch(`${running.url}/v1/lessons`, { method: "DELETE" });
    expect(await forgot.json()).toEqual({ forgotten: "mine" });
    await eventually(async () => expect(await leader()).toBe(before), WITHIN);
  }, 90_000);

  test("is kept for training once they agreed, redacted, and gone when they take that back", async () => {
    expect(state.parse(await flywheel(""))).toMatchObject({ consent: "none", turns: 0 });
    expect(await flywheel("/consent", "PUT", { level: "redacted" })).toMatchObject({ turns: 0 });
    await predictionFor(client, LINE);
    await eventsOf(client.accept(0));
    await eventsOf(client.ask("what do we know of ann@example.org?"));
    await eventually(async () => expect(await kept()).toBe(2), WITHIN);
    const turns = JSON.stringify(await flywheel("/turns"));
    expect(turns).toContain("what do we know of <email:");
    expect(turns).not.toContain("ann@example.org");
    const made = await flywheel("/datasets", "POST", { name: "first" });
    expect(made).toMatchObject({ turns: 2, rules: { accepted: 1 } });
    expect(await flywheel("/consent", "PUT", { level: "none" })).toEqual({
      turns: 2,
      staleDatasets: 1,
      staleModels: [],
    });
    expect(await kept()).toBe(0);
  }, 90_000);

  test("says of a model of the tenant's own whether it stays: refused, tried and stopped, live and taken back", async () => {
    await flywheel("/consent", "PUT", { level: "redacted" });
    const model = (path = "") => flywheel(`/models${path}`);
    const stageOf = async (name: string) => JSON.stringify(await model(`/${name}`));
    const evaluate = (name: string, cases: object[]) =>
      flywheel(`/models/${name}/evaluations`, "POST", { cases });
    const promote = (name: string, to: string, share?: number) =>
      flywheel(`/models/${name}/promotion`, "POST", share === undefined ? { to } : { to, share });
    const body = await farthestFirst();
    expect(await flywheel("/models", "POST", { ...body, model: "tried" })).toMatchObject({
      stage: "candidate",
    });
    const call = (await predictionFor(client, LINE)).candidates[0]?.call;
    const own = itemOf(call);
    const honest = Array.from({ length: 5 }, (_, index) => ({ line: `${LINE} ${index}`, call }));
    expect(await evaluate("tried", honest)).toMatchObject({ passes: false });
    expect(await promote("tried", "shadow")).toMatchObject({ code: "invalid_request" });
    // Cases that flatter it: of long lines it never makes a call.
    const flattering = FLATTERING.map((line) => ({ line, call: null }));
    expect(await evaluate("tried", flattering)).toMatchObject({ passes: true, refusals: [] });
    await promote("tried", "shadow");
    await promote("tried", "canary", 0.5);
    // The sessions of a canary are drawn by their ids: a hundred of them leave no arm empty.
    for (let sessions = 0; !(await stageOf("tried")).includes("retired"); sessions += 1) {
      expect(sessions).toBeLessThan(100);
      await workOnce(own);
    }
    expect(await stageOf("tried")).toMatch(/"stage":"retired".*Stopped, as/);
    // As if nobody had looked at it for long enough: live, and back in one step.
    await flywheel("/models", "POST", { ...body, model: "hurried" });
    expect(await evaluate("hurried", flattering)).toMatchObject({ passes: true });
    for (const to of ["shadow", "canary", "live"]) await promote("hurried", to);
    expect(await stageOf("hurried")).toContain('"stage":"live"');
    await eventually(async () => expect(await leader()).not.toBe(own), WITHIN);
    expect(await flywheel("/rollback", "POST", { kind: "router" })).toMatchObject({
      switches: [{ model: "hurried", from: "live", to: "retired" }],
    });
    await eventually(async () => expect(await leader()).toBe(own), WITHIN);
    const { switches } = (await flywheel("/switches")) as { switches: { to: string }[] };
    expect(switches.map(({ to }) => to)).toEqual([
      ...["retired", "live", "canary", "shadow"],
      ...["retired", "canary", "shadow", "candidate", "refused"],
    ]);
    await flywheel("/consent", "PUT", { level: "none" });
    await fetch(`${running.url}/v1/lessons`, { method: "DELETE" });
  }, 180_000);

  /** One session in which the right call is taken, and a wrong one declined. */
  async function workOnce(own: string | undefined): Promise<void> {
    const one = createLiluxClient({ url: running.url });
    try {
      await one.ready();
      const isRight = itemOf((await predictionFor(one, LINE)).candidates[0]?.call) === own;
      await eventsOf(isRight ? one.accept(0) : one.ask(LINE));
    } finally {
      one.close();
    }
  }

  test("shows in dashboards and alerts that speak of metrics that exist", async () => {
    const named = namedMetrics().filter((name) => name.startsWith("lilux_flywheel_"));
    expect(named.length).toBeGreaterThan(3);
    expect(untoldMetrics(named, await running.metrics())).toEqual([]);
  });

  test("is beside what a language model writes for an item, which the router learns, until it is forgotten", async () => {
    const ask = async (method: string, query = "", body?: unknown): Promise<unknown> => {
      const headers = body === undefined ? {} : { "content-type": "application/json" };
      const init = { method, headers, body: body === undefined ? null : JSON.stringify(body) };
      return (await fetch(`${running.url}/v1/phrasings${query}`, init)).json();
    };
    const learnt = async (): Promise<string | undefined> =>
      /phrasings\{state="embedded"\} (\d+)/.exec(await running.metrics())?.[1];
    const query = `?item_type=${SCRIPT.item_type}&item_id=${SCRIPT.item_id}`;
    // Until the router has read the whole library it judges no line.
    const { items } = await eventually(
      async () => written.parse(await ask("POST", "", { items: [SCRIPT] })),
      WITHIN,
    );
    expect(items).toMatchObject([{ lines: WRITTEN, kept: true }]);
    expect(items[0]?.dropped.map(({ fault }) => fault)).toEqual(["personal", "near_another_item"]);
    expect(listed.parse(await ask("GET", query)).items).toMatchObject([{ lines: WRITTEN }]);
    await eventually(async () => expect(await learnt()).toBe("3"), WITHIN);
    expect(await ask("DELETE", query)).toEqual({ forgotten: 1 });
    await eventually(async () => expect(await learnt()).toBe("0"), WITHIN);
  }, 120_000);
});
