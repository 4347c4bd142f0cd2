import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { withInstance } from "./instance.ts";

/** `lilux forget`: what was learnt from sent lines is never used again. */
export async function forget(
  { env, json, print }: CommandContext,
  _args: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const whose = options["everybody"] === true ? "everybodys" : "mine";
  const path = `/v1/lessons?whose=${whose}`;
  const answer = await withInstance(env, (client) => client.request({ method: "DELETE", path }));
  const said =
    whose === "mine"
      ? "Forgotten what your lines taught."
      : "Forgotten what anybody's lines taught in this tenant.";
  print(json ? JSON.stringify(answer, null, 2) : said);
  return EXIT.ok;
}
