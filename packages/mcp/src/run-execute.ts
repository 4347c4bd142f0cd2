import { createHash, randomUUID } from "node:crypto";
import { describeCall, digestCall } from "@lilux/core/calls";
import {
  type ExecuteArguments,
  type ExecuteRequest,
  type ExecuteResult,
  LiluxError,
} from "@lilux/protocol";
import type { KiwiCallOptions } from "@lilux/rpc";
import type { InputRequiredResult, RequestId } from "@modelcontextprotocol/server";
import { type Answer, type AskedCall, askPerson, isAbout, questionOf } from "./ask-person.ts";
import type { McpKiwi } from "./mcp-kiwi.ts";

export interface ExecuteInput {
  tenant: string;
  call: ExecuteArguments;
  callId: string;
  /** What the client's person said to the question of an earlier round. */
  answer: Answer;
  /** The call they were asked about, as the server sealed it; verified. */
  asked: AskedCall | undefined;
}

export interface ExecuteDeps {
  kiwi: McpKiwi;
  options: KiwiCallOptions;
  onProgress: (text: string) => Promise<void>;
  canAsk: boolean;
  seal: (asked: AskedCall) => Promise<string>;
}

export type ExecuteOutcome = { result: ExecuteResult } | { question: InputRequiredResult };

/**
 * Runs one execute. What can do damage is refused by the tool core until it is
 * confirmed; then a person is asked through the client, and only an accepted
 * question about these very arguments makes the confirmed call. Nothing that a
 * model writes into the arguments can stand for that answer.
 */
export async function runExecute(input: ExecuteInput, deps: ExecuteDeps): Promise<ExecuteOutcome> {
  const { tenant, call, callId, answer, asked } = input;
  if (asked !== undefined && answer !== "none") {
    return { result: await runAnswered(input, asked, deps) };
  }
  try {
    return { result: await resultOf({ tenant, callId, arguments: call }, deps) };
  } catch (thrown) {
    const error = LiluxError.from(thrown);
    if (error.code !== "confirm_required") throw error;
    const question = deps.canAsk ? questionOf(call) : undefined;
    if (question === undefined) throw refusal(call, deps.canAsk, error);
    const callDigest = digestCall({ name: "execute", arguments: call });
    return { question: askPerson(question, await deps.seal({ callId, callDigest })) };
  }
}

function runAnswered(
  { tenant, call, answer }: ExecuteInput,
  asked: AskedCall,
  deps: ExecuteDeps,
): Promise<ExecuteResult> {
  if (answer !== "yes") throw new LiluxError("confirm_declined");
  if (!isAbout(asked, call)) {
    throw new LiluxError("confirm_required", {
      message: "The arguments are not those that were confirmed. The call did not run.",
    });
  }
  const { callId, callDigest } = asked;
  return resultOf({ tenant, callId, arguments: call, confirmation: { callId, callDigest } }, deps);
}

async function resultOf(
  request: ExecuteRequest,
  { kiwi, options, onProgress }: ExecuteDeps,
): Promise<ExecuteResult> {
  for await (const event of kiwi.execute(request, options)) {
    if (event.type === "result") return event.result;
    await onProgress(event.text);
  }
  throw new LiluxError("kiwi_unavailable", { cause: new Error("execute ended without a result") });
}

/** The digest that confirms stays out of it: a model could carry it to another door. */
function refusal(call: ExecuteArguments, wasTooLong: boolean, cause: LiluxError): LiluxError {
  const why = wasTooLong
    ? "its arguments are too long to be shown to a person here"
    : "this client cannot ask its person (it declares no elicitation)";
  const shown = describeCall({ name: "execute", arguments: call });
  return new LiluxError("confirm_required", {
    message: `${shown} can do damage and did not run: a person has to confirm its exact arguments, and ${why}. A person can run it in the Lilux terminal or with the lilux command.`,
    cause,
  });
}

/**
 * A name for the call when the client gives none. A connection and a request's
 * id name it for good, so that the same request sent again runs nothing twice.
 * Without a connection there is nothing to tell two clients' ids apart.
 */
export function callIdOf(connectionId: string | undefined, requestId: RequestId): string {
  if (connectionId === undefined) return `mcp-${randomUUID()}`;
  const name = JSON.stringify([connectionId, requestId]);
  return `mcp-${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
}
