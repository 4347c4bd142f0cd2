import { randomUUID } from "node:crypto";
import { type Bus, subjects } from "@lilux/bus";
import { ErrorBody, type Lesson, type Verb } from "@lilux/protocol";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { App } from "./create-app.ts";

const ForgetQuery = Type.Object(
  {
    whose: Type.Optional(
      Type.Union([Type.Literal("mine"), Type.Literal("everybodys")], {
        description:
          "What the caller's own lines taught (the default), or those of the whole tenant.",
      }),
    ),
  },
  { additionalProperties: false },
);
const Forgotten = Type.Object({
  forgotten: Type.Union([Type.Literal("mine"), Type.Literal("everybodys")]),
});

/** What others taught is the tenant's, and its admin's to forget. */
function verbOfForgetting({ query }: FastifyRequest): Verb {
  return (query as { whose?: string }).whose === "everybodys" ? "admin" : "predict";
}

const STORE_WITHIN_MS = 2_000;

/** `DELETE /v1/lessons`: what was learnt from sent lines is never used again. */
export function addLessonsRoute(
  app: App,
  { bus, now }: { bus: Pick<Bus, "append" | "publish">; now(): number },
): void {
  const schema = {
    summary: "Forget what was learnt from lines that were sent",
    querystring: ForgetQuery,
    response: { 200: Forgotten, "4xx": ErrorBody, "5xx": ErrorBody },
  };
  app.delete("/v1/lessons", { schema, config: { verb: verbOfForgetting } }, async (request) => {
    const { tenant, person } = request;
    const { whose = "mine" } = request.query;
    const lesson: Lesson = {
      type: "forgotten",
      at: now(),
      ...(whose === "mine" ? { person } : {}),
    };
    for (const subject of [subjects.lesson(tenant), subjects.habit(tenant)]) {
      await bus.append("LESSONS", subject, lesson, {
        id: randomUUID(),
        deadlineMs: STORE_WITHIN_MS,
      });
    }
    bus.publish(subjects.learnt(tenant), {});
    return { forgotten: whose };
  });
}
