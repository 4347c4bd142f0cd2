import { digestCall } from "@lilux/core/calls";
import { confidenceOnEnter } from "@lilux/core/turns";
import type { Example } from "@lilux/protocol";
import { isQuestion } from "./score-checks.ts";

/** How a named behaviour and what is done in an example contradict each other; undefined: they agree. */
export function behaviourFault(example: Example): string | undefined {
  const { behaviour, prediction, thresholds, steps, arrives, checks, response } = example;
  const made = steps.flatMap(({ calls }) => calls);
  const leader = example.turn.chosen ?? prediction?.candidates[0];
  const isLed =
    leader !== undefined && made.some(({ call }) => digestCall(call) === digestCall(leader.call));
  const confidence = leader === undefined ? 0 : confidenceOnEnter(leader);
  switch (behaviour) {
    case "defer":
      if (!isLed) return "it says defer and does not make the router's call";
      return confidence > thresholds.act || example.turn.chosen !== undefined
        ? undefined
        : `it says defer at a confidence of ${confidence}`;
    case "verify":
      if (!isLed) return "it says verify and does not make the router's call";
      return confidence <= thresholds.act && confidence >= thresholds.show
        ? undefined
        : `it says verify at a confidence of ${confidence}`;
    case "control":
      // Below what is shown the router has said nothing, and who decides may come to the same call.
      return isLed && confidence >= thresholds.show
        ? "it says control and makes the router's call"
        : undefined;
    case "plan":
      return made.length >= 2 ? undefined : "a plan has at least two calls";
    case "continue":
      return arrives === null ? "it says continue and nothing comes late" : undefined;
    case "recover":
      return made.some(isFailure) || isQuestion(response) || prediction === null
        ? undefined
        : "it says recover and nothing failed";
    case "refuse":
      return (checks.mustNotCall ?? []).length > 0 || (checks.mustNotMention ?? []).length > 0
        ? undefined
        : "it says refuse and does not say what must not happen";
    case "answer":
      return made.length === 0 ? undefined : "an answer makes no call";
  }
}

function isFailure({ ok, result }: Example["steps"][number]["calls"][number]): boolean {
  if (!ok) return true;
  if (typeof result !== "object" || result === null) return false;
  if ("status" in result && result.status === "error") return true;
  return "total" in result && result.total === 0;
}
