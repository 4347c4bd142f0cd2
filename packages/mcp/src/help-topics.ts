import { TextEnum } from "@lilux/protocol";
import { type Static, Type } from "typebox";

export const HELP_TOPICS = [
  "search",
  "load",
  "execute",
  "directives",
  "scripts",
  "knowledge",
  "permissions",
  "confirmation",
  "approvals",
  "errors",
] as const;
type HelpTopic = (typeof HELP_TOPICS)[number];

const Topic = TextEnum([...HELP_TOPICS]);

export const HelpArguments = Type.Object(
  { topic: Type.Optional(Topic) },
  { additionalProperties: false },
);
export type HelpArguments = Static<typeof HelpArguments>;

export const HelpResult = Type.Object({
  topic: Type.String({ description: "The topic explained, or overview." }),
  text: Type.String(),
  topics: Type.Array(Type.String(), { description: "All there is to ask about." }),
});
export type HelpResult = Static<typeof HelpResult>;

/** One topic in a few lines; the overview when none is asked for. */
export function helpOn({ topic }: HelpArguments): HelpResult {
  const text = topic === undefined ? OVERVIEW : TEXTS[topic];
  return { topic: topic ?? "overview", text, topics: [...HELP_TOPICS] };
}

const OVERVIEW = `A library of three kinds of items: directives (steps to follow), scripts (programs to run) and knowledge (text to read).
search finds items, load reads one, execute runs or changes one. Usual order: search, load, execute.
Name an item by its qualified_id, such as email/outreach/validate.`;

const TEXTS: Readonly<Record<HelpTopic, string>> = {
  search: `search {item_type, query, source?, limit?}
source: local (default), registry or all. Results come best first; a score compares within one answer only.`,
  load: `load {item_type, item_id, source, destination?, version?}
source: project, user or registry, as the search result says. destination (project or user) copies the item there as well.`,
  execute: `execute {item_type, item_id, action, parameters?, callId?}
action: run, create, update, delete or publish. parameters are the item's inputs, as load lists them.
The same callId with the same arguments answers the first result and runs nothing again; use it when you repeat a call whose answer was lost.`,
  directives: `A directive is a Markdown file with one XML block: metadata with permissions, inputs, process steps, outputs.
execute run checks the inputs and answers status ready with the steps, in order, and the permissions. Follow the steps and use nothing that the permissions do not grant.`,
  scripts: `A script is a Python file that prints one JSON value. It runs in a sandbox: no network unless granted, its own empty folder, limits on time, memory and output.
parameters become --name value. Lines it writes to stderr are progress. Long output is cut, and saved to metadata.outputFile.`,
  knowledge: `A knowledge entry is a Markdown file with a title and tags. execute run answers {title, content}; load answers the whole file.`,
  permissions: `A directive may do only what its permissions name: a verb (read, write, execute) and a resource. What is not granted is refused with permission_denied.
A directive run by another has what both were granted. Your own calls need no grant, but the tenant of your credential bounds all of them.`,
  confirmation: `delete, publish, destructive items, updates that make an item do more or something else, pulling another namespace's item, and the first run of what you wrote need a person's yes to exactly that call and content.
If your client can ask its person (elicitation), the question is asked there. If it cannot, the call is refused with confirm_required: tell the person to run it in the Lilux terminal or with the lilux command. You cannot confirm for them.`,
  approvals: `Where a tenant wants a second person, a call that can do damage waits for the yes of somebody else: it answers approval_pending, and the same call with the same callId asks again. Nobody approves their own.
Whoever may approve has two more tools. list_approvals shows what waits: exactly what would run, and who asks. answer_approval {approvalId, approve, reason?} answers one of them: a yes is put before your person, whose own yes alone counts; without elicitation it is refused with confirm_required, and they answer on the page.`,
  errors: `A failed call has isError, a text with code, message and next step, and the same in _meta["lilux/error"].
Repeat only when retryable is true, with the same callId. item_not_found: search again. item_ambiguous: use one of the candidates. invalid_inputs: load the item and correct the named field.`,
};
