import type { StrictReply } from "@lilux/orchestrator/strict-server";

/** A line of several steps, what a model makes of it, and what is to come of it. */
export interface Workflow {
  name: string;
  /** Unlike any other's: by it the model knows what to do. */
  line: string;
  /** What the model answers, a round at a time. */
  rounds: readonly StrictReply[];
  /** What the person says to every question; a workflow without it is not to ask. */
  answer?: "yes" | "no" | "cancel";
  /** How many questions there are to be. */
  questions?: number;
  /** The first pool is lost after so many characters of each of its texts. */
  losesModelAfter?: number;
  outcome?: "completed" | "cancelled";
  /** States of the plan's steps at the end; none when it is no plan. */
  plan: readonly string[];
  /** Whether each call ended well, in order of their ends. */
  calls: readonly boolean[];
  /** Parts that the answer holds; or the whole of it. */
  says?: readonly string[];
  text?: string;
  /** Parts that the results hold, as JSON. */
  results?: readonly string[];
  /** Files in `.ai` afterwards, each with a part of its text; undefined: it is gone. */
  files?: Readonly<Record<string, string | undefined>>;
  /** Is tried against the services as separate processes, too. */
  isDistributed?: boolean;
}

interface ProposedCall {
  name: string;
  arguments: object;
}

type Kind = "directive" | "script" | "knowledge";

export const search = (item_type: Kind, query: string): ProposedCall => ({
  name: "search",
  arguments: { item_type, query },
});
export const load = (item_type: Kind, item_id: string): ProposedCall => ({
  name: "load",
  arguments: { item_type, item_id },
});
export const execute = (
  item_type: Kind,
  item_id: string,
  rest: { action?: string; parameters?: object } = {},
): ProposedCall => ({
  name: "execute",
  arguments: { item_type, item_id, action: "run", ...rest },
});
export const calls = (...proposed: ProposedCall[]): StrictReply => ({ calls: proposed });
export const text = (said: string): StrictReply => ({ text: said });
