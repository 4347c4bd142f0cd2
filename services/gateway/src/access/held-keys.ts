import { LiluxError } from "@lilux/protocol";
import type { GatewayConfig } from "../config.ts";
import type { ApiKey } from "./api-keys.ts";
import { loadApiKeys } from "./load-api-keys.ts";

/** The keys that let people in, which may change while the gateway runs. */
export interface HeldKeys {
  current(): readonly ApiKey[];
  /** Throws `config_invalid`, and changes nothing, when the new ones cannot be used. */
  reload(): void;
}

export function createHeldKeys(config: GatewayConfig): HeldKeys {
  let keys = loadApiKeys(config);
  return {
    current: () => keys,
    reload() {
      const next = loadApiKeys(config);
      // A file that was emptied by mistake must not open the door to everybody on this machine.
      if (keys.length > 0 && next.length === 0) {
        throw new LiluxError("config_invalid", {
          message:
            "There is no key in LILUX_API_KEYS_FILE any more. Start again to run without keys.",
        });
      }
      keys = next;
    },
  };
}
