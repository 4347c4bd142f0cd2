import {
  createParser,
  type DeletedPart,
  type DeletionPart,
  DeletionRequest,
  type MeasuredPart,
  type StorageBytes,
  type Tenant,
} from "@lilux/protocol";
import type { Bus, Subscription } from "./bus.ts";
import { tenantOfSubject } from "./subject-tenant.ts";
import { subjects } from "./subjects.ts";

/** A part of the server that keeps something of tenants. */
export interface TenantHolder {
  /** What it keeps or cannot reach, and why. Asked before anything is deleted. */
  kept?(tenant: Tenant): Promise<DeletedPart["kept"]>;
  /** Deletes all the rest; how many there were, by kind. Asked again it finds nothing. */
  delete(tenant: Tenant): Promise<Record<string, number>>;
  /** How many bytes it keeps, of the kinds that are its own. */
  measure(tenant: Tenant): Promise<StorageBytes>;
}

const parser = createParser(DeletionRequest, "a request to delete a tenant");

/** Answers the gateway, which alone may ask, also what is kept and not deleted: one of the part's processes does the work for all. */
export function answerDeletions(
  bus: Pick<Bus, "respond">,
  part: DeletionPart,
  holder: TenantHolder,
): Subscription {
  const answer = async (subject: string, body: unknown): Promise<DeletedPart | MeasuredPart> => {
    const request = parser.parse(body);
    const tenant = tenantOfSubject(subject);
    if (request.do === "measure") return { bytes: await holder.measure(tenant) };
    if (request.do === "look") return { removed: {}, kept: (await holder.kept?.(tenant)) ?? [] };
    return { removed: await holder.delete(tenant), kept: [] };
  };
  return bus.respond(subjects.deletions(part), ({ subject, body }) => answer(subject, body), {
    queue: part,
  });
}

/** What is held in memory only is let go of in each process; one that misses it forgets in time. */
export function hearGone(
  bus: Pick<Bus, "subscribe">,
  letGo: (tenant: Tenant) => void,
): Subscription {
  return bus.subscribe(subjects.ofAllTenants("gone"), ({ subject }) =>
    letGo(tenantOfSubject(subject)),
  );
}
