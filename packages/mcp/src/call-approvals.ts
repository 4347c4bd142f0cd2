import { type Approval, LiluxError, type Mandate } from "@lilux/protocol";
import type { CallToolResult, InputRequiredResult } from "@modelcontextprotocol/server";
import { type AnswerDeps, type AnswerInput, answerApproval } from "./answer-approval.ts";
import { APPROVALS_SHOWN_MAX } from "./approval-tools.ts";
import type { McpApprovals } from "./mcp-approvals.ts";

/** `list_approvals`, for who may answer them. */
export async function listApprovals(
  approvals: McpApprovals | undefined,
  by: Mandate | undefined,
): Promise<CallToolResult> {
  const all = (await approvals?.waitingFor(by)) ?? [];
  const waiting = all.slice(0, APPROVALS_SHOWN_MAX);
  const text = [
    all.length === 0 ? "No call waits for you." : `${waiting.length} of ${all.length} that wait:`,
    ...waiting.map(lineOf),
  ].join("\n");
  const structuredContent = { waiting, total: all.length };
  return { content: [{ type: "text", text }], structuredContent };
}

/** `answer_approval`. */
export async function callAnswer(
  input: AnswerInput,
  { approvals, ...deps }: Omit<AnswerDeps, "approvals"> & { approvals: McpApprovals | undefined },
): Promise<CallToolResult | InputRequiredResult> {
  // Where no tenant can want a second person nothing has ever waited.
  if (approvals === undefined) throw new LiluxError("approval_over");
  const outcome = await answerApproval(input, { approvals, ...deps });
  if (outcome !== "taken") return outcome.question;
  const { approvalId, approve } = input.given;
  const answered = approve ? ("yes" as const) : ("no" as const);
  return {
    content: [{ type: "text", text: `${answered}: ${approvalId}` }],
    structuredContent: { approvalId, answered },
  };
}

function lineOf({ approvalId, call, effect, askedBy, askedByName, expiresAt }: Approval): string {
  const who = JSON.stringify(askedByName ?? askedBy);
  const until = new Date(expiresAt).toISOString();
  const what = JSON.stringify(call.arguments).slice(0, 1_000);
  return `- ${approvalId}: ${call.name} ${what} (${effect}), asked by ${who}, good until ${until}`;
}
