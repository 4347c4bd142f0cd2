import { SILENT_LOG } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { afterEach, expect, test } from "vitest";
import { connectKiwi } from "./connect-kiwi.ts";
import { serveKiwi } from "./serve-kiwi.ts";
import { changingName } from "./testing/changing-name.ts";
import { sampleSearch, sampleSearchResult } from "./testing/samples.ts";
import { scriptedKiwi } from "./testing/scripted-kiwi.ts";

const LONG = { withinMs: 30_000 };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startKiwi(
  search = async () => sampleSearchResult,
): Promise<{ port: number; calls: () => number }> {
  let calls = 0;
  const api = scriptedKiwi({
    search: () => {
      calls += 1;
      return search();
    },
  });
  const server = await serveKiwi({ api, logger: SILENT_LOG, host: "127.0.0.1", port: 0 });
  cleanups.push(() => server.close());
  return { port: server.port, calls: () => calls };
}

// Mutants: `renew` never called; a retired client closed while a call of it runs.
test("a server that is added to a name gets calls, none of them fails, and one under way goes on", async () => {
  const name = changingName();
  const held = Promise.withResolvers<typeof sampleSearchResult>();
  let isFirst = true;
  const first = await startKiwi(() => {
    if (!isFirst) return Promise.resolve(sampleSearchResult);
    isFirst = false;
    return held.promise;
  });
  name.set([first.port]);
  const api = await connectKiwi({
    address: name.target,
    logger: SILENT_LOG,
    renewEveryMs: 200,
  });
  cleanups.push(() => api.close());
  const underWay = api.search(sampleSearch, { deadlineMs: 60_000 });
  await eventually(() => first.calls() === 1, LONG);
  const second = await startKiwi();
  name.set([first.port, second.port]);
  const failures: LiluxError[] = [];
  await eventually(async () => {
    await api.search(sampleSearch).catch((error) => failures.push(LiluxError.from(error)));
    return second.calls() >= 20 && first.calls() >= 20;
  }, LONG);
  held.resolve(sampleSearchResult);
  expect(await underWay).toEqual(sampleSearchResult);
  expect(failures).toEqual([]);
}, 90_000);
