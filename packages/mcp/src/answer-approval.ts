import { digestJson } from "@lilux/core/calls";
import { type Approval, type Effect, LiluxError, type Mandate } from "@lilux/protocol";
import type { InputRequiredResult } from "@modelcontextprotocol/server";
import {
  type Answer,
  type Asked,
  type AskedApproval,
  askPerson,
  type Box,
  shortEnough,
  visible,
} from "./ask-person.ts";
import type { McpAnswer, McpApprovals } from "./mcp-approvals.ts";

export interface AnswerInput {
  by: Mandate | undefined;
  given: McpAnswer;
  /** What the client's person said to the question of an earlier round. */
  answer: Answer;
  /** What they were asked about, as the server sealed it; verified. */
  asked: Asked | undefined;
}

export interface AnswerDeps {
  approvals: McpApprovals;
  canAsk: boolean;
  seal: (asked: AskedApproval) => Promise<string>;
}

/**
 * Answers a call of somebody else. A no does no harm and counts at once. A yes is a person's: they are
 * shown the call through the client, and only an accepted question about this very call, with this
 * reason and by this approver, is passed on. Where the client cannot ask nothing is approved.
 */
export async function answerApproval(
  { by, given, answer, asked }: AnswerInput,
  { approvals, canAsk, seal }: AnswerDeps,
): Promise<"taken" | { question: InputRequiredResult }> {
  if (given.approve) {
    const approval = await approvals.toAnswer(by, given.approvalId);
    const bound = { approvalDigest: digestOf(approval, given, by) };
    if (answer === "none") {
      const question = canAsk ? questionOf(approval, given) : undefined;
      if (question === undefined) throw elsewhere(canAsk);
      return { question: askPerson(question, await seal(bound), boxOf(approval.effect)) };
    }
    assertYes(answer, asked, bound);
  }
  await approvals.answer(by, given);
  return "taken";
}

function assertYes(answer: Answer, asked: Asked | undefined, bound: AskedApproval): void {
  if (answer !== "yes") {
    throw new LiluxError("confirm_declined", {
      message: "Your person did not say yes. The call goes on waiting for an approver.",
    });
  }
  if (asked && "approvalDigest" in asked && asked.approvalDigest === bound.approvalDigest) return;
  throw new LiluxError("confirm_required", {
    message: "This is not what your person was asked about. Nothing was approved.",
  });
}

/** The id is bound to call and content where the question is kept; here to who was asked, and what else they saw. */
function digestOf({ approvalId, call, item }: Approval, given: McpAnswer, by: Mandate | undefined) {
  const { reason = "" } = given;
  return digestJson([approvalId, call, item?.content_hash ?? "", reason, by?.person ?? ""]);
}

function questionOf(approval: Approval, { reason }: McpAnswer): string | undefined {
  const { call, effect, reason: why, item, askedBy, askedByName, expiresAt } = approval;
  const facts = {
    askedBy: askedByName === undefined ? askedBy : `${askedByName} (${askedBy})`,
    effect,
    why,
    ...(item && { item: item.qualified_id, version: item.version, content: item.content_hash }),
    goodUntil: new Date(expiresAt).toISOString(),
    ...(reason && { yourReason: reason }),
  };
  const shown = [facts, call.arguments].map((part) => visible(JSON.stringify(part, null, 2)));
  return shortEnough(
    `Somebody else asks for your approval:\n${shown[0]}\nThe call ${call.name} would run for them with exactly these arguments:\n${shown[1]}`,
  );
}

function boxOf(effect: Effect): Box {
  const title = "Approve exactly this call of somebody else";
  const description =
    effect === "destructive" ? "It cannot be taken back." : "It runs once, for who asked.";
  return { title, description };
}

function elsewhere(canAsk: boolean): LiluxError {
  const why = canAsk
    ? "the call is too long to be shown to a person here"
    : "this client cannot ask its person (it declares no elicitation)";
  return new LiluxError("confirm_required", {
    message: `Nothing was approved: a person has to say yes to exactly this call, and ${why}. They can do so on the page of Lilux (F2).`,
  });
}
