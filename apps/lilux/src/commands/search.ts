import { createParser, SearchResult } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import type { Print } from "../output/create-print.ts";
import { line, style } from "../output/styled.ts";
import { withInstance } from "./instance.ts";

const resultParser = createParser(SearchResult, "the instance's answer", "internal");

/** `lilux search <item-type> <query>` */
export async function search(
  { env, json, print }: CommandContext,
  [item_type, query]: string[],
  { limit, source }: Record<string, unknown>,
): Promise<number> {
  const body = { item_type, query, limit, source };
  const result = await withInstance(env, async (client) =>
    resultParser.parse(await client.request({ method: "POST", path: "/v1/search", body })),
  );
  if (json) {
    print(JSON.stringify(result, null, 2));
    return EXIT.ok;
  }
  printHits(result, print);
  return EXIT.ok;
}

/** What a search found, as a person reads it. */
export function printHits({ results, total, warnings = [] }: SearchResult, print: Print): void {
  for (const hit of results) {
    print(line`${style.bold(hit.qualified_id)}  ${style.dim(hit.source)}\n    ${hit.description}`);
    const { license, source_repository, downloads } = hit;
    if (downloads !== undefined) {
      const from = source_repository === undefined ? "" : `  ${source_repository}`;
      print(
        line`    ${style.dim(`${license ?? "no licence said"}${from}  pulled by ${downloads}`)}`,
      );
    }
  }
  for (const warning of warnings) print(style.yellow(warning));
  print(style.dim(`${results.length} of ${total}`));
}
