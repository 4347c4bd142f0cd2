import {
  LibraryDiff,
  LiluxError,
  SharedLibrary,
  SharedLibraryList,
  SubscriptionList,
} from "@lilux/protocol";
import type { Static } from "typebox";
import type { CommandContext } from "../command-context.ts";
import { block, line, style } from "../output/styled.ts";
import { show } from "./admin-client.ts";
import { askRegistry, itemTypeOf } from "./registry-client.ts";

const PATH = "/v1/subscriptions";

/** `lilux library publish <library> <version> <items…>` */
export async function publishLibrary(
  context: CommandContext,
  [library = "", version = "", ...items]: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const texts = { description: options["description"], changelog: options["changelog"] };
  const body = {
    library: named(library),
    version,
    ...texts,
    visibility: options["visibility"],
    items: items.map(itemOf),
  };
  const request = { method: "POST", path: "/v1/libraries", body } as const;
  const published = await askRegistry(context, SharedLibrary, request);
  return show(context, published, (made) =>
    context.print(
      line`${style.bold(made.library)} ${made.version} is published, ${made.visibility}, with ${String(made.items.length)} items.`,
    ),
  );
}

/** `script:mail/send` or `script:mail/send@1.2.0` */
function itemOf(text: string) {
  const [, type = "", item_id = "", version] = /^(\w+):([^@]+)(?:@(.+))?$/.exec(text) ?? [];
  if (item_id === "") {
    throw new LiluxError("invalid_request", {
      message: `An item is written script:mail/send, or script:mail/send@1.2.0; ${text} is not.`,
      details: { field: "items" },
    });
  }
  const item = { item_type: itemTypeOf(type), item_id };
  return version === undefined ? item : { ...item, version };
}

/** `lilux library list [namespace]` */
export async function listLibraries(
  context: CommandContext,
  [namespace]: string[],
): Promise<number> {
  const query =
    namespace === undefined ? "" : `?namespace=${encodeURIComponent(namespace.replace(/^@/, ""))}`;
  const list = await askRegistry(context, SharedLibraryList, { path: `/v1/libraries${query}` });
  return show(context, list, ({ libraries }) => {
    if (libraries.length === 0) context.print("There are none.");
    for (const { library, version, description, items, visibility } of libraries) {
      context.print(line`${style.bold(library)} ${version}  ${visibility}  ${description}`);
      for (const item of items) {
        context.print(line`    ${item.item_type} ${item.qualified_id} ${item.version}`);
      }
    }
  });
}

/** `lilux library subscribe <library> [range] [--automatic]` */
export async function subscribe(
  context: CommandContext,
  [library = "", range]: string[],
  { automatic }: Record<string, unknown>,
): Promise<number> {
  const body = {
    library: named(library),
    ...(range === undefined ? {} : { range }),
    automatic: automatic === true,
  };
  const request = { method: "POST", path: PATH, body } as const;
  const list = await askRegistry(context, SubscriptionList, request);
  return showSubscriptions(context, list);
}

/** `lilux library subscriptions` */
export async function subscriptions(context: CommandContext): Promise<number> {
  return showSubscriptions(context, await askRegistry(context, SubscriptionList, { path: PATH }));
}

/** `lilux library updates`: those that wait. */
export async function updates(context: CommandContext): Promise<number> {
  const { subscriptions: all } = await askRegistry(context, SubscriptionList, { path: PATH });
  return showSubscriptions(context, {
    subscriptions: all.filter(({ update }) => update !== null),
  });
}

/** `lilux library diff <library>` */
export async function diffLibrary(
  context: CommandContext,
  [library = ""]: string[],
): Promise<number> {
  const diff = await askRegistry(context, LibraryDiff, { path: `${pathOf(library)}/diff` });
  return show(context, diff, (shown) => printDiff(context, shown));
}

