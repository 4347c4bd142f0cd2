import { createInProcessBus, subjects } from "@lilux/bus";
import { createInMemoryContextStore } from "@lilux/context-store";
import { itemSummary } from "@lilux/library-index/testing";
import { createLogger } from "@lilux/runtime";
import { testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { routerConfig } from "./config.ts";
import { createRouterService } from "./service.ts";
import { createScriptedModel } from "./testing/scripted-model.ts";

/** What is read of a line, however long it is. */
const READ_MAX = 1_283;

async function start() {
  const bus = createInProcessBus({});
  const model = createScriptedModel({ joinsContext: true });
  const items = [itemSummary("directive:ops/deploy_staging", { description: "ships the build" })];
  const service = createRouterService(routerConfig({}), {
    bus,
    contextStore: createInMemoryContextStore({}),
    logger: createLogger({ service: "test", level: "silent" }),
    openModel: async () => model,
    kiwi: { listItems: async () => ({ version: "v1", items, broken: [] }) },
  });
  onTestFinished(() => service.stop());
  await service.start();
  return { service, bus, model };
}

const lineOf = (characters: number): string =>
  `${`deploy ${"the build of this morning ".repeat(400)}`.slice(0, characters - 8)} staging`;

// Mutants: `bounded` without the history; `embedTexts` without `boundLine`.
test("of a line of 8,000 characters and of those before it the model reads no more than of one of 2,000", async () => {
  const { service, bus, model } = await start();
  const charactersRead = async (characters: number): Promise<number> => {
    model.lines.length = 0;
    const line = lineOf(characters);
    const request = { tenant: testTenant("local"), sessionId: "rest", seq: 0, withinMs: 10_000 };
    await service.predict({ ...request, text: line, history: Array(5).fill(line) });
    return model.lines.reduce((sum, { length }) => sum + length, 0);
  };
  const few = await charactersRead(2_000);
  const many = await charactersRead(8_000);
  expect(many).toBe(few);
  for (const { length } of model.lines) expect(length).toBeLessThanOrEqual(2 * READ_MAX + 2);
  model.lines.length = 0;
  const texts = [lineOf(8_000), lineOf(2_000)];
  await bus.request(
    subjects.embed(testTenant("local")),
    { texts, side: "line" },
    { deadlineMs: 60_000 },
  );
  expect(model.lines.map(({ length }) => length)).toEqual([READ_MAX, READ_MAX]);
});
