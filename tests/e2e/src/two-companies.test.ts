import { createHmac } from "node:crypto";
import { join } from "node:path";
import { createLiluxClient, type LiluxClient } from "@lilux/client";
import type { AdminRecord, ItemList, LibraryRecord, PredictionFrame } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { nextPrediction } from "./ask.ts";
import type { Answer } from "./companies/ask-at.ts";
import { type Company, script } from "./companies/company.ts";
import { filesHolding } from "./companies/files-holding.ts";
import { streamTexts } from "./companies/stream-texts.ts";
import { tableRows } from "./companies/table-rows.ts";
import { PATIENT, startTwoCompanies, type TwoCompanies } from "./companies/two-companies.ts";

// Eight processes answer on cores that others use: what is waited for here comes within seconds on a quiet machine.
vi.setConfig({ testTimeout: 300_000 });

let both: TwoCompanies;
let one: Company;
let other: Company;
beforeAll(async () => {
  both = await startTwoCompanies();
  ({ one, other } = both);
}, 300_000);
afterAll(() => both[Symbol.asyncDispose](), 60_000);

const note = { item_type: "knowledge", item_id: "notes/spring" } as const;
const tenantPath = ({ name }: Company, rest = ""): string => `/v1/admin/tenants/${name}${rest}`;
const asOperator = (method: string, path: string, body?: object): Promise<Answer> =>
  both.ask(both.operator, method, path, body);

async function itemsSeenBy(token: string): Promise<string[]> {
  const { body } = await both.ask(token, "GET", "/v1/items");
  return (body as unknown as ItemList).items.map(({ qualified_id }) => qualified_id).sort();
}

async function socketOf(key: string): Promise<LiluxClient> {
  const client = createLiluxClient({ url: both.running.url, apiKey: key });
  onTestFinished(() => client.close());
  await client.ready();
  return client;
}

/** Types a line over a socket until an item is among what is shown for it. */
async function typedBy(token: string, itemId: string): Promise<PredictionFrame> {
  const client = await socketOf(token);
  return eventually(async () => {
    const frame = await nextPrediction(client, client.type(`run ${itemId.replace("_", " ")}`));
    if (!JSON.stringify(frame.candidates).includes(itemId)) throw new Error(JSON.stringify(frame));
    return frame;
  }, PATIENT);
}

/** A turn over REST, whole. */
const turnOf = (token: string): Promise<Answer> =>
  both.ask(token, "POST", "/v1/turns", { text: "thank you" });

/** The company's everyday: somebody is predicted its own item, and a turn goes through. */
async function worksFor(company: Company): Promise<void> {
  const token = await company.token("mia", "member");
  await typedBy(token, Object.keys(company.items)[0] ?? "");
  expect((await turnOf(token)).text).toContain("turn-end");
}

// Mutant: a gateway that takes the tenant from a field rather than from who signed in.
test("people of two companies sign in at their own providers, under the key of now and of before, and see, search and are predicted their own library alone", async () => {
  for (const [company, another] of [
    [one, other],
    [other, one],
  ] as const) {
    const before = await company.token("mia", "member");
    await company.provider.rotate();
    const token = await company.token("noa", "member");
    const [own = ""] = Object.keys(company.items);
    const [theirs = ""] = Object.keys(another.items);
    for (const shown of [before, token]) {
      expect(JSON.stringify(await typedBy(shown, own))).not.toContain(theirs);
      expect(await itemsSeenBy(shown)).toEqual([own]);
    }
    const query = { item_type: "script", query: theirs.replace("_", " ") };
    const found = await both.ask(token, "POST", "/v1/search", query);
    expect(found.status, found.text).toBe(200);
    expect(found.text).not.toContain(another.canary);
    const run = { item_type: "script", item_id: theirs, action: "run" };
    expect((await both.ask(token, "POST", "/v1/execute", run)).body).toMatchObject({
      code: "item_not_found",
    });
  }
  expect(both.git.refused).toEqual([]);
});

