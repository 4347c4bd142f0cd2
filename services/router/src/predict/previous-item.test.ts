import { createCallRanker, PRIOR_RANKER } from "@lilux/core/ranking";
import { LiluxError } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import { Library } from "../library/library.ts";
import { itemSummary } from "../testing/item-summary.ts";
import { createScriptedModel, type ScriptedModel } from "../testing/scripted-model.ts";
import type { Engine } from "./engine.ts";
import { createPreviousItem } from "./previous-item.ts";

const HISTORY = ["run csv_to_json"];
const ITEMS = [itemSummary("script:data/csv_to_json"), itemSummary("script:data/other")];

async function world(model: ScriptedModel) {
  const library = new Library(model.capabilities.embeddingDimensions ?? 0, 100);
  await library.update({ version: "v1", items: ITEMS, broken: [] });
  let now = 1_000;
  const previous = createPreviousItem({ queueWaitMs: 60, clock: () => now });
  const engine: Engine = {
    model,
    modelKey: "m",
    ranker: createCallRanker(PRIOR_RANKER),
    libraries: {
      of: () => ({ library, state: "complete" }),
      listed: async () => undefined,
      complete: async () => undefined,
      embedItems: async () => [],
      changed: () => undefined,
      tenants: () => [],
      counts: () => ({ items: 0, embedded: 0 }),
      close: () => undefined,
    },
  };
  const signal = new AbortController().signal;
  return {
    library,
    ask: () => previous.keyOf(HISTORY, { engine, library, tenant: "local", signal }),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

async function embedNext({ library }: { library: Library }): Promise<void> {
  const [pending] = library.pending();
  const embedding = { bytes: new Int8Array(512).fill(1), scale: 0.01 };
  if (pending !== undefined) library.setEmbedding(pending, embedding);
}

describe("the item of the line before", () => {
  it("is worked out once while the library is being embedded, and once more when it is", async () => {
    // Mutant: the name holds `library.embedded`, and every batch has the line read anew.
    const model = createScriptedModel({ hear: () => ({ itemType: "script" }) });
    const w = await world(model);
    expect(await w.ask()).toBe("script:data/csv_to_json");
    await embedNext(w);
    await w.ask();
    expect(model.lines).toHaveLength(1);
    await embedNext(w);
    await w.ask();
    await w.ask();
    expect(model.lines).toHaveLength(2);
    await w.library.update({ version: "v2", items: ITEMS, broken: [] });
    await w.ask();
    expect(model.lines).toHaveLength(3);
  });

  it("is not tried again with every keystroke after a reading that failed, but after a while", async () => {
    // Mutant: the catch remembers nothing; or remembers for good.
    let isBusy = true;
    const beforeLine = () => {
      if (isBusy) throw new LiluxError("overloaded");
    };
    const model = createScriptedModel({ beforeLine, hear: () => ({ itemType: "script" }) });
    const w = await world(model);
    for (let key = 0; key < 5; key += 1) expect(await w.ask()).toBeUndefined();
    expect(model.lines).toHaveLength(1);
    isBusy = false;
    w.pass(2_001);
    expect(await w.ask()).toBe("script:data/csv_to_json");
  });
});
