import { LOCAL_TENANT } from "@lilux/protocol";
import type { KiwiConfig } from "../config.ts";

/**
 * Who may change the library they see. Without a folder per tenant all of them
 * see one project: what one wrote, the others would run. Then it is only for the
 * local tenant, whose project it is.
 */
export function mayWriteWith(config: Pick<KiwiConfig, "tenantRoot">): (tenant: string) => boolean {
  return (tenant) => tenant === LOCAL_TENANT || config.tenantRoot !== undefined;
}
