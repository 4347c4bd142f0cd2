import { createLiluxClient, type LiluxClient } from "@lilux/client";
import type { SearchResult } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventsOf, only, predictionFor, textOf } from "./ask.ts";
import { namedMetrics, untoldMetrics } from "./named-metrics.ts";
import { MODES, type Running, startMode } from "./start-mode.ts";

describe.each(MODES)("%s: from keystroke to answer", (mode) => {
  let running: Running;
  let client: LiluxClient;

  beforeAll(async () => {
    running = await startMode(mode);
  }, 150_000);
  afterAll(() => running.stop());
  beforeEach(async () => {
    client = createLiluxClient({ url: running.url });
    await client.ready();
  });
  afterEach(() => client.close());

  test("half a typed line leads with the search it means, and Tab runs it", async () => {
    const { candidates } = await predictionFor(client, "find email scr");
    const [leader] = candidates;
    expect(leader?.call).toMatchObject({
      name: "search",
      arguments: { item_type: "script", query: "email" },
    });
    const events = await eventsOf(client.accept(0));
    expect(only(events, "turn-start").path).toBe("fast");
    const end = only(events, "call-end");
    expect(end.ok).toBe(true);
    const { results } = end.result as SearchResult;
    expect(results.length).toBeGreaterThan(0);
    expect(results.every((hit) => hit.item_type === "script")).toBe(true);
    expect(only(events, "turn-end").outcome).toBe("completed");
  });

  test("a line with a value runs with it, and one with a value that nothing takes is not run", async () => {
    const whole = "run budget_split amount 1200.50";
    const { candidates } = await predictionFor(client, whole);
    expect(candidates[0]).toMatchObject({
      call: { name: "execute", arguments: { item_id: "budget_split", action: "run" } },
      parameters: expect.arrayContaining([
        expect.objectContaining({ name: "amount", origin: "typed" }),
      ]),
    });
    const ran = only(await eventsOf(client.accept(0)), "call-start");
    expect(ran.call.arguments).toMatchObject({ parameters: { amount: "1200.50" } });
    const left = await predictionFor(client, `${whole} --rounding-of-cents 7`);
    expect(left.candidates[0]?.unread).toContain("rounding-of-cents");
    const refused = await eventsOf(client.accept(0));
    expect(refused.filter(({ type }) => type === "call-start")).toEqual([]);
    expect(textOf(refused)).toContain("nothing in it takes");
  });

  test("conversation goes to the orchestrator, which says that no language model is set", async () => {
    const line = "what can you do for me?";
    // The router has read the line before. Where it is late for the turn all the same the library is searched: asked again, then.
    await eventually(
      async () => {
        await predictionFor(client, line);
        const events = await eventsOf(client.ask(line));
        expect(only(events, "turn-start").path).toBe("slow");
        expect(only(events, "turn-end").outcome).toBe("completed");
        expect(textOf(events)).toContain("LILUX_LLM_URL");
      },
      { withinMs: 60_000 },
    );
  });

  test("events are numbered without a hole across turns", async () => {
    await predictionFor(client, "find email scr");
    const first = await eventsOf(client.accept(0));
    const second = await eventsOf(client.ask("thank you"));
    const offsets = [...first, ...second].map((event) => event.offset);
    expect(offsets).toEqual(offsets.map((_, index) => index + 1));
  });

  test("talk of email makes a cold context warm", async () => {
    const cold = await predictionFor(client, "hello");
    expect(cold.context).toBe("cold");
    const warmed = Promise.withResolvers<string>();
    client.on("context-warmed", ({ state }) => warmed.resolve(state));
    await eventsOf(
      client.ask("validate the email addresses and enrich the email contacts for outreach"),
    );
    expect(["warm", "hot"]).toContain(await warmed.promise);
    await eventually(
      async () => {
        const { context } = await predictionFor(client, `enrich ${Date.now() % 1_000}`);
        expect(["warm", "hot"]).toContain(context);
      },
      { withinMs: 30_000 },
    );
  }, 90_000);

  test("a real script runs in its sandbox and its result comes back", async () => {
    const response = await post("/v1/execute", {
      item_type: "tool",
      item_id: "email_validator",
      action: "run",
      parameters: {},
    });
    const result = (await response.json()) as { status: string; metadata: { sandbox?: string } };
    expect(response.status).toBe(200);
    expect(result.status).toBe("success");
    expect(result.metadata.sandbox).toBe("bubblewrap");
  });

  test("REST predicts the same call, with its confidence", async () => {
    const response = await post("/v1/predict", { text: "find email scripts" });
    const answer = (await response.json()) as {
      candidates: { call: unknown; confidence: number }[];
    };
    expect(answer.candidates[0]?.call).toMatchObject({
      name: "search",
      arguments: { item_type: "script" },
    });
    expect(answer.candidates[0]?.confidence).toBeGreaterThan(0.6);
  });

  test("a destructive call waits for a confirm, and a no keeps it from running", async () => {
    const turn = client.submit("delete the script email_validator");
    const asked = await new Promise<{ callId: string; effect: string } | undefined>((resolve) => {
      client.on("event", (event) => {
        if (event.type === "confirm-request")
          resolve({ callId: event.callId, effect: event.effect });
        if (event.type === "turn-end") resolve(undefined);
      });
    });
    // Whether the router reads the line as a delete is the model's business; that
    // nothing destructive runs unasked is not.
    if (asked !== undefined) {
      expect(asked.effect).toBe("destructive");
      turn.confirm(asked.callId, false);
    }
    const events = await eventsOf(turn);
    expect(
      events.some(
        (event) => event.type === "call-end" && event.ok && isDelete(events, event.callId),
      ),
    ).toBe(false);
    const listed = await fetch(`${running.url}/v1/items?item_type=script`);
    expect(await listed.text()).toContain("email_validator");
  });

  test("REST refuses a delete without a confirm and names the digest to confirm", async () => {
    const response = await post("/v1/execute", {
      item_type: "script",
      item_id: "email_validator",
      action: "delete",
    });
    const body = (await response.json()) as { code: string; details: { callDigest: string } };
    expect(response.status).toBe(428);
    expect(body.code).toBe("confirm_required");
    expect(body.details.callDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  test("every service's metrics are there, with 80 ms as a bound of its own", async () => {
    await predictionFor(client, "find email scr");
    const text = await running.metrics();
    for (const service of ["gateway", "router", "context_warmer", "orchestrator", "kiwi"]) {
      expect(text).toContain(`lilux_${service}_`);
    }
    expect(text).toContain('le="0.08"');
  });

  test("dashboards and alerts speak of metrics that exist", async () => {
    // Those of the flywheel are where one runs, beside what is learnt.
    const named = namedMetrics().filter((name) => !name.startsWith("lilux_flywheel_"));
    expect(named.length).toBeGreaterThan(20);
    expect(untoldMetrics(named, await running.metrics())).toEqual([]);
  });

  function post(path: string, body: unknown): Promise<Response> {
    return fetch(`${running.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
  }
});

function isDelete(events: readonly { type: string }[], callId: string): boolean {
  return events.some((event) => {
    if (event.type !== "call-start") return false;
    const { callId: started, call } = event as unknown as {
      callId: string;
      call: { arguments: { action?: string } };
    };
    return started === callId && call.arguments.action === "delete";
  });
}
