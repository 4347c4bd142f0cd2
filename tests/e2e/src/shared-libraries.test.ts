import type { ItemSummary, LibraryDiff, Prediction, SubscriptionList } from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keyOf, startTenants, type Tenants } from "./start-tenants.ts";

const LIBRARY = "@acme/mail";
const NAMED = { item_type: "script", item_id: "mail/greet_guests" } as const;
const ID = "@acme/mail/greet_guests";
const REACHES =
  '__permissions__ = [{"verb": "read", "resource": "network", "host": "api.example.com"}]\n';

function script(version: string, more = ""): string {
  return `"""Greets the guests of an event."""\nimport json\n\n__version__ = "${version}"\n__effect__ = "read"\n${more}\nprint(json.dumps({"version": "${version}"}))\n`;
}

let tenants: Tenants;
beforeAll(async () => {
  const acme = { "scripts/mail/greet_guests.py": script("1.0.0") };
  tenants = await startTenants({ acme, beta: {} });
}, 240_000);
afterAll(async () => tenants[Symbol.asyncDispose](), 60_000);

async function ask<T>(key: string, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${tenants.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

const beta = <T>(method: string, path: string, body?: object): Promise<T> =>
  ask<T>(keyOf("beta"), method, path, body);

/** Executes, and says yes where that is asked for. */
async function execute(tenant: string, given: object): Promise<Record<string, unknown>> {
  const post = (body: object) =>
    ask<Record<string, unknown>>(keyOf(tenant), "POST", "/v1/execute", body);
  const first = await post(given);
  if (first["code"] !== "confirm_required") return first;
  const { callId, callDigest, nonce } = first["details"] as Record<string, string>;
  return post({ ...given, confirmation: { callId, callDigest, nonce } });
}

async function publish(version: string): Promise<void> {
  const parameters = { visibility: "public" };
  // The first publish makes the database, which takes its time on busy cores.
  const done = await eventually(
    async () => {
      const answer = await execute("acme", { ...NAMED, action: "publish", parameters });
      if (answer["code"] === "registry_unavailable")
        throw new Error("the registry is not there yet");
      return answer;
    },
    { withinMs: 120_000, everyMs: 500 },
  );
  const isDone = done["status"] === "success" || done["code"] === "version_exists";
  expect(isDone, JSON.stringify(done)).toBe(true);
  const library = { library: LIBRARY, version, visibility: "public", items: [NAMED] };
  expect(await ask(keyOf("acme"), "POST", "/v1/libraries", library)).toMatchObject({ version });
}

async function listed(): Promise<ItemSummary | undefined> {
  const { items } = await beta<{ items: ItemSummary[] }>("GET", "/v1/items");
  return items.find((item) => item.qualified_id === ID);
}

const path = "/v1/subscriptions/acme/mail";

test("what one tenant publishes another subscribes to, predicts and runs; an update is looked at first; take-downs reach it", async () => {
  await publish("1.0.0");
  await beta("POST", "/v1/subscriptions", { library: LIBRARY, range: "^1" });
  const first = await beta<LibraryDiff>("GET", `${path}/diff`);
  await beta("POST", `${path}/apply`, { digest: first.digest, acceptEffects: true });
  expect(await listed()).toMatchObject({ version: "1.0.0", source: "registry" });
  const predicted = await eventually(
    async () => {
      const answer = await beta<Prediction>("POST", "/v1/predict", { text: "greet guests" });
      const calls = answer.candidates.map(({ call }) => JSON.stringify(call));
      return calls.some((call) => call.includes("greet_guests"));
    },
    { withinMs: 60_000 },
  );
  expect(predicted).toBe(true);
  const run = { ...NAMED, item_id: ID, action: "run" };
  expect(await execute("beta", run)).toMatchObject({ data: { version: "1.0.0" } });

  const text = script("1.1.0", REACHES);
  const update = { ...NAMED, action: "update", parameters: { content: text } };
  expect(await execute("acme", update)).toMatchObject({ status: "success" });
  await publish("1.1.0");
  const next = await beta<LibraryDiff>("GET", `${path}/diff`);
  expect(next).toMatchObject({ from: "1.0.0", to: "1.1.0", effectsGrew: true });
  const grown = next.changes[0]?.effects.filter(({ grew }) => grew).map(({ kind }) => kind);
  expect(grown).toEqual(["class", "host"]);
  const refused = await beta("POST", `${path}/apply`, { digest: next.digest });
  expect(refused).toMatchObject({ code: "confirm_required" });
  expect(await listed()).toMatchObject({ version: "1.0.0" });
  await beta("POST", `${path}/apply`, { digest: next.digest, acceptEffects: true });
  expect(await listed()).toMatchObject({ version: "1.1.0" });
  const back = await beta<SubscriptionList>("POST", `${path}/rollback`);
  expect(back.subscriptions).toMatchObject([{ applied: "1.0.0", update: "1.1.0" }]);
  expect(await execute("beta", run)).toMatchObject({ data: { version: "1.0.0" } });

  // Where tenants are no records there is no operator at the front door.
  const reason = "Greets the wrong ones.";
  const order = { do: "take-down", item_type: "script", item_id: ID, reason } as const;
  expect(await tenants.api.registry({ tenant: testTenant(""), person: "op", order })).toEqual({
    told: 2,
  });
  expect(await execute("beta", run)).toMatchObject({ code: "item_taken_down" });
  expect(await listed()).toBeUndefined();
  expect(await beta("GET", "/v1/registry/notices")).toMatchObject({
    notices: expect.arrayContaining([expect.objectContaining({ kind: "taken_down" })]),
  });
}, 240_000);
