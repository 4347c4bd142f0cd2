import type { TextWork } from "../texts/text-work.ts";
import type { AskRegistry } from "./ask-registry.ts";
import type { RegistryTrust } from "./open-trust.ts";

/** What the parts of the registry work with. */
export interface RegistryParts {
  ask: AskRegistry;
  trusted(): RegistryTrust;
  now(): Date;
  texts: TextWork;
}
