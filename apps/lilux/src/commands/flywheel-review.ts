import { createParser, NoiseReport, ReviewRows, ReviewTaken, ReviewUndone } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { line, style } from "../output/styled.ts";
import type { RestClient } from "../rest-client.ts";
import { keysOf } from "../review/keys-of.ts";
import { type ReviewDoor, reviewByKeys } from "../review/review-by-keys.ts";
import { withInstance } from "./instance.ts";
import { noiseCells } from "./noise-cells.ts";

const rows = createParser(ReviewRows, "the answer", "internal");
const taken = createParser(ReviewTaken, "the answer", "internal");
const undone = createParser(ReviewUndone, "the answer", "internal");
const noise = createParser(NoiseReport, "the answer", "internal");
const PATH = "/v1/flywheel/reviews";

/** `lilux flywheel review` */
export async function flywheelReview(
  { env, json, print }: CommandContext,
  _args: string[],
  { rule }: Record<string, unknown>,
): Promise<number> {
  const query = typeof rule === "string" ? `?rule=${encodeURIComponent(rule)}` : "";
  if (json) {
    const next = await withInstance(env, (client) => client.request({ path: `${PATH}${query}` }));
    print(JSON.stringify(rows.parse(next), null, 2));
    return EXIT.ok;
  }
  const keys = keysOf(process.stdin);
  try {
    await withInstance(env, (client) => reviewByKeys(doorOf(client, query), { keys, print }));
  } finally {
    keys.close();
  }
  return EXIT.ok;
}

function doorOf(client: RestClient, query: string): ReviewDoor {
  return {
    next: async () => rows.parse(await client.request({ path: `${PATH}${query}` })),
    review: async (body) => taken.parse(await client.request({ method: "POST", path: PATH, body })),
    undo: async () =>
      undone.parse(await client.request({ method: "DELETE", path: `${PATH}/last` })),
  };
}

/** `lilux flywheel noise` */
export async function flywheelNoise({ env, json, print }: CommandContext): Promise<number> {
  const answer = await withInstance(env, (client) =>
    client.request({ path: "/v1/flywheel/noise" }),
  );
  const { rules } = noise.parse(answer);
  if (json) print(JSON.stringify(rules, null, 2));
  else {
    for (const one of rules) {
      const [rule = "", reviewed = "", wrong = "", share = ""] = noiseCells(one);
      print(line`${style.bold(rule.padEnd(11))} ${wrong} wrong of ${reviewed}: ${share}`);
    }
  }
  return EXIT.ok;
}
