import type { Call, ExecuteCall } from "@lilux/protocol";
import { digestCall } from "../calls/index.ts";
import { GRAMMAR_WORDS, splitIdentifier, stemWord } from "../text/index.ts";
import { asksToRun, stepAsksToRun } from "./asks-to-run.ts";

/** A step of a directive that a person started, its placeholders filled from the inputs. */
export interface StartedStep {
  /** What it tells to do. */
  text: string;
  /** The directive's checked inputs. */
  inputs: Readonly<Record<string, unknown>>;
  /** The call it fixes; undefined for one that a mind has to read. */
  call?: Call | undefined;
}

/** What speaks for a call that a model proposes. */
export interface Evidence {
  /** The person's line of this turn. Earlier ones were answered, and ask for nothing more. */
  line: string;
  /** The call the router read out of that line, when it is sure enough to run it at Enter. */
  certain?: Call | undefined;
  steps: readonly StartedStep[];
  /**
   * Whether the model had been given, before it proposed the call, text of an
   * item, a result, a hit or the registry, or an earlier answer made from such.
   */
  heard: boolean;
}

/** `clean`: nobody else spoke. `router`, `line`: the person's line asks for it. `step`: a directive they started. */
export type Voucher = "clean" | "router" | "line" | "step";

/**
 * Who stands for a call that a language model proposes; undefined: nobody does,
 * and it is tainted. What happens within a model cannot be seen, so it is taken
 * to obey whatever it reads. A call is the person's when the model heard nobody
 * but them and it has to do with what they said, when their line asks for exactly it, or when a directive that they
 * started does. Pure; what is heard never makes it vouch for more.
 */
export function voucherOf(call: Call, evidence: Evidence): Voucher | undefined {
  const { certain, line, steps, heard } = evidence;
  const digest = digestCall(call);
  if (certain !== undefined && digestCall(certain) === digest) return "router";
  if (!heard && isNear(call, line)) return "clean";
  if (isRun(call) && asksToRun(line, call)) return "line";
  return steps.some((step) => asks(step, call, digest)) ? "step" : undefined;
}

/**
 * A model that has heard nobody has read names all the same: of categories, and
 * of what the router found. So what it runs has to share a word with the line.
 */
function isNear(call: Call, line: string): boolean {
  if (!isRun(call)) return true;
  const spoken = new Set(wordsOf(line));
  return wordsOf(call.arguments.item_id).some((word) => spoken.has(word));
}

function wordsOf(text: string): string[] {
  return splitIdentifier(text)
    .filter((word) => !GRAMMAR_WORDS.has(word))
    .map(stemWord);
}

function isRun(call: Call): call is ExecuteCall {
  return call.name === "execute" && call.arguments.action === "run";
}

function asks({ call: fixed, text, inputs }: StartedStep, call: Call, digest: string): boolean {
  if (fixed !== undefined && digestCall(fixed) === digest) return true;
  return isRun(call) && stepAsksToRun(text, call, inputs);
}
