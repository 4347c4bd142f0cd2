import { createMailbox } from "@lilux/core/async";
import type { TurnEvent } from "@lilux/protocol";
import { connectOrchestrator } from "@lilux/rpc";
import { createLogger } from "@lilux/runtime";
import { expect, test } from "vitest";
import { createHarness, endOf, textOf, typesOf } from "./testing/harness.ts";
import { candidate, prediction, SEARCH, turnRequest } from "./testing/samples.ts";
import { says, saysThenHangs, scriptedModel } from "./testing/scripted-model.ts";

const logger = createLogger({ service: "test", level: "silent" });

test("a cancel closes the upstream, and the turn ends once, cancelled", async () => {
  const closed = Promise.withResolvers<void>();
  const model = scriptedModel({ rounds: [saysThenHangs("Well, ", () => {}, closed.resolve)] });
  const harness = await createHarness({ model });
  const events = await harness.run(turnRequest({ kind: "ask" }), {
    onEvent(event, commands) {
      if (event.type === "text-delta") commands.push({ type: "cancel" });
    },
  });
  await closed.promise;
  expect(typesOf(events)).toEqual(["turn-start", "text-delta", "turn-end"]);
  expect(endOf(events).outcome).toBe("cancelled");
});

test("an abort ends a call in flight, which is told before the turn's end", async () => {
  const stopped = Promise.withResolvers<void>();
  const controller = new AbortController();
  const model = scriptedModel({ rounds: [] });
  const harness = await createHarness({
    model,
    kiwi: {
      search: async (_request, options) => {
        const { promise, reject } = Promise.withResolvers<never>();
        options?.signal?.addEventListener("abort", () => {
          stopped.resolve();
          reject(options.signal?.reason);
        });
        controller.abort();
        return promise;
      },
    },
  });
  const request = turnRequest({}, { prediction: prediction(candidate(SEARCH, 0.9)) });
  const events = await harness.run(request, { signal: controller.signal });
  await stopped.promise;
  expect(typesOf(events)).toEqual(["turn-start", "call-start", "call-end", "turn-end"]);
  expect(events[2]).toMatchObject({ ok: false, error: { code: "cancelled" } });
  expect(endOf(events).outcome).toBe("cancelled");
});

test("a reader that leaves closes the upstream", async () => {
  const closed = Promise.withResolvers<void>();
  const model = scriptedModel({ rounds: [saysThenHangs("Well, ", () => {}, closed.resolve)] });
  const { service } = await createHarness({ model });
  const options = {
    commands: createMailbox<never>({ max: 1, whenFull: "refuse" }),
    signal: new AbortController().signal,
  };
  for await (const event of service.runTurn(turnRequest({ kind: "ask" }), options)) {
    if (event.type === "text-delta") break;
  }
  await closed.promise;
});

test("a stop refuses new turns and ends running ones as interrupted", async () => {
  const speaking = Promise.withResolvers<void>();
  const model = scriptedModel({ rounds: [saysThenHangs("Well, ", speaking.resolve)] });
  const harness = await createHarness({ model });
  const running = harness.run(turnRequest({ kind: "ask" }));
  await speaking.promise;
  const stopped = harness.service.stop(1_200);
  await expect(harness.run(turnRequest({ turnId: "turn-2" }))).rejects.toMatchObject({
    code: "orchestrator_unavailable",
  });
  expect(endOf(await running)).toMatchObject({
    outcome: "interrupted",
    error: { code: "interrupted", retryable: true },
  });
  await stopped;
});

test("over gRPC the turn is the same, and a cancel closes the upstream", async () => {
  const closed = Promise.withResolvers<void>();
  const model = scriptedModel({
    rounds: [says("Hello."), saysThenHangs("Well, ", () => {}, closed.resolve)],
  });
  const harness = await createHarness({
    model,
    config: { listen: { host: "127.0.0.1", port: 0 } },
  });
  const address = `127.0.0.1:${harness.service.port()}`;
  const client = await connectOrchestrator({ address, logger });
  const run = async (turnId: string): Promise<TurnEvent[]> => {
    const commands = createMailbox<{ type: "cancel" }>({ max: 1, whenFull: "refuse" });
    const events: TurnEvent[] = [];
    const options = { commands, signal: new AbortController().signal };
    for await (const event of client.runTurn(turnRequest({ turnId, kind: "ask" }), options)) {
      events.push(event);
      if (event.type === "text-delta" && event.text === "Well,") commands.push({ type: "cancel" });
    }
    return events;
  };
  expect(textOf(await run("turn-1"))).toBe("Hello.");
  expect(endOf(await run("turn-2")).outcome).toBe("cancelled");
  await closed.promise;
  await client.close();
  await harness.service.stop();
});

test("two services in one process count apart", async () => {
  const [one, two] = await Promise.all([
    createHarness({ model: scriptedModel({ rounds: [says("One.")] }) }),
    createHarness({ model: scriptedModel({ rounds: [] }) }),
  ]);
  await one.run(turnRequest({ kind: "ask" }));
  expect(await one.metrics()).toContain('turns_total{path="slow",outcome="completed"} 1');
  expect(await two.metrics()).not.toContain('outcome="completed"');
});
