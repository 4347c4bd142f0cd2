export { effectChanges, type ItemEffects, NO_EFFECTS } from "./effect-changes.ts";
export { lookAlikeOf } from "./look-alike.ts";
export { RESERVED_NAMESPACES } from "./reserved-namespaces.ts";
