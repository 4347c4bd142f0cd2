import type {
  AdminRecord,
  Approval,
  KeyRecord,
  KeyScope,
  NewKey,
  PersonRecord,
  TenantLimitsGiven,
  TenantRecord,
  TenantSettings,
  UsageAnswer,
  Verb,
} from "@lilux/protocol";
import { isRecord } from "../text/result-kind.ts";

/** A database that is made for the first question takes its time. */
const DEADLINE_MS = 60_000;
const PAGE = 1_000;

export interface Me {
  tenant: string;
  person: string;
  verbs: Verb[];
}

/** The administration over REST, as `lilux admin` uses it. Rejects with an error that says what to do. */
export interface AdminDoor {
  me(): Promise<Me>;
  tenants(): Promise<TenantRecord[]>;
  createTenant(tenant: string, plan: string): Promise<TenantRecord>;
  tenant(tenant: string): Promise<TenantRecord>;
  changeTenant(tenant: string, change: TenantChange): Promise<TenantRecord>;
  people(tenant: string): Promise<PersonRecord[]>;
  putPerson(tenant: string, person: Pick<PersonRecord, "person" | "role" | "state">): Promise<void>;
  keys(tenant: string): Promise<KeyRecord[]>;
  createKey(tenant: string, given: NewKeyGiven): Promise<NewKey>;
  rotateKey(tenant: string, keyId: string): Promise<NewKey>;
  revokeKey(tenant: string, keyId: string): Promise<void>;
  usage(
    tenant: string,
    days: { from: string; to: string },
  ): Promise<Pick<UsageAnswer, "usage" | "storage">>;
  records(tenant: string): Promise<AdminRecord[]>;
  approvals(): Promise<Approval[]>;
  approve(approvalId: string, answer: { approve: boolean; reason?: string }): Promise<void>;
}

export interface TenantChange {
  state?: "active" | "suspended";
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
    throw new Error(
      isRecord(answer) && typeof answer["message"] === "string"
        ? answer["message"]
        : `The server answered ${response.status}.`,
    );
  }
  const of = (tenant: string): string => `admin/tenants/${encodeURIComponent(tenant)}`;

  return {
    me: () => ask("me"),
    tenants: async () =>
      (await ask<{ tenants: TenantRecord[] }>(`admin/tenants?limit=${PAGE}`)).tenants,
    createTenant: (tenant, plan) => ask("admin/tenants", "POST", { tenant, plan }),
    tenant: (tenant) => ask(of(tenant)),
    changeTenant: (tenant, change) => ask(of(tenant), "PATCH", change),
    people: async (tenant) =>
      (await ask<{ people: PersonRecord[] }>(`${of(tenant)}/people?limit=${PAGE}`)).people,
    async putPerson(tenant, { person, role, state }) {
      await ask(`${of(tenant)}/people/${encodeURIComponent(person)}`, "PUT", { role, state });
    },
    keys: async (tenant) => (await ask<{ keys: KeyRecord[] }>(`${of(tenant)}/keys`)).keys,
    createKey: (tenant, given) => ask(`${of(tenant)}/keys`, "POST", given),
    rotateKey: (tenant, keyId) => ask(`${of(tenant)}/keys/${keyId}/rotate`, "POST", {}),
    async revokeKey(tenant, keyId) {
      await ask(`${of(tenant)}/keys/${keyId}`, "DELETE");
    },
    usage: async (tenant, { from, to }) =>
      ask<UsageAnswer>(`${of(tenant)}/usage?from=${from}&to=${to}`),
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
