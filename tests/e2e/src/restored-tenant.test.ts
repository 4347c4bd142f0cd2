import { rm } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { eventually, temporaryDirectory } from "@lilux/testkit";
import { createProgram } from "lilux";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Ask } from "./companies/ask-at.ts";
import {
  OPERATOR,
  openTenant,
  placesBelow,
  SOON,
  startWithRecords,
} from "./companies/embedded-records.ts";
import { directive, readAll } from "./start-tenants.ts";

// An embedded database works for seconds at its first use, and on busy cores for many.
vi.setConfig({ testTimeout: 420_000 });

const ITEM = { item_type: "directive", item_id: "weekly_report" } as const;

/** `lilux …` as somebody at the machine runs it; answers what it exits with and printed. */
async function lilux(root: string, ...args: string[]): Promise<{ code: number; said: string }> {
  const out = new PassThrough();
  let code = 0;
  const setExitCode = (given: number): void => {
    code = given;
  };
  const program = createProgram({ env: placesBelow(root), out, err: out, setExitCode });
  await program.parseAsync(args, { from: "user" });
  return { code, said: String(out.read() ?? "") };
}

/** Says yes where that is asked for: another text of a directive is one. */
async function execute(ask: Ask, key: string, given: object): Promise<void> {
  const post = (more: object) => ask(key, "POST", "/v1/execute", { ...ITEM, ...given, ...more });
  const first = await post({});
  const { callId, callDigest, nonce } = Object(first.body["details"]);
  const isAsked = first.body["code"] === "confirm_required";
  const answer = isAsked ? await post({ confirmation: { callId, callDigest, nonce } }) : first;
  expect(answer, answer.text).toMatchObject({ status: 200 });
}

/** A library in the database with an item and an older version of it, a turn on the bill, and a secret. */
async function live(tenant: string, key: string, ask: Ask): Promise<void> {
  const path = `/v1/admin/tenants/${tenant}`;
  await ask(key, "PUT", `${path}/library`, { place: { kind: "database" } });
  await eventually(async () => {
    const { body } = await ask(key, "GET", `${path}/library`);
    expect(body).toMatchObject({ place: { kind: "database" }, state: "ready" });
  }, SOON);
  const first = directive("weekly_report", `Writes the first report of ${tenant}.`);
  await execute(ask, key, { action: "create", parameters: { content: first } });
  const second = directive("weekly_report", `Writes the second report of ${tenant}.`);
  await execute(ask, key, { action: "update", parameters: { content: second } });
  await ask(key, "PUT", `${path}/secrets/TOKEN`, { value: `value-of-${tenant}` });
  const turn = await ask(key, "POST", "/v1/turns", { text: `how is ${tenant}` });
  expect(turn.text).toContain("turn-end");
  await eventually(async () => {
    const { body } = await ask(key, "GET", `${path}/usage`);
    expect(body["usage"]).toMatchObject([{ turns: 1 }]);
  }, SOON);
}

/** All that a tenant sees of its own, but for when its keys were used and how far predictions are counted. */
async function seenOf(tenant: string, key: string, ask: Ask): Promise<object> {
  const path = `/v1/admin/tenants/${tenant}`;
  const read = async (at: string) => (await ask(key, "GET", at)).body;
  const loaded = await ask(key, "POST", "/v1/load", { ...ITEM, source: "project" });
  const { items } = (await read("/v1/items")) as { items?: { content_hash: string }[] };
  const { keys } = (await read(`${path}/keys`)) as { keys?: { lastUsedAt: unknown }[] };
  const { usage } = (await read(`${path}/usage`)) as { usage?: { turns: number }[] };
  const tenantRecord = await read(path);
  return {
    loaded: loaded.body["content"],
    items: items?.map(({ content_hash }) => content_hash),
    keys: keys?.map(({ lastUsedAt: _, ...record }) => record),
    turns: usage?.map(({ turns }) => turns),
    secrets: await read(`${path}/secrets`),
    library: await read(`${path}/library`),
    tenantRecord,
  };
}

async function historyOf(root: string, tenant: string): Promise<string[]> {
  const files = await readAll(join(root, "tenants", tenant, ".ai"));
  return Object.keys(files).filter((path) => path.startsWith(".history/"));
}

// Mutants: `restoreTenant` that leaves the row of `tenants`; `listDeletedSince` that looks after whoever came back.
test("one tenant of two is deleted and comes back from a backup as it was, while the other keeps what it has now", async () => {
  const root = await temporaryDirectory();
  onTestFinished(() => root.remove());
  const first = await startWithRecords(root.path);
  const [acme, globex] = [
    await openTenant("acme", first.ask),
    await openTenant("globex", first.ask),
  ];
  await live("acme", acme, first.ask);
  await live("globex", globex, first.ask);
  const before = await seenOf("acme", acme, first.ask);
  const history = await historyOf(root.path, "acme");
  expect(history.length).toBeGreaterThan(0);
  const kept = join(root.path, "kept");
  const restore = ["restore", kept, "--tenant", "acme", "--yes", "acme"];
  await first.embedded.stop();
  expect(await lilux(root.path, "backup", kept)).toMatchObject({ code: 0 });

  const second = await startWithRecords(root.path);
  await second.ask(OPERATOR, "DELETE", "/v1/admin/tenants/acme", { confirm: "acme" });
  await eventually(async () => {
    const { body } = await second.ask(OPERATOR, "GET", "/v1/admin/tenants/acme/deletion");
    expect(body).toMatchObject({ state: "deleted" });
  }, SOON);
  expect((await second.ask(acme, "GET", "/v1/items")).status).toBe(401);
  const third = directive("weekly_report", "Writes what globex wrote after the backup.");
  await execute(second.ask, globex, { action: "update", parameters: { content: third } });
  const others = await seenOf("globex", globex, second.ask);
  // While it runs nothing is written beneath it.
  expect((await lilux(root.path, ...restore)).code).not.toBe(0);
  await second.embedded.stop();
  expect(
    (await lilux(root.path, "restore", kept, "--tenant", "acme", "--yes", "globex")).code,
  ).not.toBe(0);
  expect(await lilux(root.path, ...restore)).toMatchObject({ code: 0 });

  await rm(join(root.path, "tenants", "acme"), { recursive: true, force: true });
  const { ask } = await startWithRecords(root.path);
  expect(await seenOf("acme", acme, ask)).toEqual(before);
  expect(await historyOf(root.path, "acme")).toEqual(history);
  expect(await seenOf("globex", globex, ask)).toEqual(others);
  const { body } = await ask(acme, "GET", "/v1/admin/tenants/acme/records");
  const records = body["records"] as { action: string; position: number }[];
  expect(records.at(-1)).toMatchObject({ action: "tenant-restored", actor: "operator" });
  expect(records.map(({ position }) => position)).toEqual(records.map((_, at) => at + 1));
});
