import type { Grant } from "@lilux/protocol";
import { type ItemGrant, itemGrantsOf, toGrant } from "./item-grants.ts";

/**
 * What a nested directive may do: only what both its own grants and its
 * caller's allow. An attribute that is absent restricts nothing, `*` and `**`
 * match anything, and of two patterns the one inside the other stays. What is
 * denied by either is denied. No grants of the caller means a person's own
 * call, which restricts nothing.
 */
export function intersectGrants(
  caller: readonly Grant[] | undefined,
  own: readonly Grant[],
): Grant[] {
  if (caller === undefined) return [...own];
  const denials = [...caller, ...own].filter(isDenial);
  const allowed = caller
    .filter((grant) => !isDenial(grant))
    .flatMap((outer) =>
      own.filter((grant) => !isDenial(grant)).flatMap((inner) => meet(outer, inner)),
    );
  return [...distinct(allowed), ...distinct(denials)];
}

function isDenial(grant: Grant): boolean {
  return grant.verb === "deny";
}

/** Grants on items are compared by what they mean, others word by word. */
function meet(a: Grant, b: Grant): Grant[] {
  const [ofA, ofB] = [itemGrantsOf(a), itemGrantsOf(b)];
  if (ofA.length === 0 || ofB.length === 0) return meetWords(a, b);
  return ofA.flatMap((outer) => ofB.flatMap((inner) => meetItems(outer, inner)));
}

function meetItems(a: ItemGrant, b: ItemGrant): Grant[] {
  const verb = narrowerVerb(a.verb, b.verb);
  const resource = narrower(a.resource, b.resource);
  const id = narrower(a.id, b.id);
  const action = narrower(a.action, b.action);
  if (verb === undefined || resource === undefined) return [];
  if (id === undefined || action === undefined) return [];
  return [toGrant({ verb, resource, id, action })];
}

/** Each verb covers those after it, so that of two the later one is what both grant. */
const VERBS = ["execute", "load", "read", "search"];

function narrowerVerb(a: string, b: string): string | undefined {
  const [rankA, rankB] = [VERBS.indexOf(a), VERBS.indexOf(b)];
  if (rankA < 0 || rankB < 0) return narrower(a, b);
  return VERBS[Math.max(rankA, rankB)];
}

function meetWords(a: Grant, b: Grant): Grant[] {
  const verb = narrower(a.verb, b.verb);
  if (verb === undefined) return [];
  const attributes: Record<string, string> = {};
  for (const name of new Set([...Object.keys(a.attributes), ...Object.keys(b.attributes)])) {
    const value = narrower(a.attributes[name] ?? "*", b.attributes[name] ?? "*");
    if (value === undefined) return [];
    attributes[name] = value;
  }
  const met = { verb, attributes };
  // One of the two is about something else, so what both grant is no item's either.
  return itemGrantsOf(met).length > 0 ? [] : [met];
}

/** The pattern that lies inside the other; undefined when neither does. */
function narrower(a: string, b: string): string | undefined {
  if (covers(b, a)) return a;
  return covers(a, b) ? b : undefined;
}

function covers(pattern: string, value: string): boolean {
  if (pattern === value || pattern === "*" || pattern === "**") return true;
  // Only a trailing star is understood: what cannot be compared is not granted.
  const head = /^([^*]+)\*{1,2}$/.exec(pattern)?.[1];
  return head !== undefined && value.startsWith(head) && !value.includes("..");
}

function distinct(grants: readonly Grant[]): Grant[] {
  return [...new Map(grants.map((grant) => [JSON.stringify(grant), grant])).values()];
}
