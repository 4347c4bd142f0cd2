import { describeCall, digestCall } from "@lilux/core/calls";
import { type Call, type Confirmation, LiluxError } from "@lilux/protocol";
import type { InputRequiredResult } from "@modelcontextprotocol/server";
import {
  type Answer,
  type Asked,
  type AskedCall,
  askPerson,
  isAbout,
  questionOf,
} from "./ask-person.ts";

export interface AskedInput {
  call: Call;
  callId: string;
  /** What the client's person said to the question of an earlier round. */
  answer: Answer;
  /** The call they were asked about, as the server sealed it; verified. */
  asked: Asked | undefined;
}

export interface AskedDeps<T> {
  /** Makes the call, with a person's yes where there is one. */
  make: (callId: string, confirmation: Confirmation | undefined) => Promise<T>;
  canAsk: boolean;
  seal: (asked: AskedCall) => Promise<string>;
}

export type AskedOutcome<T> = { result: T } | { question: InputRequiredResult };

/**
 * Makes one call. What needs a yes is refused by the tool core until it is
 * confirmed; then a person is asked through the client, and only an accepted
 * question about these very arguments makes the confirmed call. Nothing that a
 * model writes into the arguments can stand for that answer. What changed since
 * the question was put is asked about anew.
 */
export async function runAsked<T>(input: AskedInput, deps: AskedDeps<T>): Promise<AskedOutcome<T>> {
  const { call, answer } = input;
  const asked = answer === "none" ? undefined : yesTo(call, answer, input.asked);
  const callId = asked?.callId ?? input.callId;
  try {
    return { result: await deps.make(callId, asked) };
  } catch (thrown) {
    const error = LiluxError.from(thrown);
    if (error.code !== "confirm_required") throw error;
    return { question: await questionFor({ call, callId, error }, deps) };
  }
}

async function questionFor<T>(
  { call, callId, error }: { call: Call; callId: string; error: LiluxError },
  { canAsk, seal }: AskedDeps<T>,
): Promise<InputRequiredResult> {
  const { why, nonce } = error.details ?? {};
  const said = typeof why === "string" ? why : undefined;
  const question = canAsk ? questionOf(call, said) : undefined;
  if (question === undefined) throw refusal(call, canAsk, error);
  const bound = { callId, callDigest: digestCall(call) };
  return askPerson(question, await seal(typeof nonce === "string" ? { ...bound, nonce } : bound));
}

function yesTo(call: Call, answer: Answer, asked: Asked | undefined): AskedCall | undefined {
  if (asked === undefined) return undefined;
  if (answer !== "yes") throw new LiluxError("confirm_declined");
  if (isAbout(asked, call)) return asked;
  throw new LiluxError("confirm_required", {
    message: "The arguments are not those that were confirmed. The call did not run.",
  });
}

/** What confirms stays out of it: a model could carry it to another door. */
function refusal(call: Call, wasTooLong: boolean, cause: LiluxError): LiluxError {
  const why = wasTooLong
    ? "its arguments are too long to be shown to a person here"
    : "this client cannot ask its person (it declares no elicitation)";
  return new LiluxError("confirm_required", {
    message: `${describeCall(call)} did not run: a person has to say yes to exactly it, and ${why}. A person can run it in the Lilux terminal or with the lilux command.`,
    cause,
  });
}
