import { createCallRanker, PRIOR_RANKER } from "@lilux/core/ranking";
import { createLibraryIndex, type LibraryIndex } from "@lilux/library-index";
import { itemSummary } from "@lilux/library-index/testing";
import { LiluxError } from "@lilux/protocol";
import { clockOf, testTenant } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { createScriptedModel, type ScriptedModel } from "../testing/scripted-model.ts";
import type { Engine } from "./engine.ts";
import { createPreviousItem } from "./previous-item.ts";

const HISTORY = ["run csv_to_json"];
const WIDTH = 512;
const ITEMS = [itemSummary("script:data/csv_to_json"), itemSummary("script:data/other")];

function world(model: ScriptedModel) {
  const library = createLibraryIndex();
  library.meaning.adopt("m", WIDTH);
  library.apply(library.changesTo(ITEMS));
  let version = "v1";
  let now = 1_000;
  const previous = createPreviousItem({ queueWaitMs: 60, clock: clockOf(() => now) });
  const engine: Engine = {
    model,
    modelKey: "m",
    ranker: createCallRanker(PRIOR_RANKER),
    libraries: {
      of: () => ({ library, version, state: "complete" }),
      listed: async () => undefined,
      complete: async () => undefined,
      embedItems: async () => [],
      changed: () => undefined,
      learnt: () => undefined,
      letGo: () => undefined,
      tenants: () => [],
      counts: () => ({ items: 0, embedded: 0, phrasings: 0, phrasingsPending: 0 }),
      close: () => undefined,
    },
  };
  const signal = new AbortController().signal;
  return {
    library,
    ask: () => {
      const asked = { tenant: testTenant("local"), purpose: "keystroke", signal } as const;
      return previous.keyOf(HISTORY, { engine, library, version, ...asked });
    },
    change: (to: string) => {
      version = to;
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
}

function embedNext({ library: { meaning } }: { library: LibraryIndex }): void {
  const [pending] = meaning.pending(1);
  const embedding = { bytes: new Int8Array(WIDTH).fill(1), scale: 0.01 };
  if (pending !== undefined) meaning.set(pending.key, pending.textHash, embedding);
}

describe("the item of the line before", () => {
  it("is worked out once while the library is being embedded, and once more when it is", async () => {
    // Mutant: the name holds `library.embedded`, and every batch has the line read anew.
    const model = createScriptedModel({ hear: () => ({ itemType: "script" }) });
    const w = world(model);
    expect(await w.ask()).toBe("script:data/csv_to_json");
    embedNext(w);
    await w.ask();
    expect(model.lines).toHaveLength(1);
    embedNext(w);
    await w.ask();
    await w.ask();
    expect(model.lines).toHaveLength(2);
    w.change("v2");
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
    const w = world(model);
    for (let key = 0; key < 5; key += 1) expect(await w.ask()).toBeUndefined();
    expect(model.lines).toHaveLength(1);
    isBusy = false;
    w.pass(2_001);
    expect(await w.ask()).toBe("script:data/csv_to_json");
  });
});
