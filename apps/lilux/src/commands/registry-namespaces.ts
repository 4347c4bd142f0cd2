import { NamespaceList } from "@lilux/protocol";
import type { Static } from "typebox";
import type { CommandContext } from "../command-context.ts";
import { line, style } from "../output/styled.ts";
import type { RestRequest } from "../rest-client.ts";
import { askAdmin, moment, show } from "./admin-client.ts";
import { askRegistry, namespaceOf } from "./registry-client.ts";

const PATH = "/v1/registry/namespaces";
const ADMIN_PATH = "/v1/admin/registry/namespaces";
const DAY_MS = 24 * 3_600_000;

/** `lilux registry namespaces [--all]` */
export async function namespaces(
  context: CommandContext,
  _args: string[],
  { all }: Record<string, unknown>,
): Promise<number> {
  const path = all === true ? ADMIN_PATH : PATH;
  const ask = all === true ? askAdmin : askRegistry;
  return showList(context, await ask(context, NamespaceList, { path }));
}

/** `lilux registry claim <namespace>` */
export function claimNamespace(context: CommandContext, [namespace = ""]: string[]) {
  const body = { namespace: namespaceOf(namespace) };
  return change(context, { method: "POST", path: PATH, body });
}

/** `lilux registry restrict <namespace> [--off]` */
export function restrictNamespace(
  context: CommandContext,
  [namespace = ""]: string[],
  { off }: Record<string, unknown>,
) {
  const body = { restricted: off !== true };
  return change(context, { method: "PATCH", path: pathOf(namespace), body });
}

/** `lilux registry delegate <namespace> <delegate> [--days n]` */
export function delegate(
  context: CommandContext,
  [namespace = "", whom = ""]: string[],
  { days }: Record<string, unknown>,
) {
  const endsAt = days === undefined ? null : Date.now() + Number(days) * DAY_MS;
  const path = `${pathOf(namespace)}/delegates/${encodeURIComponent(delegateOf(whom))}`;
  return change(context, { method: "PUT", path, body: { endsAt } });
}

/** `lilux registry undelegate <namespace> <delegate>` */
export function undelegate(context: CommandContext, [namespace = "", whom = ""]: string[]) {
  const path = `${pathOf(namespace)}/delegates/${encodeURIComponent(delegateOf(whom))}`;
  return change(context, { method: "DELETE", path });
}

/** `lilux registry transfer <namespace> <tenant>` */
export async function transferNamespace(
  context: CommandContext,
  [namespace = "", owner = ""]: string[],
) {
  return give(context, namespace, owner);
}

/** `lilux registry reserve <namespace>` */
export async function reserveNamespace(context: CommandContext, [namespace = ""]: string[]) {
  return give(context, namespace, null);
}

async function give(
  context: CommandContext,
  namespace: string,
  owner: string | null,
): Promise<number> {
  const path = `${ADMIN_PATH}/${encodeURIComponent(namespaceOf(namespace))}`;
  const request = { method: "PUT", path, body: { owner } } as const;
  const { namespaces: all } = await askAdmin(context, NamespaceList, request);
  const own = all.filter((known) => known.namespace === namespaceOf(namespace));
  return showList(context, { namespaces: own });
}

async function change(context: CommandContext, request: RestRequest): Promise<number> {
  return showList(context, await askRegistry(context, NamespaceList, request));
}

function pathOf(namespace: string): string {
  return `${PATH}/${encodeURIComponent(namespaceOf(namespace))}`;
}

/** A signing key as it is; anybody else is a person, whose `person:` may be left out. */
function delegateOf(text: string): string {
  return /^(ed25519|person):/.test(text) ? text : `person:${text}`;
}

function showList(context: CommandContext, list: Static<typeof NamespaceList>): number {
  return show(context, list, ({ namespaces: found }) => {
    if (found.length === 0) {
      context.print("None yet. The first publish makes one of the tenant's own name.");
    }
    for (const { namespace, owner, restricted, delegates } of found) {
      const whose = owner ?? "reserved";
      const who = restricted ? "admins and those listed publish" : "whoever may write publishes";
      context.print(line`${style.bold(`@${namespace}`)}  ${whose}  ${who}`);
      for (const { delegate: whom, endsAt } of delegates) {
        const until = endsAt === null ? "until it is withdrawn" : `until ${moment(endsAt)}`;
        context.print(line`    ${whom}  ${until}`);
      }
    }
  });
}
