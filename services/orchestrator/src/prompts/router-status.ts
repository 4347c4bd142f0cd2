import { describeCall } from "@lilux/core/calls";
import { confidenceOnEnter } from "@lilux/core/turns";
import type { Candidate } from "@lilux/protocol";
import type { RouterView } from "../model/language-model.ts";

const CANDIDATES_MAX = 3;

/** The person's line with the router's view of it. */
export function lineWithStatus(router: RouterView): string {
  return `${router.text}\n\n${routerStatus(router)}`;
}

/** One line that says what the router thinks, for the end of the newest message. */
export function routerStatus({ prediction, thresholds }: RouterView): string {
  const bands = `show ${thresholds.show}, act ${thresholds.act}`;
  if (prediction === undefined) return `[router (${bands}): no answer yet; decide without it]`;
  const shown = prediction.candidates.slice(0, CANDIDATES_MAX).map(statusOf);
  const none = `no call ${prediction.noCallConfidence.toFixed(2)}`;
  return `[router (${bands}), context ${prediction.context}: ${[...shown, none].join("; ")}]`;
}

/** With the values it was given, and what it leaves out or lacks: whoever decides must know. */
function statusOf(candidate: Candidate): string {
  const { call, parameters = [], unread = [] } = candidate;
  const given = call.name === "execute" ? call.arguments.parameters : undefined;
  const missing = parameters.flatMap(({ name, origin }) => (origin === "missing" ? [name] : []));
  const parts = [
    `${describeCall(call)} ${confidenceOnEnter(candidate).toFixed(2)}`,
    ...(given === undefined ? [] : [`with ${JSON.stringify(given)}`]),
    ...(unread.length === 0 ? [] : [`leaves out ${JSON.stringify(unread)}`]),
    ...(missing.length === 0 ? [] : [`lacks ${missing.join(", ")}`]),
  ];
  return parts.join(" ");
}
