import { createParser, TeachForgotten, type TeachListed } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { line, style } from "../output/styled.ts";
import { withInstance } from "./instance.ts";
import { itemNameOf, listPhrasings, queryOf } from "./library-phrasings.ts";

const forgottenParser = createParser(TeachForgotten, "the instance's answer", "internal");

/** `lilux library phrasings [item]`: what language models wrote for items, and which of them. */
export async function phrasings(
  { env, json, print }: CommandContext,
  [named]: string[],
): Promise<number> {
  const item = named === undefined ? undefined : itemNameOf(named);
  const listed = await withInstance(env, (client) => listPhrasings(client, item));
  if (json) {
    print(JSON.stringify(listed, null, 2));
    return EXIT.ok;
  }
  for (const known of listed.items) {
    const { key, lines, model, at, authored, forgotten } = known;
    if (item === undefined && lines.length === 0) continue;
    const when = at === undefined ? "" : new Date(at).toISOString().slice(0, 10);
    const who = model === undefined ? "no model wrote for it" : `by ${model}, ${when}`;
    const own = authored === 0 ? "" : `, ${authored} by its author`;
    const gone = forgotten === true ? ", forgotten" : "";
    print(line`${style.bold(key)}  ${style.dim(`${who}${own}${gone}`)}`);
    for (const text of lines) print(line`    ${text}`);
  }
  print(style.dim(summaryOf(listed)));
  return EXIT.ok;
}

/** `lilux library forget-phrasings [item]`: what models wrote is used no more. */
export async function forgetPhrasings(
  { env, json, print }: CommandContext,
  [named]: string[],
): Promise<number> {
  const query = named === undefined ? "" : `?${queryOf(itemNameOf(named))}`;
  const path = `/v1/phrasings${query}`;
  const answer = await withInstance(env, async (client) =>
    forgottenParser.parse(await client.request({ method: "DELETE", path })),
  );
  const said = `Forgotten what models wrote for ${answer.forgotten} items. It is not written again by itself.`;
  print(json ? JSON.stringify(answer, null, 2) : said);
  return EXIT.ok;
}

/** How far a library has come, in one line. */
export function summaryOf({ total, taught, authored, open, teaching }: TeachListed): string {
  const { state, reason } = teaching;
  const says = {
    off: "in the background: off (LILUX_TEACH)",
    no_model: "no language model is configured",
    idle: "in the background: done",
    working: "in the background: at work",
    waiting: `in the background: waiting. ${reason ?? ""}`,
  }[state];
  return `${total} items: ${taught} taught by a model, ${authored} by their author, ${open} by nobody; ${says}`;
}
