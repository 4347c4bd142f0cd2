import { LiluxError } from "@lilux/protocol";
import type { Environment } from "./environment.ts";

/** Whether LILUX_TENANT_RECORDS asks for tenants that are records. Throws `config_invalid` for anything but `on` and `off`. */
export function areTenantsRecords(env: Environment): boolean {
  const value = env["LILUX_TENANT_RECORDS"] ?? "";
  if (value === "on") return true;
  if (value === "off" || value === "") return false;
  throw new LiluxError("config_invalid", { message: "LILUX_TENANT_RECORDS must be on or off." });
}
