import { Call, Effect, ErrorBody, LiluxError, PersonId, TurnId } from "@lilux/protocol";
import { Type } from "typebox";
import type { RunningTurn } from "../session/running-turn.ts";
import type { Sessions } from "../session/sessions.ts";
import { type ApprovalsOf, answerQuestion } from "../turn/answer-question.ts";
import type { App } from "./create-app.ts";

export interface ApprovalsRoutesDeps {
  sessions: Pick<Sessions, "all">;
  approvalsOf: ApprovalsOf | undefined;
}

const errors = { "4xx": ErrorBody, "5xx": ErrorBody };
const Waiting = Type.Object({
  turnId: TurnId,
  callId: Type.String(),
  call: Call,
  effect: Effect,
  reason: Type.String(),
  askedBy: Type.Union([PersonId, Type.Null()]),
});
const WaitingList = Type.Object({ waiting: Type.Array(Waiting) });
const OneQuestion = Type.Object({
  turnId: TurnId,
  callId: Type.String({ minLength: 1, maxLength: 256 }),
});
const AnswerBody = Type.Object({ approve: Type.Boolean() }, { additionalProperties: false });
const Taken = Type.Object({ taken: Type.Literal(true) });

/** `/v1/approvals`: calls of others in the tenant that wait for a yes, of turns that this gateway runs. */
export function addApprovalsRoutes(app: App, deps: ApprovalsRoutesDeps): void {
  function turnsOf(tenant: string): RunningTurn[] {
    const sessions = deps.sessions.all().filter((session) => session.tenant === tenant);
    return sessions.flatMap(({ turns }) => [...turns.values()]);
  }

  const listed = {
    summary: "List calls of others that wait for a yes",
    response: { 200: WaitingList, ...errors },
  };
  const config = { verb: "approve" } as const;
  app.get("/v1/approvals", { schema: listed, config }, async ({ caller }) => {
    const others = turnsOf(caller.tenant).filter(({ person }) => person !== caller.person);
    const waiting = others.flatMap((turn) =>
      turn.questions().map(({ turnId, callId, call, effect, reason }) => ({
        turnId,
        callId,
        call,
        effect,
        reason,
        askedBy: turn.person ?? null,
      })),
    );
    return { waiting };
  });

  const answered = {
    summary: "Say yes or no to a call of somebody else",
    params: OneQuestion,
    body: AnswerBody,
    response: { 202: Taken, ...errors },
  };
  app.post(
    "/v1/approvals/:turnId/:callId",
    { schema: answered, config },
    async ({ caller, params: { turnId, callId }, body: { approve } }, reply) => {
      const isAsked = (turn: RunningTurn): boolean =>
        turn.turnId === turnId && turn.questions().some((open) => open.callId === callId);
      const turn = turnsOf(caller.tenant).find(isAsked);
      if (turn === undefined) throw new LiluxError("unknown_call");
      const { approvalsOf } = deps;
      await answerQuestion(turn, { callId, approve }, { caller, approvalsOf });
      return reply.code(202).send({ taken: true });
    },
  );
}