// Mutants: `verbsOfRole` that gives a viewer `run`; a commit without its author; a pull without its announcement.
test("what an author writes is a commit in their name, what is pushed is predicted, and the other company sees neither", async () => {
  const ada = await one.token("ada", "author");
  const create = { ...note, action: "create", parameters: { title: "Spring", body: one.canary } };
  for (const role of ["viewer", "member"]) {
    const refused = await both.ask(await one.token("eve", role), "POST", "/v1/execute", create);
    expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
  }
  const viewer = await one.token("eve", "viewer");
  expect((await turnOf(viewer)).status).toBe(403);
  const created = await both.ask(ada, "POST", "/v1/execute", create);
  expect(created.body, created.text).toMatchObject({ status: "success" });
  expect(await one.origin.git("log", "-1", "--format=%an: %s", "main")).toBe(
    "ada of harbour: Create knowledge notes/spring",
  );

  await one.origin.push({ ".ai/scripts/ferry_times.py": script(`When boats go (${one.canary})`) });
  const shown = await asOperator("GET", tenantPath(one, "/library"));
  const { hookSecret = "" } = shown.body as unknown as LibraryRecord;
  const pushed = JSON.stringify({ ref: "refs/heads/main" });
  const signature = `sha256=${createHmac("sha256", hookSecret).update(pushed).digest("hex")}`;
  const told = (name: string): Promise<Response> =>
    fetch(`${both.running.url}/v1/hooks/git/${name}`, {
      method: "POST",
      headers: { "x-hub-signature-256": signature, "content-type": "application/json" },
      body: pushed,
    });
  expect((await told(other.name)).status).toBe(401);
  expect((await told(one.name)).status).toBe(204);
  await typedBy(ada, "ferry_times");
  expect(await itemsSeenBy(viewer)).toEqual(["ferry_times", "notes/spring", "tide_table"]);
  expect(await itemsSeenBy(await other.token("kim", "admin"))).toEqual(["loom_pattern"]);
  expect(await other.origin.git("log", "--format=%an", "main")).toBe("Mona");
});

// Mutants: `assertMayAnswer` lets one's own through; approvals listed without their tenant.
test("a destructive call waits for an approver of the same company: nobody else's yes counts, and theirs runs it", async () => {
  const ada = await one.token("ada", "approver");
  const bob = await one.token("bob", "approver");
  const stranger = await other.token("bob", "approver");
  const call = { ...note, action: "delete", parameters: {}, callId: "remove-spring" };
  const asked = await both.ask(ada, "POST", "/v1/execute", call);
  expect(asked.status, asked.text).toBe(202);
  const path = String(asked.headers.get("location"));
  const yes = (token: string): Promise<Answer> => both.ask(token, "POST", path, { approve: true });
  expect((await yes(ada)).body).toMatchObject({ code: "second_person_required" });
  expect((await both.ask(stranger, "GET", "/v1/approvals")).body).toEqual({ waiting: [] });
  // As of one that nobody ever asked for.
  expect((await yes(stranger)).body).toMatchObject({ code: "approval_over" });
  expect(await itemsSeenBy(ada)).toContain(note.item_id);
  expect((await yes(bob)).status).toBe(202);
  await eventually(async () => {
    expect((await both.ask(ada, "GET", path)).body).toMatchObject({ state: "ran" });
  }, PATIENT);
  expect(await itemsSeenBy(ada)).not.toContain(note.item_id);
  const left = await one.origin.git("ls-tree", "-r", "--name-only", "main");
  expect(left).not.toContain(".ai/knowledge/notes/spring.md");
  const log = await one.origin.git("log", "--format=%an: %s", "main");
  expect(log).toContain("ada of harbour: Delete knowledge notes/spring");
});

// Mutants: a budget that is looked up without its tenant; `spent` that refuses nothing.
test("a budget tells its admins at four fifths and then refuses one company's turns by name, while the other's go on", async () => {
  const mia = await one.token("mia", "member");
  const limits = { turnsPerMonth: 5 };
  const set = await asOperator("PATCH", tenantPath(one), { limits });
  expect(set.status, set.text).toBe(200);
  const refused = await eventually(async () => {
    const turn = await turnOf(mia);
    if (turn.status !== 429) throw new Error(turn.text);
    return turn;
  }, PATIENT);
  expect(refused.body).toMatchObject({ code: "budget_exhausted" });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await turnOf(await other.token("kim", "member"))).text).toContain("turn-end");
  const admin = await one.token("ann", "admin");
  await eventually(async () => {
    const { body } = await both.ask(admin, "GET", tenantPath(one, "/records"));
    const told = (body["records"] as AdminRecord[]).filter(({ action }) => /^budget/.test(action));
    expect(told.map(({ action }) => action).sort()).toEqual(["budget.soft", "budget.spent"]);
  }, PATIENT);
  const usage = await both.ask(admin, "GET", tenantPath(one, "/usage"));
  expect(usage.body).toMatchObject({
    budgets: [{ budget: "turnsPerMonth", used: 5, state: "spent" }],
  });
  expect((await both.ask(admin, "GET", tenantPath(other, "/usage"))).status).toBe(403);
  await asOperator("PATCH", tenantPath(one), { limits: {} });
});

