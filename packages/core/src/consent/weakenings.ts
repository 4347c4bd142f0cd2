import type { Effect, Grant } from "@lilux/protocol";
import { isMoreSevere } from "./severest-effect.ts";

/** What of an item decides what it may do and does. */
export interface Abilities {
  declared: Effect;
  /** With its grants, steps and history. */
  effect: Effect;
  grants: readonly Grant[];
  variables: readonly string[];
  secrets: readonly string[];
  packages: readonly string[];
  /** What is run or followed, in a form in which equal means the same. */
  runs: string;
}

/**
 * How one text of an item may do more than the one before, or something else, in
 * words that follow "it"; empty when only what it says of itself differs. Grants
 * are compared as written: another way to write the same asks once too often.
 */
export function weakenings(before: Abilities, after: Abilities): string[] {
  const found: string[] = [];
  if (isMoreSevere(before.declared, after.declared)) {
    found.push(`lowers its class from ${before.declared} to ${after.declared}`);
  } else if (isMoreSevere(before.effect, after.effect)) {
    found.push(`lowers its class from ${before.effect} to ${after.effect}`);
  }
  const had = new Set(before.grants.map(written));
  const has = new Set(after.grants.map(written));
  const gained = after.grants.filter((grant) => grant.verb !== "deny" && !had.has(written(grant)));
  const lost = before.grants.filter((grant) => grant.verb === "deny" && !has.has(written(grant)));
  for (const grant of gained) found.push(`gains the grant ${written(grant)}`);
  for (const grant of lost) found.push(`loses the denial ${written(grant)}`);
  for (const name of missingIn(before.variables, after.variables)) {
    found.push(`gains the variable ${name}`);
  }
  for (const name of missingIn(before.secrets, after.secrets)) {
    found.push(`gains the secret ${name}`);
  }
  for (const name of missingIn(before.packages, after.packages)) {
    found.push(`gains the package ${name}`);
  }
  if (before.runs !== after.runs) found.push("changes what it runs");
  return found;
}

function missingIn(known: readonly string[], given: readonly string[]): string[] {
  return given.filter((name) => !known.includes(name));
}

function written({ verb, attributes }: Grant): string {
  const pairs = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return `<${[verb, ...pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(" ")}/>`;
}
