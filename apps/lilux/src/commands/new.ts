import { relative } from "node:path";
import { startItem } from "@lilux/kiwi/check";
import { ITEM_TYPES, itemTypeOf, LiluxError } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { line, style } from "../output/styled.ts";

/** `lilux new <item-type> <item-id> <description>`: the file of a new item, to be filled in. */
export async function newItem(
  { env, json, print }: CommandContext,
  [type = "", item_id = "", ...words]: string[],
  { project }: Record<string, unknown>,
): Promise<number> {
  const item_type = itemTypeOf(type);
  if (item_type === undefined) {
    throw new LiluxError("invalid_request", {
      message: `There is no item type "${type}". Write one of ${ITEM_TYPES.join(", ")}.`,
      details: { field: "item-type" },
    });
  }
  const named = typeof project === "string" ? project : env["LILUX_PROJECT"];
  // Never the demo library: a new item is the person's own.
  const folder = named === undefined || named === "" ? process.cwd() : named;
  const description = words.join(" ");
  const started = await startItem({ project: folder, item_type, item_id, description });
  if (json) {
    print(JSON.stringify(started, null, 2));
    return EXIT.ok;
  }
  const path = relative(process.cwd(), started.path);
  print(
    line`${style.green("✓")} ${started.item_type} ${style.bold(started.qualified_id)} in ${path}`,
  );
  print(style.dim(`Fill it in, then: lilux check ${path}`));
  return EXIT.ok;
}
