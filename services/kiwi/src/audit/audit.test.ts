import { access } from "node:fs/promises";
import { join } from "node:path";
import { type Bus, createInProcessBus, subjects } from "@lilux/bus";
import { digestCall } from "@lilux/core/calls";
import { AuditRecord, createParser, type ExecuteArguments, LiluxError } from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { directiveText, errorOf, startKiwi } from "../testing/start-kiwi.ts";
import { askedOf, yesTo } from "../testing/yes.ts";

const parser = createParser(AuditRecord, "audit record");
const ORIGIN = { sessionId: "s1", turnId: "t1" };
const SECRET = "sk-very-secret";
const FILES = {
  "project/.ai/directives/hello.md": directiveText(
    "hello",
    '<inputs><input name="who" type="string" required="false">Who.</input></inputs>',
  ),
  "project/.ai/scripts/fails.py": "raise SystemExit(4)\n",
  "project/.ai/knowledge/notes.md": "---\ntitle: Notes\n---\n\nSome notes.\n",
};
const RUN: ExecuteArguments = {
  item_type: "directive",
  item_id: "hello",
  action: "run",
  parameters: { who: SECRET },
};
const DELETE: ExecuteArguments = { item_type: "directive", item_id: "hello", action: "delete" };

interface Started extends AsyncDisposable {
  kiwi: Awaited<ReturnType<typeof startKiwi>>;
  /** What is on record, once so many are. */
  records(count: number, tenant?: string): Promise<AuditRecord[]>;
  bus: { append: Bus["append"] };
}

async function start(): Promise<Started> {
  const real = createInProcessBus();
  const bus = {
    publish: real.publish.bind(real),
    request: real.request.bind(real),
    read: real.read.bind(real),
    append: real.append.bind(real),
    respond: real.respond.bind(real),
    subscribe: real.subscribe.bind(real),
  };
  const kiwi = await startKiwi(FILES, {}, { bus });
  return {
    kiwi,
    bus,
    records: (count, tenant = "local") =>
      eventually(
        async () => {
          const read = { messagesMax: 100, deadlineMs: 1_000 };
          const stored = await real.read("AUDIT", subjects.audit(testTenant(tenant)), read);
          expect(stored).toHaveLength(count);
          return stored.map(({ body }) => parser.parse(body));
        },
        { withinMs: 20_000 },
      ),
    async [Symbol.asyncDispose]() {
      await kiwi[Symbol.asyncDispose]();
      await real.drain();
    },
  };
}

// Mutants: `onRan` told only of what went well; `factsOf` without the person.
test("a script that ran leaves for how long its process did and for whom, also when it failed", async () => {
  await using started = await start();
  const { kiwi, records } = started;
  const call: ExecuteArguments = { item_type: "script", item_id: "fails", action: "run" };
  const mandate = {
    tenant: testTenant("local"),
    person: "p_1",
    verbs: new Set(["run"] as const),
  };
  const events = kiwi.kiwi.api.execute(
    { tenant: testTenant("local"), callId: "s1", arguments: call, by: "person" },
    { mandate },
  );
  for await (const _ of events);
  const [decided, ended] = await records(2);
  expect(decided).not.toHaveProperty("scriptMs");
  expect(ended).toMatchObject({ decision: "failed", person: "p_1" });
  expect(ended?.scriptMs).toBeGreaterThan(0);
  expect(ended?.scriptMs).toBeLessThanOrEqual(ended?.durationMs ?? 0);
});

// Mutant: `execute-call.ts` without `audit.ended` after the run.
test("a run leaves what was decided, by whom and of which content, and how it ended", async () => {
  await using started = await start();
  const { kiwi, records } = started;
  const grants = [{ verb: "execute", attributes: { resource: "directive", id: "hello" } }];
  await kiwi.execute({ callId: "t1.1", arguments: RUN, origin: ORIGIN, grants });
  const [decided, ended] = await records(2);
  const { items } = await kiwi.kiwi.api.listItems({ tenant: testTenant("local") });
  expect(decided).toMatchObject({
    tenant: "local",
    origin: ORIGIN,
    callId: "t1.1",
    call: "execute",
    action: "run",
    item_type: "directive",
    item_id: "hello",
    source: "project",
    decision: "allowed",
    argumentsDigest: digestCall({ name: "execute", arguments: RUN }),
    content_sha256: items.find(({ item_id }) => item_id === "hello")?.content_hash,
    grants,
    grantsTotal: 1,
  });
  expect(ended).toMatchObject({ callId: "t1.1", decision: "succeeded" });
});

