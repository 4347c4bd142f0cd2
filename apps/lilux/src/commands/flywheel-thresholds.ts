import { createParser, LiluxError, ShownThresholds, type ThresholdFit } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { line, style } from "../output/styled.ts";
import type { RestRequest } from "../rest-client.ts";
import { withInstance } from "./instance.ts";

const answers = createParser(ShownThresholds, "the answer", "internal");
const PATH = "/v1/flywheel/thresholds";
const REQUESTS: Readonly<Record<string, RestRequest>> = {
  show: { path: PATH },
  on: { path: PATH, method: "PUT", body: { mode: "on" } },
  off: { path: PATH, method: "PUT", body: { mode: "off" } },
  fit: { path: `${PATH}/fit`, method: "POST" },
  rollback: { path: `${PATH}/rollback`, method: "POST" },
};

/** `lilux flywheel thresholds [fit|on|off|rollback]` */
export async function flywheelThresholds(
  { env, json, print }: CommandContext,
  [what = "show"]: string[],
): Promise<number> {
  const request = REQUESTS[what];
  if (request === undefined) {
    throw new LiluxError("invalid_request", {
      message: "It must be fit, on, off or rollback, or nothing.",
      details: { field: "what" },
    });
  }
  const answer = answers.parse(await withInstance(env, (client) => client.request(request)));
  if (json) {
    print(JSON.stringify(answer, null, 2));
    return EXIT.ok;
  }
  const { mode, act, fit, changes } = answer;
  print(line`bar      ${style.bold(barOf(act))}  ${MEANINGS[mode]}`);
  print(`fit      ${fit === null ? "never; `lilux flywheel thresholds fit`" : describeFit(fit)}`);
  for (const one of changes) {
    print(
      line`changed  ${new Date(one.at).toISOString()}  ${one.mode}  ${barOf(one.act)}  by ${one.by}`,
    );
  }
  return EXIT.ok;
}

const MEANINGS: Readonly<Record<ShownThresholds["mode"], string>> = {
  off: "off: the gateway's own counts",
  on: "on: fitted every night",
  held: "held since a rollback; `on` fits it again",
};

function barOf(act: number | null): string {
  return act === null ? "the gateway's own" : act.toFixed(2);
}

function describeFit({
  act,
  telling,
  turns,
  wrong,
  wrongMax,
  errorMax,
  missing,
}: ThresholdFit): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  if (missing > 0) {
    return `${telling} turns say something, ${missing} more are needed before any bar can be said to keep ${percent(errorMax)}`;
  }
  const above = `${wrong} of ${turns} wrong, at most ${percent(wrongMax)} with 95 % confidence`;
  if (act === null) return `no bar keeps ${percent(errorMax)}: ${above}`;
  return `${act.toFixed(2)}: ${above}`;
}
