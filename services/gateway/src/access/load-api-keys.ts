import { readFileSync } from "node:fs";
import { LiluxError } from "@lilux/protocol";
import type { GatewayConfig } from "../config.ts";
import { type ApiKey, parseApiKeys } from "./api-keys.ts";
import { isLoopbackHost } from "./loopback.ts";

type KeysConfig = Pick<
  GatewayConfig,
  "apiKeys" | "apiKeysFile" | "host" | "tenantRoot" | "operatorKeys" | "tenantsDatabaseUrl"
>;

/**
 * All keys, from the configuration and its file. Throws `config_invalid` when
 * the file cannot be read, or when there are none and the address is not
 * loopback: without keys, only this machine may get in. Nor with keys of several
 * tenants who would share one folder.
 */
export function loadApiKeys({
  apiKeys,
  apiKeysFile,
  host,
  tenantRoot,
  operatorKeys,
  tenantsDatabaseUrl,
}: KeysConfig): readonly ApiKey[] {
  const keys = [...apiKeys, ...(apiKeysFile === undefined ? [] : readKeysFile(apiKeysFile))];
  const hasRecords = tenantsDatabaseUrl !== undefined;
  if (operatorKeys.length > 0 && !hasRecords) {
    throw new LiluxError("config_invalid", {
      message:
        "LILUX_OPERATOR_KEYS is set and LILUX_TENANTS_DATABASE_URL is not: there is nothing for an operator to administer. Set both, or neither.",
    });
  }
  if (hasRecords && tenantRoot === undefined) {
    throw new LiluxError("config_invalid", {
      message:
        "LILUX_TENANTS_DATABASE_URL is set and LILUX_TENANT_ROOT is not: tenants would share one library. Set it to a folder with one folder per tenant, for the gateway and for kiwi.",
    });
  }
  if (keys.length === 0 && !hasRecords && !isLoopbackHost(host)) {
    throw new LiluxError("config_invalid", {
      message:
        "LILUX_HOST is not a loopback address, and no API keys are configured. Set LILUX_API_KEYS or LILUX_API_KEYS_FILE, or bind to 127.0.0.1.",
    });
  }
  if (tenantRoot === undefined && new Set(keys.map(({ tenant }) => tenant)).size > 1) {
    throw new LiluxError("config_invalid", {
      message:
        "There are keys of several tenants, and LILUX_TENANT_ROOT is not set: they would share one library, and read each other's outputs. Set it to a folder with one folder per tenant, for the gateway and for kiwi, or let in one tenant only.",
    });
  }
  return keys;
}

function readKeysFile(path: string): ApiKey[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const message = "LILUX_API_KEYS_FILE cannot be read.";
    throw new LiluxError("config_invalid", { message, cause: error });
  }
  return parseApiKeys(text, "LILUX_API_KEYS_FILE");
}
