import { createHash } from "node:crypto";
import { canonicalJson } from "@lilux/core/json";

const TENANT = "acme";
const AT = Date.UTC(2026, 0, 2, 9, 30);
const DAY_MS = 86_400_000;

/** A chain as the server keeps it. */
function chain() {
  const acts = [
    { action: "tenant.create", target: TENANT, detail: { plan: "team" } },
    { action: "key.create", target: "AbCdEfGh1234", detail: { name: "their backend" } },
    { action: "person.put", target: "p_5e1f0a", detail: { role: "approver" } },
    {
      action: "approval.yes",
      target: "a_AAAAAAAAAAAAAAAAAAAAAA",
      detail: { effect: "destructive" },
    },
  ];
  let previous = "0".repeat(64);
  return acts.map((act, place) => {
    const record = { position: place + 1, at: AT + place * 60_000, actor: "ada", ...act, previous };
    previous = createHash("sha256")
      .update(canonicalJson({ tenant: TENANT, ...record }))
      .digest("hex");
    return { ...record, hash: previous };
  });
}

const KEY = {
  keyId: "AbCdEfGh1234",
  name: "their backend, which enriches every contact of the northern region",
  scopes: ["predict", "read", "run"],
  person: null,
  createdAt: AT,
  createdBy: "ada",
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: AT + DAY_MS,
};
const today = new Date().toISOString().slice(0, 10);
const before = new Date(Date.now() - 3 * DAY_MS).toISOString().slice(0, 10);
const took = { calls: 40, promptTokens: 12_000, completionTokens: 900 };

/** What an admin of a tenant is told. */
export const ADMIN_ANSWERS: Readonly<Record<string, unknown>> = {
  "/v1/me": { tenant: TENANT, person: "p_5e1f0a", verbs: ["read", "approve", "admin", "metrics"] },
  [`/v1/admin/tenants/${TENANT}`]: {
    tenant: TENANT,
    state: "active",
    plan: "team",
    limits: { turnsPerMonth: 20_000, requestsPerSecond: 50 },
    settings: { approvals: { destructive: "second-person" } },
    signIn: null,
    createdAt: AT,
  },
  [`/v1/admin/tenants/${TENANT}/people`]: {
    people: [
      { person: "p_5e1f0a", name: "Ada Byron", role: "admin", state: "active", createdAt: AT },
      { person: "p_77aa21", name: "Bob Roe", role: "approver", state: "active", createdAt: AT },
      { person: "p_90cc4d", name: "", role: "viewer", state: "suspended", createdAt: AT },
    ],
    next: null,
  },
  [`/v1/admin/tenants/${TENANT}/keys`]: {
    keys: [KEY, { ...KEY, keyId: "ZyXwVuTs9876", name: "old", revokedAt: AT }],
  },
  [`/v1/admin/tenants/${TENANT}/keys/${KEY.keyId}/rotate`]: {
    key: `lx_NewKey123456_${"s".repeat(43)}`,
    record: { ...KEY, keyId: "NewKey123456" },
  },
  [`/v1/admin/tenants/${TENANT}/usage`]: {
    from: before,
    to: today,
    budgets: [{ budget: "turnsPerMonth", max: 20_000, used: 16_400, state: "soft" }],
    usage: [
      { day: before, person: "p_5e1f0a", turns: 31, ...took },
      { day: today, person: "k_AbCdEfGh1234", turns: 12, ...took },
    ],
    storage: [
      {
        day: today,
        measures: 9,
        measuredAt: Date.parse(`${today}T09:12:00Z`),
        bytes: { items: 12_400_000, turns: 700_000, contexts: 0 },
        byteHours: 117_900_000,
      },
    ],
  },
  [`/v1/admin/tenants/${TENANT}/records`]: { records: chain(), next: null },
  "/v1/approvals": {
    waiting: [
      {
        approvalId: "a_BBBBBBBBBBBBBBBBBBBBBB",
        call: {
          name: "execute",
          arguments: { item_type: "script", item_id: "ops/flush_all_queues", action: "delete" },
        },
        callId: "c1",
        effect: "destructive",
        reason: "It deletes the script ops/flush_all_queues.",
        askedBy: "p_77aa21",
        askedByName: "Bob Roe",
        askedAt: AT,
        expiresAt: AT + 300_000,
      },
    ],
  },
};
