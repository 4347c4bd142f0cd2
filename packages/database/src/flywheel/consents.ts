import { randomBytes } from "node:crypto";
import type { ConsentLevel, Tenant } from "@lilux/protocol";
import { and, asc, eq, inArray, ne } from "drizzle-orm";
import type { Queries, TenantQueries } from "../database.ts";
import { flywheelConsents, flywheelPeopleOut } from "../schema.ts";
import type { Consent } from "./flywheel-shapes.ts";

export const NO_CONSENT: Consent = { level: "none", salt: "", since: 0, peopleOut: new Set() };
const SALT_BYTES = 16;

export async function readConsent(queries: TenantQueries, tenant: Tenant): Promise<Consent> {
  const [consent] = await queries
    .select()
    .from(flywheelConsents)
    .where(eq(flywheelConsents.tenant, tenant));
  const out = await queries
    .select({ person: flywheelPeopleOut.person })
    .from(flywheelPeopleOut)
    .where(eq(flywheelPeopleOut.tenant, tenant));
  const peopleOut = new Set(out.map(({ person }) => person));
  if (consent === undefined) return { ...NO_CONSENT, peopleOut };
  const { level, salt, changedAt } = consent;
  return { level, salt, since: changedAt.getTime(), peopleOut };
}

/** Those who let texts be kept, so that something can be learnt of them. */
export async function listWillingTenants(queries: Queries): Promise<Tenant[]> {
  const found = await queries
    .select({ tenant: flywheelConsents.tenant })
    .from(flywheelConsents)
    .where(inArray(flywheelConsents.level, ["redacted", "full"]))
    .orderBy(asc(flywheelConsents.tenant));
  return found.map(({ tenant }) => tenant);
}

/** The salt stays: what was redacted before reads on. Said again, a level is as old as it was. */
export async function writeConsent(
  queries: TenantQueries,
  { tenant, level, at }: { tenant: Tenant; level: ConsentLevel; at: number },
): Promise<void> {
  const changedAt = new Date(at);
  const salt = randomBytes(SALT_BYTES).toString("base64url");
  await queries
    .insert(flywheelConsents)
    .values({ tenant, level, salt, changedAt })
    .onConflictDoUpdate({
      target: flywheelConsents.tenant,
      set: { level, changedAt },
      setWhere: ne(flywheelConsents.level, level),
    });
}

export async function writeTakesPart(
  queries: TenantQueries,
  given: { tenant: Tenant; person: string; takesPart: boolean; at: number },
): Promise<void> {
  const { tenant, person, takesPart, at } = given;
  if (takesPart) {
    await queries
      .delete(flywheelPeopleOut)
      .where(and(eq(flywheelPeopleOut.tenant, tenant), eq(flywheelPeopleOut.person, person)));
  } else {
    await queries
      .insert(flywheelPeopleOut)
      .values({ tenant, person, since: new Date(at) })
      .onConflictDoNothing();
  }
}
