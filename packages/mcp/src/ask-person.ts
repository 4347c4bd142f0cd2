import { digestCall } from "@lilux/core/calls";
import type { Call, Confirmation } from "@lilux/protocol";
import {
  type ClientCapabilities,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
} from "@modelcontextprotocol/server";

/** What was asked, sealed while it travels through the client. */
export interface AskedCall extends Confirmation {}

/** A call of somebody else that an approver was asked about. No yes to one is a yes to the other. */
export interface AskedApproval {
  approvalDigest: string;
}

export type Asked = AskedCall | AskedApproval;

const QUESTION = "confirm";
/** A question longer than this is not read by anybody; such a call is confirmed at another door. */
const QUESTION_CHARACTERS_MAX = 8_000;

/** Whether the client can put a form before its person. An empty declaration means it can. */
export function canAsk(capabilities: ClientCapabilities | undefined): boolean {
  const elicitation = capabilities?.elicitation;
  if (elicitation === undefined) return false;
  return elicitation.form !== undefined || elicitation.url === undefined;
}

/** The question, with the exact arguments; undefined when they are too long to be shown whole. */
export function questionOf(
  { name, arguments: given }: Call,
  why = "This call can do damage.",
): string | undefined {
  return shortEnough(
    `${visible(why)} The call ${name} would run with exactly these arguments:\n${visible(JSON.stringify(given, null, 2))}`,
  );
}

/** Undefined for what nobody would read to its end. */
export function shortEnough(question: string): string | undefined {
  return question.length > QUESTION_CHARACTERS_MAX ? undefined : question;
}

/** What stands beside the box that is to be ticked. */
export interface Box {
  title: string;
  description: string;
}

const RUN: Box = { title: "Run exactly this call", description: "It cannot be taken back." };

export function askPerson(
  question: string,
  requestState: string,
  box: Box = RUN,
): InputRequiredResult {
  return inputRequired({
    requestState,
    inputRequests: {
      [QUESTION]: inputRequired.elicit({
        message: question,
        requestedSchema: {
          type: "object",
          properties: {
            confirm: { type: "boolean", ...box, default: false },
          },
          required: ["confirm"],
        },
      }),
    },
  });
}

export type Answer = "none" | "yes" | "no";

/** Only an accepted form with the box ticked is a yes. */
export function answerIn(responses: Record<string, unknown> | undefined): Answer {
  const response = inputResponse(responses, QUESTION);
  if (response.kind !== "elicit") return "none";
  return response.action === "accept" && response.content?.["confirm"] === true ? "yes" : "no";
}

/** Whether the question that was answered showed these very arguments. */
export function isAbout(asked: Asked, call: Call): asked is AskedCall {
  return "callDigest" in asked && asked.callDigest === digestCall(call);
}

/**
 * Text in which nothing hides: characters that have no shape, or that turn the
 * direction of others around, are written as their numbers.
 */
export function visible(text: string): string {
  return text.replaceAll(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}
