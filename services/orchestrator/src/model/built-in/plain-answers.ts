import { describeCall } from "@lilux/core/calls";
import { confidenceOnEnter } from "@lilux/core/turns";
import type { Candidate, PlanStep } from "@lilux/protocol";

/** What is said where only a language model could answer. It names its own limits. */
export const NO_LANGUAGE_MODEL = `No language model is configured here, so I cannot hold a conversation, plan or explain in my own words. Set LILUX_LLM_URL (and LILUX_LLM_MODEL) to any OpenAI-compatible server and I can.

Without one I can:

- search your directives, scripts and knowledge
- load one and show its inputs, steps and permissions
- run one and show its result; anything destructive asks you first

Type what you want to do. The router suggests calls while you type: Tab runs the first, the keys 1 to 9 run the others.`;

/** For a line that could mean something that changes things, where nobody can check it. */
export function unsureAnswer(leader: Candidate): string {
  const percent = Math.round(confidenceOnEnter(leader) * 100);
  return `You may mean \`${describeCall(leader.call)}\` (${percent} % likely). It changes things, and no language model is configured to check, so I did not run it. Press Tab on the suggestion to run it.`;
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
  return `You may mean \`${describeCall(call)}\`, but ${problems.join(", and ")}, so I did not run it. ${inputs} Say a value with its name, such as \`${names[0] ?? "name"} …\`.`;
}

function listed(texts: readonly string[]): string {
  return texts.map((text) => `\`${text.replaceAll("`", "'")}\``).join(", ");
}

/** What is left of a plan that nobody here can go on with. */
export function remainingSteps(steps: readonly PlanStep[]): string {
  const left = steps.filter(({ state }) => state === "pending").map(({ title }) => `**${title}**`);
  if (left.length === 0) return "";
  return `What is left needs judgement, and no language model is configured, so it is yours: ${left.join(", ")}.`;
}
