import type { Tenant } from "@lilux/protocol";
import { and, eq, gt, inArray, isNull, or } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { registryDelegates, registryNamespaces } from "./registry-schema.ts";

/** Somebody who wants to publish, yank or show: of a tenant, by themselves or with their signing key. */
export interface Publisher {
  tenant: Tenant;
  person: string;
  isAdmin: boolean;
  /** The id of the tenant's own signing key, where it has one. */
  signingKey: string | undefined;
}

export type PublishRight =
  | { kind: "may"; isOwner: boolean }
  /** Nobody has it yet: a tenant's own name becomes its own by its first publish. */
  | { kind: "unclaimed" }
  | { kind: "not_yours" }
  | { kind: "restricted" };

/** Decided anew at each publish, so that a delegation that ended or was withdrawn counts at once. */
export async function publishRight(
  queries: Queries,
  { namespace, by, at }: { namespace: string; by: Publisher; at: Date },
): Promise<PublishRight> {
  const [known] = await queries
    .select()
    .from(registryNamespaces)
    .where(eq(registryNamespaces.namespace, namespace));
  if (known === undefined) return { kind: namespace === by.tenant ? "unclaimed" : "not_yours" };
  const isOwner = known.owner === by.tenant;
  if (isOwner && (by.isAdmin || !known.restricted)) return { kind: "may", isOwner };
  const names = [
    ...(isOwner ? [`person:${by.person}`] : []),
    ...(by.signingKey === undefined || known.owner === null ? [] : [by.signingKey]),
  ];
  if (names.length > 0 && (await isDelegated(queries, { namespace, names, at }))) {
    return { kind: "may", isOwner };
  }
  return { kind: isOwner ? "restricted" : "not_yours" };
}

async function isDelegated(
  queries: Queries,
  { namespace, names, at }: { namespace: string; names: string[]; at: Date },
): Promise<boolean> {
  const found = await queries
    .select({ delegate: registryDelegates.delegate })
    .from(registryDelegates)
    .where(
      and(
        eq(registryDelegates.namespace, namespace),
        inArray(registryDelegates.delegate, names),
        or(isNull(registryDelegates.endsAt), gt(registryDelegates.endsAt, at)),
      ),
    )
    .limit(1);
  return found.length > 0;
}
