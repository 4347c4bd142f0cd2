import { join } from "node:path";
import { createPins, type Pins } from "./pins.ts";
import { createSigningKeys, type SigningKeys } from "./signing-keys.ts";
import { createTakenDown, type TakenDown } from "./taken-down.ts";

/** What a server knows about keys, kept apart from the registry's database. */
export interface RegistryTrust {
  keys: SigningKeys;
  pins: Pins;
  takenDown: TakenDown;
}

/** The keys and pins under a state directory. Nothing is read or written yet. */
export function openTrust(stateDirectory: string | undefined): RegistryTrust | undefined {
  if (stateDirectory === undefined) return undefined;
  return {
    keys: createSigningKeys(join(stateDirectory, "registry", "keys")),
    pins: createPins(join(stateDirectory, "registry", "pins")),
    takenDown: createTakenDown(join(stateDirectory, "registry", "taken-down")),
  };
}
