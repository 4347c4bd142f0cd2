import {
  createParser,
  FlywheelDeleted,
  FlywheelState,
  KeptTurns,
  LiluxError,
} from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { line, style } from "../output/styled.ts";
import type { RestClient } from "../rest-client.ts";
import { withInstance } from "./instance.ts";

const state = createParser(FlywheelState, "the answer", "internal");
const deleted = createParser(FlywheelDeleted, "the answer", "internal");
const kept = createParser(KeptTurns, "the answer", "internal");

/** `lilux flywheel show` */
export async function flywheelShow({ env, json, print }: CommandContext): Promise<number> {
  const answer = await withInstance(env, (client) => client.request({ path: "/v1/flywheel" }));
  const { consent, turns, ratings, peopleOut, datasets } = state.parse(answer);
  if (json) print(JSON.stringify(answer, null, 2));
  else {
    print(line`consent  ${style.bold(consent)}  ${MEANINGS[consent]}`);
    print(`kept     ${turns} turns, ${ratings} ratings, ${datasets} datasets`);
    if (peopleOut > 0) print(`out      ${peopleOut} people take no part`);
  }
  return EXIT.ok;
}

const MEANINGS: Readonly<Record<FlywheelState["consent"], string>> = {
  none: "nothing is kept",
  metrics: "that there was a turn and how it went; no text and no call",
  redacted: "texts and calls, with what looks private replaced",
  full: "texts and calls as they were sent",
};

/** `lilux flywheel consent <level>` */
export function flywheelConsent(context: CommandContext, args: string[]): Promise<number> {
  const [level = ""] = args;
  if (!Object.hasOwn(MEANINGS, level)) {
    throw new LiluxError("invalid_request", {
      message: `level must be one of ${Object.keys(MEANINGS).join(", ")}.`,
      details: { field: "level" },
    });
  }
  return change(context, `The consent of this tenant is ${level}.`, (client) =>
    client.request({ method: "PUT", path: "/v1/flywheel/consent", body: { level } }),
  );
}

/** `lilux flywheel part on|off` */
export function flywheelPart(context: CommandContext, args: string[]): Promise<number> {
  const [word = ""] = args;
  if (word !== "on" && word !== "off") {
    throw new LiluxError("invalid_request", {
      message: "It must be on or off.",
      details: { field: "on-or-off" },
    });
  }
  const takesPart = word === "on";
  return change(context, takesPart ? "You take part." : "You take no part.", (client) =>
    client.request({ method: "PUT", path: "/v1/flywheel/part", body: { takesPart } }),
  );
}

/** `lilux flywheel delete` */
export function flywheelDelete(
  context: CommandContext,
  _args: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const whose = options["everybody"] === true ? "everybodys" : "mine";
  return change(context, "", (client) =>
    client.request({ method: "DELETE", path: `/v1/flywheel/turns?whose=${whose}` }),
  );
}

async function change(
  { env, json, print }: CommandContext,
  said: string,
  ask: (client: RestClient) => Promise<unknown>,
): Promise<number> {
  const answer = await withInstance(env, ask);
  const { turns, staleDatasets, staleModels = [] } = deleted.parse(answer);
  if (json) print(JSON.stringify(answer, null, 2));
  else {
    const stale = staleDatasets === 0 ? "" : ` ${staleDatasets} datasets are stale now.`;
    const learnt =
      staleModels.length === 0
        ? ""
        : ` Models that learnt of them: ${staleModels.join(", ")}; \`lilux flywheel models\` says which answer.`;
    print(`${said} ${turns} kept turns were deleted.${stale}${learnt}`.trimStart());
  }
  return EXIT.ok;
}

/** `lilux flywheel turns` */
export async function flywheelTurns({ env, print }: CommandContext): Promise<number> {
  await withInstance(env, async (client) => {
    for (let after: number | null = -1; after !== null; ) {
      const page = kept.parse(await client.request({ path: `/v1/flywheel/turns?after=${after}` }));
      for (const turn of page.turns) print(JSON.stringify(turn));
      after = page.next;
    }
  });
  return EXIT.ok;
}
