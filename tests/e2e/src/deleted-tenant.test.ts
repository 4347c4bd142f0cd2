import { join } from "node:path";
import { dumpTables } from "@lilux/database";
import { eventually, temporaryDirectory } from "@lilux/testkit";
import type { Embedded } from "lilux";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Ask } from "./companies/ask-at.ts";
import { OPERATOR, openTenant, SOON, startWithRecords } from "./companies/embedded-records.ts";
import { filesHolding } from "./companies/files-holding.ts";
import { directive } from "./start-tenants.ts";

// An embedded database works for seconds at its first use, and on busy cores for many.
vi.setConfig({ testTimeout: 300_000 });

const TENANTS = ["acme", "globex"] as const;
type Tenant = (typeof TENANTS)[number];
/** In everything a tenant has. */
const canary = (tenant: Tenant): string => `canary${tenant}zq`;

/** An item written and published, consent given, a turn sent, a prediction asked for: each with the canary. */
async function live(tenant: Tenant, key: string, ask: Ask): Promise<void> {
  const word = canary(tenant);
  const content = directive(`${word}_report`, `Writes the ${word} report.`);
  const item = { item_type: "directive", item_id: `${word}_report` };
  const execute = async (action: string, parameters: object) => {
    const answer = await ask(key, "POST", "/v1/execute", { ...item, action, parameters });
    return answer;
  };
  expect(await execute("create", { content })).toMatchObject({ status: 200 });
  const level = { level: "full" };
  expect((await ask(key, "PUT", "/v1/flywheel/consent", level)).status).toBe(200);
  const line = { text: `tell me about the ${word} report` };
  expect((await ask(key, "POST", "/v1/turns", line)).text).toContain("turn-end");
  await ask(key, "POST", "/v1/predict", line);
  await eventually(async () => {
    const kept = await ask(key, "GET", "/v1/flywheel");
    expect(JSON.parse(kept.text)).toMatchObject({ consent: "full", turns: 1 });
  }, SOON);
}

/** Its pages are read as rows. */
const databaseOf = (root: string): string => join(root, "database");

async function rowsHolding({ database }: Embedded, word: string): Promise<string[]> {
  const rows: string[] = [];
  if (database === undefined) throw new Error("no database");
  await dumpTables(database, async (row) => void (row.includes(word) && rows.push(row)));
  return rows;
}

// Mutants: a part that answers without deleting; a journal whose index alone is emptied.
test("of two tenants that did everything one is deleted: its words are in no file and no row, the other's all are", async () => {
  const root = await temporaryDirectory();
  onTestFinished(() => root.remove());
  const { embedded, ask } = await startWithRecords(root.path);
  const keys = new Map<Tenant, string>();
  for (const tenant of TENANTS) {
    const key = await openTenant(tenant, ask);
    keys.set(tenant, key);
    await live(tenant, key, ask);
  }
  for (const tenant of TENANTS) {
    expect(await filesHolding(root.path, canary(tenant), [databaseOf(root.path)])).not.toEqual([]);
    expect(await rowsHolding(embedded, canary(tenant))).not.toEqual([]);
  }
  const before = await filesHolding(root.path, canary("globex"), [databaseOf(root.path)]);

  const path = "/v1/admin/tenants/acme";
  const begun = await ask(OPERATOR, "DELETE", path, { confirm: "acme" });
  expect(begun.status).toBe(202);
  const report = async () =>
    JSON.parse((await ask(OPERATOR, "GET", `${path}/deletion`)).text) as Record<string, object>;
  await eventually(async () => {
    expect(await report()).toMatchObject({ state: "deleted", unreached: [] });
  }, SOON);
  expect((await report())["removed"]).toMatchObject({
    "files of its folder": expect.any(Number),
    "kept turns": 1,
    "messages of TURNS": 1,
    keys: 1,
  });
  expect(await filesHolding(root.path, canary("acme"), [databaseOf(root.path)])).toEqual([]);
  expect(await rowsHolding(embedded, canary("acme"))).toEqual([]);
  expect(await filesHolding(root.path, canary("globex"), [databaseOf(root.path)])).toEqual(before);

  const theirs = keys.get("globex") ?? "";
  const item = { item_type: "directive", item_id: `${canary("globex")}_report`, source: "project" };
  expect((await ask(theirs, "POST", "/v1/load", item)).status).toBe(200);
  expect((await ask(keys.get("acme") ?? "", "GET", "/v1/items")).status).toBe(401);
});
