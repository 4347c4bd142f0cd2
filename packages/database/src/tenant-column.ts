import type { Tenant } from "@lilux/protocol";
import { text } from "drizzle-orm/pg-core";

/**
 * Whose a row is. It was written for a tenant that somebody had verified, so what is read here is one again; a
 * statement that compares it with just any text does not compile.
 */
export function tenantColumn() {
  return text().$type<Tenant>();
}
