import { createParser, LoadResult, type RegistryOrigin } from "@lilux/protocol";
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

/** What its publisher signed of where it comes from, before anybody pulls it. */
function originOf(origin: RegistryOrigin): string {
  const { license, source_repository, source_commit, built_by, downloads } = origin;
  const said = [
    `licence ${license ?? "not said"}`,
    `source ${source_repository ?? "not said"}${source_commit === undefined ? "" : ` at ${source_commit}`}`,
    ...(built_by === undefined ? [] : [`built by ${built_by}`]),
    ...(downloads === undefined ? [] : [`pulled by ${downloads} tenants`]),
  ];
  return said.join(", ");
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
    print(style.dim(originOf(result.registry)));
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
