import type { Tenant } from "@lilux/protocol";
import type { Queries } from "../database.ts";
import { addRecord, type NewRecord } from "../tenants/admin-records.ts";
import { registryRecords } from "./registry-schema.ts";

/** Who does something to the registry. The operator is of no tenant, whose name is empty. */
export interface RegistryActor {
  tenant: Tenant;
  person: string;
  at: Date;
}

/** Puts an act on the record of a tenant, in the transaction that does it. */
export async function recordAct(
  queries: Queries,
  { person, at }: RegistryActor,
  act: Pick<NewRecord, "tenant" | "action" | "target" | "detail">,
): Promise<void> {
  await addRecord(queries, { ...act, actor: person, at: at.getTime() }, registryRecords);
}