/** `lilux library apply <library> <digest> [--accept-effects]` */
export async function applyLibrary(
  context: CommandContext,
  [library = "", digest = ""]: string[],
  { acceptEffects }: Record<string, unknown>,
): Promise<number> {
  const body = acceptEffects === true ? { digest, acceptEffects } : { digest };
  const request = { method: "POST", path: `${pathOf(library)}/apply`, body } as const;
  return showSubscriptions(context, await askRegistry(context, SubscriptionList, request));
}

/** `lilux library rollback <library>` */
export async function rollbackLibrary(
  context: CommandContext,
  [library = ""]: string[],
): Promise<number> {
  const request = { method: "POST", path: `${pathOf(library)}/rollback` } as const;
  return showSubscriptions(context, await askRegistry(context, SubscriptionList, request));
}

/** `lilux library unsubscribe <library>` */
export async function unsubscribe(
  context: CommandContext,
  [library = ""]: string[],
): Promise<number> {
  const request = { method: "DELETE", path: pathOf(library) } as const;
  return showSubscriptions(context, await askRegistry(context, SubscriptionList, request));
}

/** Throws where nobody could know which one is meant. */
function named(library: string): string {
  const [, id] = /^@?([a-z0-9-]{1,32}\/[a-z0-9-]{1,64})$/.exec(library) ?? [];
  if (id !== undefined) return `@${id}`;
  throw new LiluxError("invalid_request", {
    message: `A library is written @acme/mail, as lilux library list shows it; ${library} is not.`,
    details: { field: "library" },
  });
}

function pathOf(library: string): string {
  const [namespace = "", name = ""] = named(library).slice(1).split("/");
  return `${PATH}/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
}

function showSubscriptions(context: CommandContext, list: Static<typeof SubscriptionList>): number {
  return show(context, list, ({ subscriptions: known }) => {
    if (known.length === 0) context.print("There are none.");
    for (const { library, range, automatic, applied, update, items, ...told } of known) {
      const word = automatic ? "patches apply by themselves" : "updates wait for a yes";
      context.print(line`${style.bold(library)}  ${range}  ${word}`);
      context.print(`    ${applied === null ? "nothing applied yet" : `${applied} applied`}`);
      if (update !== null) {
        context.print(`    ${update} waits: lilux library diff ${library} shows what it changes`);
      }
      for (const item of items) context.print(line`    ${item}`);
      for (const id of told.hidden) context.print(line`    ${id} is hidden by your own item`);
      for (const id of told.takenDown)
        context.print(line`    ${id} was taken down, and is not offered`);
    }
  });
}

/** So that no line of a publisher's text begins where ours do. */
function indented(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, "    ");
}

/** What items may do beyond now stands first, as the answer has it. */
function printDiff(context: CommandContext, diff: LibraryDiff): void {
  context.print(line`${style.bold(diff.library)}  ${diff.from ?? "nothing"} to ${diff.to}`);
  if (diff.changelog !== "") context.print(line`${diff.changelog}`);
  for (const { change, item_type, item_id, effects, said } of diff.changes) {
    context.print(line`${change}  ${style.bold(`${item_type} ${item_id}`)}`);
    for (const fact of ["license", "repository", "commit"] as const) {
      const [from, to] = [said.from[fact] ?? "not said", said.to[fact] ?? "not said"];
      if (from !== to) context.print(line`    ${fact}: ${from}, then ${to}`);
    }
    for (const { what, grew } of effects)
      context.print(line`    ${grew ? "MORE" : "less"}  ${what}`);
  }
  for (const id of diff.hidden) context.print(line`${id} will be hidden by your own item`);
  for (const id of diff.takenDown)
    context.print(line`${id} was taken down, and will not be offered`);
  for (const { text } of diff.changes) context.print(line`\n${block(indented(text))}`);
  const yes = diff.effectsGrew ? " --accept-effects" : "";
  context.print(`To apply exactly this: lilux library apply ${diff.library} ${diff.digest}${yes}`);
}
