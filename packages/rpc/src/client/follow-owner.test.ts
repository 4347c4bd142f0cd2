import { SILENT_LOG } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { afterEach, expect, test } from "vitest";
import { connectKiwi } from "../connect-kiwi.ts";
import { serveKiwi } from "../serve-kiwi.ts";
import { sampleSearch, sampleSearchResult } from "../testing/samples.ts";
import { scriptedKiwi } from "../testing/scripted-kiwi.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A tool core that serves everybody, or, with an owner, nobody. */
async function startKiwi(ownerOf: () => string | undefined) {
  let calls = 0;
  const answer = (): void => {
    calls += 1;
    const owner = ownerOf();
    if (owner !== undefined) {
      throw new LiluxError("library_unreachable", { details: { reason: "elsewhere", owner } });
    }
  };
  const api = scriptedKiwi({
    async search() {
      answer();
      return sampleSearchResult;
    },
    async *execute() {
      answer();
      yield { type: "progress", text: "begun" } as const;
      throw new LiluxError("script_failed");
    },
  });
  const server = await serveKiwi({ api, logger: SILENT_LOG, host: "127.0.0.1", port: 0 });
  cleanups.push(() => server.close());
  return { address: `127.0.0.1:${server.port}`, calls: () => calls, close: () => server.close() };
}

async function connect(address: string) {
  const client = await connectKiwi({ address, logger: SILENT_LOG });
  cleanups.push(() => client.close());
  return client;
}

// Mutants: `remember` forgets; the owner of one tenant is taken for another's.
test("a call finds the tool core that serves its tenant, and goes there first from then on", async () => {
  const second = await startKiwi(() => undefined);
  const first = await startKiwi(() => second.address);
  const client = await connect(first.address);
  for (const _time of [1, 2, 3])
    expect(await client.search(sampleSearch)).toEqual(sampleSearchResult);
  expect([first.calls(), second.calls()]).toEqual([1, 3]);
  await client.search({ ...sampleSearch, tenant: testTenant("another") });
  expect([first.calls(), second.calls()]).toEqual([2, 4]);
});

test("tool cores that name each other are asked a few times, and nobody is told where they are", async () => {
  const addresses: string[] = [];
  const a = await startKiwi(() => addresses[1]);
  const b = await startKiwi(() => addresses[0]);
  addresses.push(a.address, b.address);
  const client = await connect(a.address);
  const error = await client.search(sampleSearch).catch((thrown: LiluxError) => thrown);
  expect(error).toMatchObject({ code: "library_unreachable", retryable: true });
  expect(JSON.stringify(error)).not.toContain("127.0.0.1");
  expect(a.calls() + b.calls()).toBeLessThan(6);
});

// Mutants: an owner that is gone stays; a stream that has begun is asked for again elsewhere.
test("an owner that is gone is forgotten, and what has begun is never sent again", async () => {
  let owner: string | undefined;
  const second = await startKiwi(() => undefined);
  const first = await startKiwi(() => owner);
  owner = second.address;
  const client = await connect(first.address);
  const execute = async (): Promise<string> => {
    const given = { item_type: "script", item_id: "x", action: "run" } as const;
    const asked = {
      tenant: sampleSearch.tenant,
      callId: "c",
      by: "person",
      tainted: false,
    } as const;
    try {
      for await (const _event of client.execute({ ...asked, arguments: given }));
      return "ok";
    } catch (error) {
      return LiluxError.from(error).code;
    }
  };
  expect(await execute()).toBe("script_failed");
  expect([first.calls(), second.calls()]).toEqual([1, 1]);
  await second.close();
  expect(await execute()).toBe("kiwi_unavailable");
  owner = undefined;
  expect(await client.search(sampleSearch)).toEqual(sampleSearchResult);
  expect(first.calls()).toBe(2);
});
