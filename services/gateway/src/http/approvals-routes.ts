import {
  Approval,
  ApprovalId,
  ApprovalReason,
  ApprovalState,
  ErrorBody,
  LiluxError,
  type Verb,
} from "@lilux/protocol";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Approvals } from "../approvals/approvals.ts";
import type { App } from "./create-app.ts";

export interface ApprovalsRoutesDeps {
  approvals: Approvals | undefined;
}

const errors = { "4xx": ErrorBody, "5xx": ErrorBody };
const WaitingList = Type.Object({ waiting: Type.Array(Approval) });
const OneApproval = Type.Object({ approvalId: ApprovalId });
const AnswerBody = Type.Object(
  { approve: Type.Boolean(), reason: Type.Optional(ApprovalReason) },
  { additionalProperties: false },
);
const Taken = Type.Object({ taken: Type.Literal(true) });

/** Who asks needs no more than what let them ask; whose it is, is looked at where it is known. */
const ASKERS = {
  verb: ({ caller: { verbs } }: FastifyRequest): Verb =>
    verbs.has("write") ? "write" : verbs.has("approve") ? "approve" : "run",
};

/** `/v1/approvals`: calls of the tenant that wait for a second person, whichever gateway asks. */
export function addApprovalsRoutes(app: App, { approvals }: ApprovalsRoutesDeps): void {
  const listed = {
    summary: "List calls of others that wait for a yes",
    response: { 200: WaitingList, ...errors },
  };
  const config = { verb: "approve" } as const;
  app.get("/v1/approvals", { schema: listed, config }, async ({ caller }) => ({
    waiting: approvals?.waitingFor(caller) ?? [],
  }));

  const asked = {
    summary: "How a call that waits for a second person stands",
    params: OneApproval,
    response: { 200: ApprovalState, ...errors },
  };
  app.get(
    "/v1/approvals/:approvalId",
    { schema: asked, config: ASKERS },
    async ({ caller, params: { approvalId } }) => {
      const state = approvals?.stateOf(caller, approvalId);
      if (state === undefined) throw new LiluxError("not_found");
      return state;
    },
  );

  const answered = {
    summary: "Say yes or no to a call of somebody else, or take back one's own",
    params: OneApproval,
    body: AnswerBody,
    response: { 202: Taken, ...errors },
  };
  app.post(
    "/v1/approvals/:approvalId",
    { schema: answered, config: ASKERS },
    async ({ caller, params: { approvalId }, body }, reply) => {
      if (approvals === undefined) throw new LiluxError("approval_over");
      await approvals.answer(caller, approvalId, body);
      return reply.code(202).send({ taken: true });
    },
  );
}
