import { createLiluxClient, type LiluxClient } from "@lilux/client";
import { type Call, createParser, FlywheelState, PredictAnswer } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventsOf, only, predictionFor } from "./ask.ts";
import { MODES, type Running, startMode } from "./start-mode.ts";

const LINE = "what are our rules for writing commits";
const answer = createParser(PredictAnswer, "an answer");
const WITHIN = { withinMs: 30_000, everyMs: 200 };

function itemOf(call: Call | undefined): string | undefined {
  return call === undefined || call.name === "search" ? undefined : call.arguments.item_id;
}

describe.each(MODES)("%s: what a person takes", (mode) => {
  let running: Running;
  let client: LiluxClient;

  beforeAll(async () => {
    running = await startMode(mode, { env: { LILUX_FLYWHEEL: "on" } });
  }, 90_000);
  afterAll(() => running.stop());
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
    const { candidates } = await predictionFor(client, LINE);
    const before = itemOf(candidates[0]?.call);
    const other = candidates.findIndex(
      ({ call }) => call.name === "load" && itemOf(call) !== before,
    );
    const taken = itemOf(candidates[other]?.call);
    expect(taken).toBeDefined();
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
});
