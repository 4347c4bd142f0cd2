import type { OperationText } from "./openapi-text.ts";

/** Of who somebody is, and of calls that wait for a second person. */
export const APPROVAL_OPERATIONS: Readonly<Record<string, OperationText>> = {
  "GET /v1/me": {
    operationId: "showMe",
    tag: "Access",
    description: "Whose the credential of this request is, and what it may do.",
    answer: "The tenant, the person and what they may do.",
  },
  "GET /v1/approvals": {
    operationId: "listApprovals",
    tag: "Turns",
    description:
      "Calls of others in the tenant that wait for a second person's yes, whichever gateway asks. Each with exactly what would run, who asked, when, and until when it is good.",
    answer: "What waits, the oldest first.",
  },
  "GET /v1/approvals/{approvalId}": {
    operationId: "showApproval",
    tag: "Turns",
    description:
      "How a call that waits for a second person stands, for who asked and for approvers. Once it says `ran`, the same call under the same `callId` answers its result.",
    answer: "How it stands.",
  },
  "POST /v1/approvals/{approvalId}": {
    operationId: "answerApproval",
    tag: "Turns",
    description:
      "Says yes or no to a call of somebody else, with a reason if you like; a no takes back one's own. Nobody approves their own; nothing is approved twice.",
    answer: "It was taken.",
  },
};
