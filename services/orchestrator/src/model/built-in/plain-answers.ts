import { describeCall } from "@lilux/core/calls";
import { confidenceOnEnter } from "@lilux/core/turns";
import type { Candidate, PlanStep } from "@lilux/protocol";

/** What is said where only a language model could answer. It names its own limits. */
const NO_LANGUAGE_MODEL = `No language model is configured here, so I cannot hold a conversation, plan or explain in my own words. Set LILUX_LLM_URL (and LILUX_LLM_MODEL) to any OpenAI-compatible server and I can; a small one for this machine comes with \`lilux model add orchestrator-small\` and is served by \`lilux up --local-model\`.

Without one I can:

- search your directives, scripts and knowledge
- load one and show its inputs, steps and permissions
- run one and show its result; anything destructive asks you first

Type what you want to do. The router suggests calls while you type: Tab runs the first, the keys 1 to 9 run the others.`;

const MODEL_DOES_NOT_ANSWER = `The language model does not answer just now, so I cannot hold a conversation, plan or explain in my own words. It is tried again by itself; ask again in a moment.

Meanwhile your library works: type what you want to do, and Tab runs the router's first suggestion, the keys 1 to 9 the others.`;

/** What is said for a mind that is not there, by why it is not. */
export interface PlainWords {
  /** Where only a language model could answer. */
  none: string;
  /** Before results that nobody explains. */
  before: string;
  /** For a line that could mean something that changes things, where nobody can check it. */
  unsure(leader: Candidate): string;
}

export const WITHOUT_MODEL: PlainWords = {
  none: NO_LANGUAGE_MODEL,
  before: "",
  unsure: (leader) => unsureAnswer(leader, "no language model is configured to check"),
};

export const MODEL_AWAY: PlainWords = {
  none: MODEL_DOES_NOT_ANSWER,
  before: "The language model does not answer just now. This is what there is without it:\n\n",
  unsure: (leader) => unsureAnswer(leader, "the language model that would check does not answer"),
};

function unsureAnswer(leader: Candidate, why: string): string {
  const percent = Math.round(confidenceOnEnter(leader) * 100);
  return `You may mean \`${describeCall(leader.call)}\` (${percent} % likely). It changes things, and ${why}, so I did not run it. Press Tab on the suggestion to run it.`;
}

/** For a call that leaves out what was said, or lacks what it needs: it is not run as if that were nothing. */
export function incompleteAnswer({ call, parameters = [], unread = [] }: Candidate): string {
  const missing = parameters.flatMap(({ name, origin }) => (origin === "missing" ? [name] : []));
  const problems = [
    ...(unread.length === 0 ? [] : [`nothing in it takes ${listed(unread)}`]),
    ...(missing.length === 0 ? [] : [`it needs ${listed(missing)}`]),
  ];
  const names = parameters.map(({ name }) => name);
  const inputs = names.length === 0 ? "It has no inputs." : `Its inputs are ${listed(names)}.`;
  return `You may mean \`${describeCall(call)}\`, but ${problems.join(", and ")}, so I did not run it. ${inputs} Say a value after its name, \`${names[0] ?? "name"}\`.`;
}

function listed(texts: readonly string[]): string {
  return texts.map((text) => `\`${text.replaceAll("`", "'")}\``).join(", ");
}

/** What is left of a plan that nobody here can go on with. */
export function remainingSteps(steps: readonly PlanStep[]): string {
  const left = steps.filter(({ state }) => state === "pending").map(({ title }) => `**${title}**`);
  if (left.length === 0) return "";
  return `What is left needs judgement, and no language model is there for it, so it is yours: ${left.join(", ")}.`;
}
