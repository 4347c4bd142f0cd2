import type { KeyScope, Role, Verb } from "@lilux/protocol";

const VIEWER: readonly Verb[] = ["predict", "read"];
const MEMBER: readonly Verb[] = [...VIEWER, "run", "confirm"];
const AUTHOR: readonly Verb[] = [...MEMBER, "write"];
const APPROVER: readonly Verb[] = [...AUTHOR, "approve"];
const ADMIN: readonly Verb[] = [...APPROVER, "admin", "metrics"];

/** What each role may do: the one table, which every door asks. */
const ROLE_VERBS: Readonly<Record<Role, readonly Verb[]>> = {
  viewer: VIEWER,
  member: MEMBER,
  author: AUTHOR,
  approver: APPROVER,
  admin: ADMIN,
};

/**
 * What a scope of a key allows. Saying yes for somebody else is no machine's: no scope allows `approve`
 * but through the person whose key it is.
 */
const SCOPE_VERBS: Readonly<Record<KeyScope, readonly Verb[]>> = {
  predict: ["predict"],
  read: ["read"],
  run: ["run", "confirm"],
  write: ["write", "confirm"],
  admin: ["admin"],
  metrics: ["metrics"],
};

/** Whoever holds a key of the operator's file, or sits at a machine without keys: all of one tenant. */
export const UNDIVIDED_VERBS: ReadonlySet<Verb> = new Set(ADMIN);

/** The operator: tenants, and nothing that is in them. */
export const OPERATOR_VERBS: ReadonlySet<Verb> = new Set<Verb>(["operate"]);

export function verbsOfRole(role: Role): ReadonlySet<Verb> {
  return new Set(ROLE_VERBS[role]);
}

/**
 * What a key may do. One that is a person's may never do more than its person may, whatever its scopes say;
 * one with the scope `run` approves where its person may.
 */
export function verbsOfKey(
  scopes: readonly KeyScope[],
  roleOfPerson: Role | undefined,
): ReadonlySet<Verb> {
  const scoped = new Set(scopes.flatMap((scope) => SCOPE_VERBS[scope]));
  if (roleOfPerson === undefined) return scoped;
  const ofRole = verbsOfRole(roleOfPerson);
  const both = new Set([...scoped].filter((verb) => ofRole.has(verb)));
  if (scoped.has("run") && ofRole.has("approve")) both.add("approve");
  return both;
}
