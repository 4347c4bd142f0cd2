import type {
  AdminRecord,
  Approval,
  DeletionReport,
  KeyRecord,
  KeyScope,
  NewKey,
  PersonRecord,
  SignIn,
  TenantLimitsGiven,
  TenantRecord,
  TenantSettings,
  TenantSettingsChange,
  UsageAnswer,
  Verb,
} from "@lilux/protocol";
import { isRecord } from "../text/result-kind.ts";
import { AdminError } from "./admin-error.ts";

/** A database that is made for the first question takes its time. */
const DEADLINE_MS = 60_000;
const PAGE = 1_000;

export interface Me {
  tenant: string;
  person: string;
  verbs: Verb[];
}

/** The administration over REST, as `lilux admin` uses it. Rejects with an `AdminError`, which says what to do. */
export interface AdminDoor {
  me(): Promise<Me>;
  tenants(): Promise<TenantRecord[]>;
  createTenant(tenant: string, plan: string): Promise<TenantRecord>;
  tenant(tenant: string): Promise<TenantRecord>;
  changeTenant(tenant: string, change: TenantChange): Promise<TenantRecord>;
  /** Some of them; null takes one back. */
  changeSettings(tenant: string, change: TenantSettingsChange): Promise<TenantRecord>;
  /** Everything of it, for good. */
  deleteTenant(tenant: string): Promise<DeletionReport>;
  deletion(tenant: string): Promise<DeletionReport>;
  people(tenant: string): Promise<PersonRecord[]>;
  putPerson(tenant: string, person: Pick<PersonRecord, "person" | "role" | "state">): Promise<void>;
  keys(tenant: string): Promise<KeyRecord[]>;
  createKey(tenant: string, given: NewKeyGiven): Promise<NewKey>;
  /** Both are good for so long. */
  rotateKey(tenant: string, keyId: string, overlapMs: number): Promise<NewKey>;
  revokeKey(tenant: string, keyId: string): Promise<void>;
  usage(tenant: string, days: { from: string; to: string }): Promise<UsageAnswer>;
  records(tenant: string): Promise<AdminRecord[]>;
  approvals(): Promise<Approval[]>;
  approve(approvalId: string, answer: { approve: boolean; reason?: string }): Promise<void>;
}

export interface TenantChange {
  state?: "active" | "suspended";
  plan?: string;
  signIn?: SignIn | null;
  limits?: TenantLimitsGiven;
  settings?: TenantSettings;
}

export interface NewKeyGiven {
  name: string;
  scopes: KeyScope[];
  expiresAt?: number;
}

export function createAdminDoor(apiKey: string | null): AdminDoor {
  async function ask<T>(path: string, method = "GET", body?: object): Promise<T> {
    const response = await fetch(new URL(`v1/${path}`, document.baseURI), {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer as T;
    throw errorIn(answer, response.status);
  }
  const of = (tenant: string): string => `admin/tenants/${encodeURIComponent(tenant)}`;

  return {
    me: () => ask("me"),
    tenants: async () =>
      (await ask<{ tenants: TenantRecord[] }>(`admin/tenants?limit=${PAGE}`)).tenants,
    createTenant: (tenant, plan) => ask("admin/tenants", "POST", { tenant, plan }),
    tenant: (tenant) => ask(of(tenant)),
    changeTenant: (tenant, change) => ask(of(tenant), "PATCH", change),
    changeSettings: (tenant, change) => ask(`${of(tenant)}/settings`, "PATCH", change),
    deleteTenant: (tenant) => ask(of(tenant), "DELETE", { confirm: tenant }),
    deletion: (tenant) => ask(`${of(tenant)}/deletion`),
    people: async (tenant) =>
      (await ask<{ people: PersonRecord[] }>(`${of(tenant)}/people?limit=${PAGE}`)).people,
    async putPerson(tenant, { person, role, state }) {
      await ask(`${of(tenant)}/people/${encodeURIComponent(person)}`, "PUT", { role, state });
    },
    keys: async (tenant) => (await ask<{ keys: KeyRecord[] }>(`${of(tenant)}/keys`)).keys,
    createKey: (tenant, given) => ask(`${of(tenant)}/keys`, "POST", given),
    rotateKey: (tenant, keyId, overlapMs) =>
      ask(`${of(tenant)}/keys/${keyId}/rotate`, "POST", { overlapMs }),
    async revokeKey(tenant, keyId) {
      await ask(`${of(tenant)}/keys/${keyId}`, "DELETE");
    },
    usage: (tenant, { from, to }) => ask(`${of(tenant)}/usage?from=${from}&to=${to}`),
    async records(tenant) {
      const all: AdminRecord[] = [];
      for (let after: number | null = 0; after !== null; ) {
        const page: { records: AdminRecord[]; next: number | null } = await ask(
          `${of(tenant)}/records?after=${after}&limit=${PAGE}`,
        );
        all.push(...page.records);
        after = page.next;
      }
      return all;
    },
    approvals: async () => (await ask<{ waiting: Approval[] }>("approvals")).waiting,
    async approve(approvalId, answer) {
      await ask(`approvals/${approvalId}`, "POST", answer);
    },
  };
}

function errorIn(answer: unknown, status: number): AdminError {
  const told: Readonly<Record<string, unknown>> = isRecord(answer) ? answer : {};
  const { message, details } = told;
  const field = isRecord(details) ? details["field"] : undefined;
  return new AdminError(
    typeof message === "string" ? message : `The server answered ${status}.`,
    typeof field === "string" ? field : undefined,
  );
}