// Mutant: `factsOf` spreading the call's arguments into the record.
test("no argument's value, no query and no id somebody only typed is on record", async () => {
  await using started = await start();
  const { kiwi, records } = started;
  const { api } = kiwi.kiwi;
  await kiwi.execute({ arguments: RUN });
  await api.search({
    tenant: testTenant("local"),
    arguments: { item_type: "directive", query: "hello typed" },
  });
  const loading = { item_type: "directive", item_id: "hel", source: "project" } as const;
  await errorOf(api.load({ tenant: testTenant("local"), arguments: loading }));
  await api.load({ tenant: testTenant("local"), arguments: { ...loading, item_id: "hello" } });
  const all = await records(5);
  const text = JSON.stringify(all);
  for (const hidden of [SECRET, "typed", '"hel"']) expect(text).not.toContain(hidden);
  expect(all.slice(2).map(({ decision, code, results }) => [decision, code, results])).toEqual([
    ["allowed", undefined, 1],
    ["refused", "item_not_found", undefined],
    ["allowed", undefined, undefined],
  ]);
});

// Mutant: `allowed` in call-audit.ts noting the record instead of storing it.
test("what can do damage does not run while its record cannot be stored", async () => {
  await using started = await start();
  const { kiwi, bus, records } = started;
  const working = bus.append;
  bus.append = async () => {
    throw new LiluxError("bus_unavailable");
  };
  const confirmed = async () => {
    const confirmation = yesTo(await askedOf(kiwi, DELETE, { callId: "d1" }));
    return { callId: "d1", arguments: DELETE, confirmation };
  };
  const request = await confirmed();
  const file = join(kiwi.path, "project/.ai/directives/hello.md");
  expect((await errorOf(kiwi.execute(request))).code).toBe("audit_unavailable");
  await access(file);
  // Reads and ordinary runs go on, and what they left is stored once it can be.
  await kiwi.execute({ arguments: RUN });
  bus.append = working;
  // A yes is good for one try, also for one that came to nothing.
  expect((await errorOf(kiwi.execute(request))).code).toBe("confirm_required");
  await kiwi.execute(await confirmed());
  await expect(access(file)).rejects.toThrow();
  const decisions = (await records(8)).map(({ decision, code }) => code ?? decision).sort();
  expect(decisions).toEqual([
    "allowed",
    "audit_unavailable",
    "confirm_required",
    "confirm_required",
    "confirm_required",
    "confirmed",
    "succeeded",
    "succeeded",
  ]);
});

test("refusals are on record with their reason, and a repeat as one", async () => {
  await using started = await start();
  const { kiwi, records } = started;
  await errorOf(kiwi.execute({ callId: "a", arguments: DELETE }));
  await errorOf(kiwi.execute({ callId: "b", arguments: RUN, grants: [] }));
  await kiwi.execute({ callId: "c", arguments: RUN });
  await kiwi.execute({ callId: "c", arguments: RUN });
  await errorOf(kiwi.execute({ callId: "c", arguments: { ...RUN, parameters: { who: "x" } } }));
  const all = await records(6);
  expect(all.map(({ callId, decision, code }) => [callId, code ?? decision]).sort()).toEqual([
    ["a", "confirm_required"],
    ["b", "permission_denied"],
    ["c", "allowed"],
    ["c", "invalid_request"],
    ["c", "repeated"],
    ["c", "succeeded"],
  ]);
});

// Mutant: `loadGranted` answering `loadItem(deps, given)` at once.
test("a directive loads and copies only what it grants, and searches only those types", async () => {
  await using started = await start();
  const { api } = started.kiwi.kiwi;
  const reading = [{ verb: "read", attributes: { resource: "knowledge", id: "notes" } }];
  const notes = { item_type: "knowledge", item_id: "notes", source: "project" } as const;
  const base = { tenant: testTenant("local"), grants: reading };
  await api.load({ ...base, arguments: notes });
  const refused = [
    api.load({ ...base, arguments: { ...notes, item_type: "directive", item_id: "hello" } }),
    api.load({ ...base, arguments: { ...notes, destination: "user" } }),
    api.search({ ...base, arguments: { item_type: "directive", query: "hello" } }),
  ];
  const errors = await Promise.all(refused.map(errorOf));
  expect(errors.map(({ code }) => code)).toEqual(Array(3).fill("permission_denied"));
  await expect(access(join(started.kiwi.path, "user/.ai/knowledge/notes.md"))).rejects.toThrow();
});
