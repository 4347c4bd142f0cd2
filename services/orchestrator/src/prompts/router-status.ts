import { describeCall } from "@lilux/core/calls";
import { confidenceOnEnter } from "@lilux/core/turns";
import type { RouterView } from "../model/language-model.ts";

const CANDIDATES_MAX = 3;

/** The person's line with the router's view of it. */
export function lineWithStatus(router: RouterView): string {
  return `${router.text}\n\n${routerStatus(router)}`;
}

/** One line that says what the router thinks, for the end of the newest message. */
function routerStatus({ prediction, thresholds }: RouterView): string {
  const bands = `show ${thresholds.show}, act ${thresholds.act}`;
  if (prediction === undefined) return `[router (${bands}): no answer yet; decide without it]`;
  const shown = prediction.candidates
    .slice(0, CANDIDATES_MAX)
    .map(
      (candidate) => `${describeCall(candidate.call)} ${confidenceOnEnter(candidate).toFixed(2)}`,
    );
  const none = `no call ${prediction.noCallConfidence.toFixed(2)}`;
  return `[router (${bands}), context ${prediction.context}: ${[...shown, none].join("; ")}]`;
}
