import { verbsOfRole } from "@lilux/core/access";
import { LiluxError, type RegistryOrder, ROLES, type Role } from "@lilux/protocol";
import type { KiwiApi, KiwiCallOptions } from "@lilux/rpc";
import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { mandatedApi } from "./mandated-api.ts";

const item = { item_type: "script", item_id: "ops/flush" } as const;
const inAcme = { tenant: testTenant("acme") };

/** Each thing that may be asked, and what has to be allowed for it. */
const ASKED = {
  search: [
    "read",
    (api, o) => api.search({ ...inAcme, arguments: { item_type: "script", query: "a" } }, o),
  ],
  load: ["read", (api, o) => api.load({ ...inAcme, arguments: { ...item, source: "project" } }, o)],
  copy: [
    "write",
    (api, o) =>
      api.load({ ...inAcme, arguments: { ...item, source: "project", destination: "user" } }, o),
  ],
  discover: ["read", (api, o) => api.discover({ ...inAcme, text: "a", limit: 1 }, o)],
  list: ["read", (api, o) => api.listItems(inAcme, o)],
  recall: ["read", (api, o) => api.recallRun({ ...inAcme, callId: "c" }, o)],
  artifact: [
    "read",
    (api, o) => api.readArtifact({ ...inAcme, callId: "c", name: "a", offset: 0 }, o),
  ],
  notices: ["read", orders({ do: "list-notices", after: 0 })],
  claim: ["admin", orders({ do: "claim-namespace", namespace: "acme-labs" })],
  run: ["run", executes("run")],
  create: ["write", executes("create")],
  update: ["write", executes("update")],
  delete: ["write", executes("delete")],
  publish: ["write", executes("publish")],
} satisfies Record<
  string,
  [verb: string, (api: KiwiApi, options: KiwiCallOptions) => Promise<unknown>]
>;

function executes(action: "run" | "create" | "update" | "delete" | "publish") {
  return async (api: KiwiApi, options: KiwiCallOptions): Promise<void> => {
    const request = { ...inAcme, callId: "c", arguments: { ...item, action, parameters: {} } };
    for await (const _event of api.execute(request, options));
  };
}

function orders(order: RegistryOrder) {
  return (api: KiwiApi, options: KiwiCallOptions): Promise<unknown> =>
    api.registry({ ...inAcme, person: "p", order }, options);
}

const DONE = new LiluxError("item_not_found");
const done = async (): Promise<never> => Promise.reject(DONE);
const api = mandatedApi({
  search: done,
  load: done,
  discover: done,
  listItems: done,
  recallRun: done,
  readArtifact: done,
  secrets: done,
  registry: done,
  library: done,
  // biome-ignore lint/correctness/useYield: it fails before it says anything
  async *execute() {
    throw DONE;
  },
});

async function codeOf(
  ask: (api: KiwiApi, options: KiwiCallOptions) => Promise<unknown>,
  options: KiwiCallOptions,
): Promise<string> {
  return ask(api, options).then(
    () => "nothing",
    (error: LiluxError) => error.code,
  );
}

function mandateOf(role: Role, tenant = "acme") {
  return { mandate: { tenant: testTenant(tenant), person: "p", verbs: verbsOfRole(role) } };
}

// Mutants: `assertMandate` leaves the verbs out, or the tenant; one method is passed through.
test("whatever is asked is done for a role that may, and for no other, and never in another tenant", async () => {
  for (const [name, [verb, ask]] of Object.entries(ASKED)) {
    for (const role of ROLES) {
      const may = [...verbsOfRole(role)].some((allowed) => allowed === verb);
      const code = await codeOf(ask, mandateOf(role));
      expect(`${role} ${name} ${code}`).toBe(`${role} ${name} ${may ? DONE.code : "forbidden"}`);
      expect(await codeOf(ask, mandateOf(role, "globex"))).toBe("peer_unauthenticated");
    }
    expect(await codeOf(ask, {})).toBe(DONE.code);
  }
});
