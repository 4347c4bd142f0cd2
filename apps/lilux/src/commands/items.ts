import { itemTypeOf, LiluxError, LOCAL_TENANT } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { line, style } from "../output/styled.ts";
import { createRestKiwi } from "../rest-kiwi.ts";
import { withInstance } from "./instance.ts";

/** `lilux items [item-type]`: the whole library, and the files of it that cannot be read. */
export async function items(
  { env, json, print }: CommandContext,
  [type]: string[],
  { broken: onlyBroken }: Record<string, unknown>,
): Promise<number> {
  const item_type = type === undefined ? undefined : itemTypeOf(type);
  if (type !== undefined && item_type === undefined) {
    throw new LiluxError("invalid_request", {
      message: `There is no item type "${type}". Write directive, script or knowledge.`,
      details: { field: "item-type" },
    });
  }
  const list = await withInstance(env, (client) =>
    createRestKiwi(client).listItems({ tenant: LOCAL_TENANT }),
  );
  const isWanted = (item: { item_type: string }): boolean =>
    item_type === undefined || item.item_type === item_type;
  const wanted = onlyBroken === true ? [] : list.items.filter(isWanted);
  const broken = list.broken.filter(isWanted);
  if (json) {
    print(JSON.stringify({ items: wanted, broken }, null, 2));
    return EXIT.ok;
  }
  for (const { item_type: of, qualified_id, effect, source, description } of wanted) {
    const where = style.dim(`${effect}, ${source}`);
    print(line`${of.padEnd(9)}  ${style.bold(qualified_id)}  ${where}\n    ${description}`);
  }
  for (const { path, line: at, column, cause, fix } of broken) {
    print(line`${style.red("✗")} ${path}:${at}:${column} ${cause}${line`\n    ${style.dim(fix)}`}`);
  }
  print(style.dim(`${wanted.length} items, ${broken.length} files that cannot be read`));
  return EXIT.ok;
}
