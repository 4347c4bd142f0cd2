import { mkdir, writeFile } from "node:fs/promises";
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
import { type ScriptedLlm, startScriptedLlm } from "./scripted-llm.ts";
import { MODES, type Running, startMode } from "./start-mode.ts";

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
      env: { LILUX_LLM_URL: llm.url, LILUX_FLYWHEEL: "on" },
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
    });
    expect(await kept()).toBe(0);
  }, 90_000);

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
