import { createParser, LoadResult } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import type { Print } from "../output/create-print.ts";
import { line, style } from "../output/styled.ts";
import { withInstance } from "./instance.ts";

const resultParser = createParser(LoadResult, "the instance's answer", "internal");

/** `lilux load <item-type> <item-id>` */
export async function load(
  { env, json, print }: CommandContext,
  [item_type, item_id]: string[],
  { from, to, version }: Record<string, unknown>,
): Promise<number> {
  const body = { item_type, item_id, source: from, destination: to, version };
  const result = await withInstance(env, async (client) =>
    resultParser.parse(await client.request({ method: "POST", path: "/v1/load", body })),
  );
  if (json) {
    print(JSON.stringify(result, null, 2));
    return EXIT.ok;
  }
  printLoaded(result, print);
  return EXIT.ok;
}

/** An item, as a person reads it. */
export function printLoaded(result: LoadResult, print: Print): void {
  const { item } = result;
  print(
    line`${style.bold(item.name)}  ${item.item_type} ${item.version}  ${style.dim(`${item.source}: ${result.path}`)}`,
  );
  if (result.registry !== undefined) {
    const { namespace, key_id } = result.registry;
    print(style.dim(`published by ${namespace}, signed with ${key_id}`));
  }
  for (const warning of result.warnings ?? []) print(style.yellow(warning));
  for (const { version: kept, saved_at } of result.versions ?? []) {
    print(style.dim(`before ${saved_at}: version ${kept}`));
  }
  print(line`${item.description}\n`);
  for (const input of item.inputs) {
    print(
      line`  ${input.name}: ${input.type}${input.required ? " (required)" : ""}  ${input.description ?? ""}`,
    );
  }
  print(`\n${result.content.trimEnd()}`);
}
