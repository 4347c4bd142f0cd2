import { describeCall } from "@lilux/core/calls";
import { confidenceOnEnter } from "@lilux/core/turns";
import { type Candidate, type Degradation, LiluxError, type Prediction } from "@lilux/protocol";
import type { DecisionAnswer } from "./decisions-body.ts";
import type { AskedChoice } from "./read-decisions.ts";

/** What is chosen where nothing is. */
const NONE = "none";

interface Option {
  value: string;
  probability: number;
  call?: Candidate["call"];
}

/**
 * The router's own probabilities as the answer to a question. Options of the caller are judged as
 * far as they name a call or its item; where none of them does, there is no answer. Throws
 * `router_unavailable` for a line without a call on an item while the library is not read: nobody
 * knows then that nothing is meant.
 */
export function decideChoice(
  { name, choices }: AskedChoice,
  { candidates, degraded }: Pick<Prediction, "candidates" | "degraded">,
): DecisionAnswer {
  if (degraded?.some(isOfLibrary) && !candidates.some(({ call }) => call.name === "execute")) {
    throw new LiluxError("router_unavailable", {
      message: "The library is still being read. Ask again shortly.",
    });
  }
  const options = libraryOptions(candidates);
  const asked = choices === undefined ? options : givenOptions(choices, options);
  const total = asked.reduce((sum, { probability }) => sum + probability, 0);
  if (total === 0) return { type: "refusal", name };
  const probabilities = asked.map((option) => ({
    ...option,
    probability: option.probability / total,
  }));
  const best = probabilities.reduce((a, b) => (b.probability > a.probability ? b : a));
  const { value: choice, probability: confidence } = best;
  return { type: "choice", name, choice, confidence, probabilities };
}

function isOfLibrary(reason: Degradation): boolean {
  return reason === "library_loading" || reason === "library_unavailable";
}

/** Each call with the probability that it is meant, and what is left for none of them. */
function libraryOptions(candidates: readonly Candidate[]): Option[] {
  const options = candidates.map((candidate): Option => {
    const { call } = candidate;
    return { value: describeCall(call), probability: confidenceOnEnter(candidate), call };
  });
  const sum = options.reduce((total, { probability }) => total + probability, 0);
  return [...options, { value: NONE, probability: Math.max(0, 1 - sum) }];
}

function givenOptions(choices: readonly string[], options: readonly Option[]): Option[] {
  return choices.map((value) => {
    const meant = options.filter((option) => option.value === value || isAbout(option, value));
    const probability = meant.reduce((sum, option) => sum + option.probability, 0);
    const call = meant.length === 1 ? meant[0]?.call : undefined;
    return { value, probability, ...(call === undefined ? {} : { call }) };
  });
}

/** An id means its item, whatever is to be done with it. */
function isAbout({ call }: Option, id: string): boolean {
  return call !== undefined && call.name !== "search" && call.arguments.item_id === id;
}
