import { access } from "node:fs/promises";
import { join } from "node:path";
import { createInProcessBus } from "@lilux/bus";
import { SYSTEM_FILES } from "@lilux/files";
import type { ExecuteArguments } from "@lilux/protocol";
import { describeInSandbox } from "@lilux/sandbox/testing";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { errorOf, startKiwi } from "../testing/start-kiwi.ts";

const CREATE: ExecuteArguments = {
  item_type: "knowledge",
  item_id: "pumps",
  action: "create",
  parameters: { title: "Pumps", body: "There are 42." },
};
const DELETE: ExecuteArguments = { item_type: "knowledge", item_id: "pumps", action: "delete" };
const FILE = "project/.ai/knowledge/pumps.md";
const NOTES = "---\ntitle: Pumps\n---\n\nThere are 42.\n";

/** Two tool cores on one bus, each with a library of its own: what the second one does is seen. */
async function startTwo(files = {}, deps: Parameters<typeof startKiwi>[2] = {}) {
  const bus = createInProcessBus();
  const one = await startKiwi(files, {}, { ...deps, bus });
  const two = await startKiwi(files, {}, { bus });
  const stack = new AsyncDisposableStack();
  stack.defer(() => bus.drain());
  stack.use(two);
  stack.use(one);
  return { one, two, stack };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

// Mutant: `calls.begin` left out of `nextStep`.
test("a call id that one tool core has run is answered by another, which runs nothing", async () => {
  const { one, two, stack } = await startTwo();
  await using _ = stack;
  const call = { callId: "c1", arguments: CREATE };
  const { result } = await one.execute(call);
  const again = await eventually(() => two.execute(call), { withinMs: 20_000 });
  expect(again.result).toEqual(result);
  expect(await exists(join(two.path, FILE))).toBe(false);
});

test("a call id of another tenant is another call", async () => {
  const { one, two, stack } = await startTwo();
  await using _ = stack;
  await one.execute({ callId: "c1", arguments: CREATE });
  const other = await two.kiwi.api.listItems({ tenant: testTenant("acme") });
  expect(other.items).toEqual([]);
  const tenant = "acme";
  const done = await errorOf(
    two.execute({ tenant: testTenant(tenant), callId: "c1", arguments: DELETE }),
  );
  expect(done.code).not.toBe("outcome_unknown");
});

// Mutant: an end stored with the beginning.
test("a call that began and whose end nobody knows is told so, by every tool core, and not run again", async () => {
  const never = new Promise<never>(() => undefined);
  const writing = Promise.withResolvers<void>();
  const open = (): Promise<never> => {
    writing.resolve();
    return never;
  };
  const hanging = { ...SYSTEM_FILES, open };
  const { one, two, stack } = await startTwo({}, { files: hanging });
  await using _ = stack;
  const call = { callId: "c1", arguments: CREATE };
  const stop = new AbortController();
  const begun = one.execute(call, stop.signal).catch(() => undefined);
  await writing.promise;
  const error = await errorOf(two.execute(call));
  expect(error).toMatchObject({ code: "outcome_unknown", retryable: false });
  expect(await exists(join(two.path, FILE))).toBe(false);
  stop.abort();
  await begun;
});

test("a call id is not taken for another call", async () => {
  const { one, two, stack } = await startTwo();
  await using _ = stack;
  await one.execute({ callId: "c1", arguments: CREATE });
  const other = { ...CREATE, item_id: "valves" };
  const error = await errorOf(two.execute({ callId: "c1", arguments: other }));
  expect(error).toMatchObject({ code: "invalid_request", details: { field: "callId" } });
});

// Mutant: `calls.find` left out where preparing fails.
test("a call that is refused because it was done already is answered with what it came to", async () => {
  const files = { [FILE]: NOTES };
  const bus = createInProcessBus();
  await using one = await startKiwi(files, {}, { bus });
  await using two = await startKiwi({}, {}, { bus });
  const update: ExecuteArguments = {
    item_type: "knowledge",
    item_id: "pumps",
    action: "update",
    parameters: { title: "Water pumps" },
  };
  const call = { callId: "c1", arguments: update };
  const { result } = await one.execute(call);
  const again = await eventually(() => two.execute(call), { withinMs: 20_000 });
  expect(again.result).toEqual(result);
  await bus.drain();
});

test("nothing is begun that cannot be put on record, and it may be sent again", async () => {
  const bus = createInProcessBus();
  let isDown = true;
  const flaky = {
    ...bus,
    append: (...given: Parameters<typeof bus.append>) =>
      isDown && given[0] === "CALLS" ? Promise.reject(new Error("scripted")) : bus.append(...given),
  };
  await using kiwi = await startKiwi({}, {}, { bus: flaky });
  const call = { callId: "c1", arguments: CREATE };
  await errorOf(kiwi.execute(call));
  expect(await exists(join(kiwi.path, FILE))).toBe(false);
  isDown = false;
  await kiwi.execute(call);
  expect(await exists(join(kiwi.path, FILE))).toBe(true);
  await bus.drain();
});

// A tenant has four places, and a leaked one is gone until the tool core is started anew: one freeze
// of the bus under load once ended every later script of a tenant. Mutant: `held.dispose` left out.
describeInSandbox("places for scripts", () => {
  const files = { "project/.ai/scripts/it.py": "print(1)" };
  const given: ExecuteArguments = { item_type: "script", item_id: "it", action: "run" };
  const ids = Array.from({ length: 6 }, (_, at) => `c${at}`);
  const runs = (kiwi: Awaited<ReturnType<typeof startKiwi>>, callId: string) => {
    return kiwi.execute({ callId, arguments: given }, AbortSignal.timeout(10_000));
  };

  test("a script that could not be put on record as begun gives its place back", async () => {
    const bus = createInProcessBus();
    let isDown = true;
    const append: typeof bus.append = (stream, ...rest) =>
      isDown && stream === "CALLS"
        ? Promise.reject(new Error("scripted"))
        : bus.append(stream, ...rest);
    await using kiwi = await startKiwi(files, {}, { bus: { ...bus, append } });
    for (const id of ids) await errorOf(runs(kiwi, id));
    isDown = false;
    for (const id of ids) expect((await runs(kiwi, id)).result.status).toBe("success");
    await bus.drain();
  });

  test("a script that another tool core has run already takes no place", async () => {
    const { one, two, stack } = await startTwo(files);
    await using _ = stack;
    for (const id of ids) await runs(one, id);
    for (const id of ids) {
      await eventually(() => runs(two, id), { withinMs: 20_000 });
    }
    expect((await runs(two, "new")).result.status).toBe("success");
  });
});
