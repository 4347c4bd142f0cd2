import {
  ErrorBody,
  LiluxError,
  type Tenant,
  TenantName,
  type Verb,
  verifiedTenant,
} from "@lilux/protocol";
import type { ListModels } from "@lilux/rpc";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { TenantRecords } from "../../records/tenant-records.ts";

export const ADMIN_TAGS = ["Admin"];
export const ADMIN_ERRORS = { "4xx": ErrorBody, "5xx": ErrorBody };
export const OneTenant = Type.Object({ tenant: TenantName });
/** A part of a list in the order of its names; `next` of one is `after` of the following. */
export const AdminPage = Type.Object(
  {
    after: Type.String({ maxLength: 64, default: "" }),
    limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
  },
  { additionalProperties: false },
);
export const NextName = Type.Union([Type.String(), Type.Null()]);

/** Where the next part begins; null where this one is the last. */
export function nextNameOf(names: readonly string[], limit: number): string | null {
  return names.length < limit ? null : (names.at(-1) ?? null);
}

export interface AdminRoutesDeps {
  records: TenantRecords | undefined;
  listModels: ListModels;
  now(): number;
}

/** Tenants as such are the operator's. */
export const OPERATORS = { config: { verb: "operate" as const } };
/** What is in a tenant is its admins', too; the operator, who set it up, has to be able to hand out the first key. */
export const ADMINS = { config: { verb: verbInTenant("admin") } };
export const USAGE_READERS = { config: { verb: verbInTenant("metrics") } };

function verbInTenant(verb: Verb) {
  return ({ caller, params }: FastifyRequest): Verb => {
    if (caller.verbs.has("operate")) return "operate";
    // Whether there is a tenant of that name is nobody else's business.
    const { tenant } = params as { tenant: string };
    if (tenant !== caller.tenant) {
      throw new LiluxError("forbidden", { message: "That is not your tenant." });
    }
    return verb;
  };
}

/** Whose the route is, for which somebody was let in: an admin of that tenant, or the operator. */
export function tenantOfRoute({ tenant }: { tenant: string }): Tenant {
  return verifiedTenant(tenant);
}

/** The records, or why there are none. */
export function recordsOf({ records }: AdminRoutesDeps): TenantRecords {
  if (records !== undefined) return records;
  throw new LiluxError("not_available_yet", {
    message:
      "This server keeps no records of tenants: its keys are those of a file. Set LILUX_TENANTS_DATABASE_URL, or LILUX_TENANT_RECORDS=on for `npm start`.",
  });
}

export function actOf({ caller }: Pick<FastifyRequest, "caller">, now: () => number) {
  return { actor: caller.person, at: now() };
}

export function noSuch(what: string): LiluxError {
  return new LiluxError("not_found", { message: `There is no such ${what}.` });
}
