import type { Grant } from "@lilux/protocol";

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
      own.filter((grant) => !isDenial(grant)).flatMap((inner) => meet(outer, inner) ?? []),
    );
  return [...distinct(allowed), ...distinct(denials)];
}

function isDenial(grant: Grant): boolean {
  return grant.verb === "deny";
}

function meet(a: Grant, b: Grant): Grant | undefined {
  const verb = narrower(a.verb, b.verb);
  if (verb === undefined) return undefined;
  const attributes: Record<string, string> = {};
  for (const name of new Set([...Object.keys(a.attributes), ...Object.keys(b.attributes)])) {
    const value = narrower(a.attributes[name] ?? "*", b.attributes[name] ?? "*");
    if (value === undefined) return undefined;
    attributes[name] = value;
  }
  return { verb, attributes };
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
