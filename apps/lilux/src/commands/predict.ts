import { describeCall } from "@lilux/core/calls";
import { type Call, createParser, PredictAnswer } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { line, style } from "../output/styled.ts";
import { withInstance } from "./instance.ts";

const answerParser = createParser(PredictAnswer, "the instance's answer", "internal");
const BAR_CELLS = 10;

/** `lilux predict <text>`: the ranked calls, best first. */
export async function predict(
  { env, json, print }: CommandContext,
  [text = ""]: string[],
): Promise<number> {
  const answer = await withInstance(env, async (client) =>
    answerParser.parse(
      await client.request({ method: "POST", path: "/v1/predict", body: { text } }),
    ),
  );
  if (json) {
    print(JSON.stringify(answer, null, 2));
    return EXIT.ok;
  }
  answer.candidates.forEach(({ call, confidence, effect }, index) => {
    const cells = Math.round(confidence * BAR_CELLS);
    const empty = style.dim("░".repeat(BAR_CELLS - cells));
    const bar = line`${style.green("█".repeat(cells))}${empty}`;
    const percent = `${(confidence * 100).toFixed(1)} %`.padStart(7);
    const said = `${describeCall(call)}${valuesOf(call)}`;
    print(line`${index + 1}  ${bar} ${percent}  ${said}  ${style.dim(effect)}`);
  });
  const rest = `no call ${(answer.noCallConfidence * 100).toFixed(1)} %`;
  const degraded = answer.degraded === undefined ? "" : `, without ${answer.degraded.join(", ")}`;
  print(
    style.dim(
      `${rest}  ·  ${answer.context} context  ·  ${answer.routeMs.toFixed(1)} ms${degraded}`,
    ),
  );
  return EXIT.ok;
}

/** What a run takes from the line, as `lilux execute` is told it. */
function valuesOf(call: Call): string {
  if (call.name !== "execute") return "";
  const values = Object.entries(call.arguments.parameters ?? {});
  return values.map(([name, value]) => ` ${name}=${JSON.stringify(value)}`).join("");
}
