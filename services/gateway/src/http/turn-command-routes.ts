import { ErrorBody, LiluxError, type Tenant, TurnId } from "@lilux/protocol";
import { Type } from "typebox";
import type { Approvals } from "../approvals/approvals.ts";
import type { RunningTurn } from "../session/running-turn.ts";
import { type ApprovalsOf, answerQuestion } from "../turn/answer-question.ts";
import type { App } from "./create-app.ts";

const TurnParams = Type.Object({ turnId: TurnId });
const ConfirmBody = Type.Object(
  { callId: Type.String({ minLength: 1, maxLength: 256 }), approve: Type.Boolean() },
  { additionalProperties: false },
);
const Taken = Type.Object({ taken: Type.Literal(true) });
const errors = { "4xx": ErrorBody, "5xx": ErrorBody };

export interface TurnCommandDeps {
  find(tenant: Tenant, turnId: string): RunningTurn | undefined;
  approvalsOf: ApprovalsOf | undefined;
  approvals: Approvals | undefined;
}

/** What a caller without a socket has to say to a turn that it watches. */
export function addTurnCommandRoutes(
  app: App,
  { find, approvalsOf, approvals }: TurnCommandDeps,
): void {
  function turnOf({ tenant, params }: { tenant: Tenant; params: { turnId: string } }): RunningTurn {
    const turn = find(tenant, params.turnId);
    if (turn === undefined) throw new LiluxError("unknown_turn");
    return turn;
  }

  const confirmSchema = {
    summary: "Answer a confirm-request of a running turn",
    params: TurnParams,
    body: ConfirmBody,
    response: { 202: Taken, ...errors },
  };
  app.post(
    "/v1/turns/:turnId/confirm",
    { schema: confirmSchema, config: { verb: "predict" } },
    async (request, reply) => {
      const { caller } = request;
      await answerQuestion(turnOf(request), request.body, { caller, approvalsOf, approvals });
      return reply.code(202).send({ taken: true });
    },
  );

  const cancelSchema = {
    summary: "Cancel a running turn",
    params: TurnParams,
    response: { 202: Taken, ...errors },
  };
  app.post(
    "/v1/turns/:turnId/cancel",
    { schema: cancelSchema, config: { verb: "run" } },
    async (request, reply) => {
      turnOf(request).command({ type: "cancel" });
      return reply.code(202).send({ taken: true });
    },
  );
}
