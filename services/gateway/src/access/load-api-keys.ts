import { readFileSync } from "node:fs";
import { LiluxError } from "@lilux/protocol";
import type { GatewayConfig } from "../config.ts";
import { type ApiKey, parseApiKeys } from "./api-keys.ts";
import { isLoopbackHost } from "./loopback.ts";

/**
 * All keys, from the configuration and its file. Throws `config_invalid` when
 * the file cannot be read, or when there are none and the address is not
 * loopback: without keys, only this machine may get in.
 */
export function loadApiKeys({ apiKeys, apiKeysFile, host }: GatewayConfig): readonly ApiKey[] {
  const keys = [...apiKeys, ...(apiKeysFile === undefined ? [] : readKeysFile(apiKeysFile))];
  if (keys.length === 0 && !isLoopbackHost(host)) {
    throw new LiluxError("config_invalid", {
      message:
        "LILUX_HOST is not a loopback address, and no API keys are configured. Set LILUX_API_KEYS or LILUX_API_KEYS_FILE, or bind to 127.0.0.1.",
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
