import { createLiluxClient, type LiluxClient } from "@lilux/client";
import { type Call, createParser, PredictAnswer } from "@lilux/protocol";
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
    running = await startMode(mode);
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
});