// Mutants: `lookAgain` is never called; a rotated key that ends at once.
test("a key is followed by another with an overlap; revoked, it opens nothing and its socket is closed, and the next goes on", async () => {
  const scopes = ["predict", "read", "run"];
  const made = await asOperator("POST", tenantPath(one, "/keys"), { name: "their site", scopes });
  const { key, record } = made.body as { key: string; record: { keyId: string } };
  const path = tenantPath(one, `/keys/${record.keyId}`);
  const next = await asOperator("POST", `${path}/rotate`, { overlapMs: 3_600_000 });
  const follows = String(next.body["key"]);
  const sockets = [await socketOf(key), await socketOf(follows)];
  for (const good of [key, follows]) {
    expect((await both.ask(good, "GET", "/v1/items")).status).toBe(200);
  }
  expect((await asOperator("DELETE", path)).status).toBe(200);
  await eventually(() => expect(sockets[0]?.state()).toBe("closed"), PATIENT);
  expect((await both.ask(key, "GET", "/v1/items")).status).toBe(401);
  expect(sockets[1]?.state()).toBe("open");
  expect((await both.ask(follows, "GET", "/v1/items")).status).toBe(200);
});

// Mutant: keys of a provider that are kept whatever it publishes.
test("a key that the identity provider publishes no more opens nothing once its keys were fetched anew, and a new one does", async () => {
  const withdrawn = await other.token("kim", "member");
  expect((await both.ask(withdrawn, "GET", "/v1/items")).status).toBe(200);
  await other.provider.rotate();
  other.provider.withdraw();
  const fresh = await other.token("kim", "member");
  // An unknown key is asked for at once, twice a minute at most.
  await eventually(async () => {
    expect((await both.ask(fresh, "GET", "/v1/items")).status).toBe(200);
  }, PATIENT);
  expect((await both.ask(withdrawn, "GET", "/v1/items")).status).toBe(401);
});

// Mutants: a part that answers without deleting; a stand-in for the flywheel that waits; a purge of other tenants' subjects.
test("one company is deleted while the other works on: the report says what went, nothing opens, and its words are in no stream, row or file", async () => {
  const mia = await one.token("mia", "member");
  const scopes = ["predict", "read"];
  const made = await asOperator("POST", tenantPath(one, "/keys"), { name: "late", scopes });
  const { key } = made.body as { key: string };
  const { inside } = both.running;
  if (inside === undefined) throw new Error("not distributed");
  expect((await streamTexts(both.running)).join("\n")).toContain(`.${one.name}.`);
  const begun = await asOperator("DELETE", tenantPath(one), { confirm: one.name });
  expect(begun.status, begun.text).toBe(202);
  await worksFor(other);
  const report = await eventually(async () => {
    const { body } = await asOperator("GET", tenantPath(one, "/deletion"));
    expect(body).toMatchObject({ state: "deleted", unreached: [] });
    return body;
  }, PATIENT);
  expect(report).toMatchObject({
    removed: { "files of its folder": expect.any(Number), "messages of TURNS": expect.any(Number) },
    absent: [{ part: "flywheel" }],
  });
  for (const credential of [mia, key, await one.token("zoe", "admin")]) {
    expect((await both.ask(credential, "GET", "/v1/items")).status).toBe(401);
  }
  await worksFor(other);
  const texts = await streamTexts(both.running);
  expect(
    texts.filter((text) => text.includes(`.${one.name}.`) || text.includes(one.canary)),
  ).toEqual([]);
  expect(texts.some((text) => text.includes(`.${other.name}.`))).toBe(true);
  // The company's own repository is the company's.
  expect(await one.origin.git("ls-tree", "-r", "--name-only", "main")).toContain("tide_table.py");

  await both.running.halt();
  const { stateDirectory: state } = inside;
  const databases = ["", "tenants", "flywheel"].map((name) => join(state, name, "database"));
  const elsewhere = [...databases, join(state, "jetstream")];
  expect(await filesHolding(state, one.canary, elsewhere)).toEqual([]);
  expect(await filesHolding(join(both.root, "tenants"), one.canary)).toEqual([]);
  expect(await filesHolding(join(both.root, "tenants"), other.canary)).not.toEqual([]);
  const rows = await tableRows(databases);
  expect(rows.filter((row) => row.includes(one.canary))).toEqual([]);
  expect(rows.some((row) => row.includes(other.name))).toBe(true);
});
