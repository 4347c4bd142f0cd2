import { KeyRecord, NewKey, PersonRecord } from "@lilux/protocol";
import { type Static, Type } from "typebox";
import type { CommandContext } from "../command-context.ts";
import { line, style } from "../output/styled.ts";
import { askAdmin, moment, show, tenantPath } from "./admin-client.ts";

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;
const KeyList = Type.Object({ keys: Type.Array(KeyRecord) });
const PersonList = Type.Object({
  people: Type.Array(PersonRecord),
  next: Type.Union([Type.String(), Type.Null()]),
});

/** `lilux admin keys list <tenant>` */
export async function listKeys(context: CommandContext, [tenant = ""]: string[]): Promise<number> {
  const { keys } = await askAdmin(context, KeyList, { path: tenantPath(tenant, "/keys") });
  return show(context, keys, (found) => {
    for (const key of found)
      context.print(
        line`${style.bold(key.keyId)}  ${key.name}  ${key.scopes.join(",")}  ${stateOf(key)}`,
      );
  });
}

function stateOf({ revokedAt, expiresAt, lastUsedAt }: KeyRecord): string {
  const used = `last used ${moment(lastUsedAt)}`;
  if (revokedAt !== null) return `revoked ${moment(revokedAt)}, ${used}`;
  return expiresAt === null ? used : `until ${moment(expiresAt)}, ${used}`;
}

/** `lilux admin keys create <tenant> <name> --scopes …` */
export async function createKey(
  context: CommandContext,
  [tenant = "", name = ""]: string[],
  { scopes, days, mine }: Record<string, unknown>,
): Promise<number> {
  const body = {
    name,
    scopes: String(scopes).split(","),
    ...(typeof days === "string" ? { expiresAt: Date.now() + Number(days) * DAY_MS } : {}),
    ...(mine === true ? { mine } : {}),
  };
  const request = { method: "POST", path: tenantPath(tenant, "/keys"), body } as const;
  return showNew(context, await askAdmin(context, NewKey, request));
}

/** `lilux admin keys rotate <tenant> <key-id>` */
export async function rotateKey(
  context: CommandContext,
  [tenant = "", keyId = ""]: string[],
  { overlapHours }: Record<string, unknown>,
): Promise<number> {
  const path = tenantPath(tenant, `/keys/${encodeURIComponent(keyId)}/rotate`);
  const body = { overlapMs: Number(overlapHours ?? 24) * HOUR_MS };
  return showNew(context, await askAdmin(context, NewKey, { method: "POST", path, body }));
}

/** `lilux admin keys revoke <tenant> <key-id>` */
export async function revokeKey(
  context: CommandContext,
  [tenant = "", keyId = ""]: string[],
): Promise<number> {
  const path = tenantPath(tenant, `/keys/${encodeURIComponent(keyId)}`);
  const answer = await askAdmin(context, Type.Object({ revoked: Type.Boolean() }), {
    method: "DELETE",
    path,
  });
  return show(context, answer, () =>
    context.print("Revoked: within five seconds it opens nothing, and what it opened is closed."),
  );
}

function showNew(context: CommandContext, made: NewKey): number {
  return show(context, made, ({ key, record }) =>
    context.print(
      line`${key}\n  ${record.keyId}: ${record.scopes.join(",")}. It is shown this once and not kept.`,
    ),
  );
}

/** `lilux admin people list <tenant>` */
export async function listPeople(
  context: CommandContext,
  [tenant = ""]: string[],
): Promise<number> {
  const people: PersonRecord[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const path = tenantPath(tenant, `/people?after=${encodeURIComponent(after)}`);
    const page: Static<typeof PersonList> = await askAdmin(context, PersonList, { path });
    people.push(...page.people);
    after = page.next;
  }
  return show(context, people, (found) => {
    for (const { person, name, role, state, createdAt } of found) {
      context.print(
        line`${style.bold(person)}  ${name}  ${role}  ${state}  since ${moment(createdAt)}`,
      );
    }
  });
}

/** `lilux admin people set <tenant> <person> <role>` */
export async function setPerson(
  context: CommandContext,
  [tenant = "", person = "", role = ""]: string[],
  { suspended }: Record<string, unknown>,
): Promise<number> {
  const path = tenantPath(tenant, `/people/${encodeURIComponent(person)}`);
  const body = { role, state: suspended === true ? "suspended" : "active" };
  const record = await askAdmin(context, PersonRecord, { method: "PUT", path, body });
  return show(context, record, ({ role: now, state }) =>
    context.print(line`${person} is ${now}, ${state}`),
  );
}
