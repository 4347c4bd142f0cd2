import { access } from "node:fs/promises";
import { join } from "node:path";
import { createInProcessBus } from "@lilux/bus";
import { SYSTEM_FILES } from "@lilux/files";
import type { ExecuteArguments } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
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
  const again = await eventually(() => two.execute(call), { withinMs: 5_000 });
  expect(again.result).toEqual(result);
  expect(await exists(join(two.path, FILE))).toBe(false);
});

test("a call id of another tenant is another call", async () => {
  const { one, two, stack } = await startTwo();
  await using _ = stack;
  await one.execute({ callId: "c1", arguments: CREATE });
  const other = await two.kiwi.api.listItems({ tenant: "acme" });
  expect(other.items).toEqual([]);
  const tenant = "acme";
  const done = await errorOf(two.execute({ tenant, callId: "c1", arguments: DELETE }));
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
  const again = await eventually(() => two.execute(call), { withinMs: 5_000 });
  expect(again.result).toEqual(result);
  await bus.drain();
});

test("nothing is begun that cannot be put on record, and it may be sent again", async () => {
  const bus = createInProcessBus();
  let isDown = true;
  const flaky = {
    publish: bus.publish,
    request: bus.request,
    read: bus.read,
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
