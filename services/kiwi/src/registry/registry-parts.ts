import type { TextWork } from "../texts/text-work.ts";
import type { AskRegistry } from "./ask-registry.ts";
import type { Pins } from "./pins.ts";
import type { SigningKeys } from "./signing-keys.ts";

/** What the parts of the registry work with. */
export interface RegistryParts {
  ask: AskRegistry;
  trusted(): { keys: SigningKeys; pins: Pins };
  now(): Date;
  texts: TextWork;
}
