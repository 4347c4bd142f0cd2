import type { Call, Grant } from "@lilux/protocol";
import { itemGrantsOf } from "./item-grants.ts";
import { matchesGlob } from "./matches-glob.ts";

/** The verbs of which any one makes a call of the primitive conceivable. */
const VERBS: Readonly<Record<Call["name"], readonly string[]>> = {
  search: ["search", "load", "read", "execute"],
  load: ["load", "read", "execute"],
  execute: ["execute"],
};

/**
 * The primitives of which grants may permit some call: what a model is offered
 * while it follows a directive. Each call is still asked of `permitsCall`.
 */
export function grantedPrimitives(grants: readonly Grant[]): ReadonlySet<Call["name"]> {
  const allowing = grants.filter(({ verb }) => verb !== "deny").flatMap(itemGrantsOf);
  const granted = new Set<Call["name"]>();
  for (const { verb, resource } of allowing) {
    const isGiven = (name: string): boolean => matchesGlob(verb, name);
    for (const primitive of ["search", "load", "execute"] as const) {
      if (VERBS[primitive].some(isGiven)) granted.add(primitive);
    }
    // Running knowledge only reads it.
    if (["read", "load"].some(isGiven) && matchesGlob(resource, "knowledge")) {
      granted.add("execute");
    }
  }
  return granted;
}
