import { describeCall, digestCall } from "@lilux/core/calls";
import {
  type AskReason,
  type Circumstance,
  mayRunWithoutAsking,
  type Verdict,
} from "@lilux/core/consent";
import {
  type Call,
  type ExecuteRequest,
  type ItemSummary,
  LiluxError,
  type LoadRequest,
  type SecondPerson,
} from "@lilux/protocol";
import { tellProvenance } from "../provenance/content-origin.ts";
import type { Questions } from "./questions.ts";

/** What the tool core found out about a call, for the policy and for whoever is asked. */
export interface Findings {
  /** The item as it is now; undefined where there is none yet, or none is meant. */
  item?: ItemSummary | undefined;
  circumstances?: readonly Circumstance[];
  /** Hashes of all that a yes is to be bound to, in a fixed order. */
  contents: readonly string[];
  /** What an update would change of what the item may do, in words. */
  changes?: readonly string[];
  /** Names of the secrets that a run is given. */
  secrets?: readonly string[];
}

export interface Consent {
  verdict: Verdict;
  /** Whether a person said yes to exactly this. */
  isConfirmed: boolean;
}

export interface ConsentAsked {
  request: (ExecuteRequest | LoadRequest) & { callId: string };
  call: Call;
  /** What the tenant wants somebody else's yes to. */
  secondPerson: SecondPerson | undefined;
}

/**
 * Throws `confirm_required` for a call that may not run without a person's yes,
 * unless that yes came with it. A yes is the nonce of a question that was asked
 * about this very call and these contents, in this session; no digest stands for it.
 */
export function requireConsent(
  questions: Questions,
  { request, call, secondPerson }: ConsentAsked,
  findings: Findings,
): Consent {
  const { item, circumstances = [], contents } = findings;
  const verdict = mayRunWithoutAsking({
    call,
    itemEffect: item?.effect,
    by: request.by ?? "model",
    // A model whose words nobody has weighed, as one behind MCP, has read who knows what.
    isTainted: request.tainted ?? request.by !== "person",
    circumstances: new Set(circumstances),
    secondPerson: secondPerson?.effects,
  });
  if (verdict.mayRun) return { verdict, isConfirmed: false };
  const { tenant, callId, confirmation, origin } = request;
  const callDigest = digestCall(call);
  const question = { tenant, sessionId: origin?.sessionId, callId, callDigest, contents };
  const nonce = confirmation?.nonce;
  // Tried even when the rest does not fit: a nonce is good for one try.
  const isAnswered = nonce !== undefined && questions.answer(nonce, question);
  const isSame = confirmation?.callId === callId && confirmation.callDigest === callDigest;
  // Whoever brings the yes along with the call says it for themselves.
  const isTheirs = secondPerson?.effects.includes(verdict.effect) && !secondPerson.isSeenTo;
  if (confirmation !== undefined && isTheirs) throw new LiluxError("second_person_required");
  if (isAnswered && isSame) return { verdict, isConfirmed: true };
  throw confirmRequired({ call, verdict, findings }, { callId, callDigest, question, questions });
}

interface Asked {
  call: Call;
  verdict: Verdict;
  findings: Findings;
}

function confirmRequired(
  { call, verdict, findings }: Asked,
  {
    callId,
    callDigest,
    question,
    questions,
  }: {
    callId: string;
    callDigest: string;
    question: Parameters<Questions["ask"]>[0];
    questions: Questions;
  },
): LiluxError {
  const { item, changes = [], secrets = [] } = findings;
  const { effect, reasons } = verdict;
  const given = secrets.length === 0 ? [] : [`It is given the secrets ${secrets.join(", ")}.`];
  const because = reasons.map((reason) => sentenceOf(reason, call, findings));
  const why = [...because, ...given].join(" ");
  return new LiluxError("confirm_required", {
    message: `${describeCall(call)} waits for a person's yes. ${why} To say yes, send exactly this call again with confirmation {callId, callDigest, nonce}.`,
    details: {
      effect,
      reasons,
      why,
      changes,
      ...(secrets.length === 0 ? {} : { secrets }),
      callId,
      callDigest,
      nonce: questions.ask(question),
      ...(item === undefined ? {} : { item: factsOf(item) }),
    },
  });
}

function sentenceOf(reason: AskReason, call: Call, { item, changes = [] }: Findings): string {
  switch (reason) {
    case "destructive":
      return destructiveSentence(call, item);
    case "weakens":
      return `It changes what the item may do or runs: ${changes.join("; ")}.`;
    case "first_run": {
      if (item?.provenance === undefined) return "No person has run it yet.";
      return tellProvenance(item, item.provenance);
    }
    case "foreign_pull":
      return `It takes an item of the namespace ${namespaceIn(call)} into the library, where it can be run.`;
    case "many_updates":
      return "The item was changed many times within the hour, and its older versions give way to newer ones.";
    case "second_person":
      return "Calls of its class wait for the yes of somebody else here.";
    case "tainted":
      return "It comes from text that nobody vouches for: an item, a result or a search hit may have asked for it.";
  }
}

function destructiveSentence(call: Call, item: ItemSummary | undefined): string {
  const action = call.name === "execute" ? call.arguments.action : undefined;
  const { item_type, item_id } =
    call.name === "search" ? { item_type: "", item_id: "" } : call.arguments;
  if (action === "delete") return `It deletes the ${item_type} ${item_id}.`;
  if (action === "publish")
    return `It publishes the ${item_type} ${item_id} for others to see and use.`;
  const reason = item?.effect_reason ?? "It is marked as destructive.";
  return `What the ${item_type} ${item_id} does may not be undone. ${reason}`;
}

function namespaceIn(call: Call): string {
  const id = call.name === "search" ? "" : call.arguments.item_id;
  return id.split("/")[0] ?? id;
}

function factsOf(item: ItemSummary) {
  const { item_type, qualified_id, source, version, content_hash } = item;
  const { effect, effect_reason, provenance } = item;
  const facts = { item_type, qualified_id, source, version, content_hash, effect };
  return {
    ...facts,
    ...(effect_reason === undefined ? {} : { effect_reason }),
    ...(provenance === undefined ? {} : { provenance }),
  };
}
