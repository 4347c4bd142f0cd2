import { Effect, ErrorBody, TextEnum, VERBS, type Verb } from "@lilux/protocol";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { App } from "./create-app.ts";

const Me = Type.Object({
  tenant: Type.String({ description: "Empty of an operator, who is in no tenant." }),
  person: Type.String(),
  verbs: Type.Array(TextEnum(VERBS), { description: "What this credential may do." }),
  secondPerson: Type.Optional(
    Type.Array(Effect, { description: "Calls of these classes need somebody else's yes here." }),
  ),
});

/** `GET /v1/me`: whose a credential is and what it may do, for whoever holds it. */
export function addMeRoute(app: App): void {
  const schema = {
    summary: "Whose this credential is, and what it may do",
    response: { 200: Me, "4xx": ErrorBody, "5xx": ErrorBody },
  };
  /** Anybody who is let in may know what they may. */
  const verb = ({ caller: { verbs } }: FastifyRequest): Verb => [...verbs][0] ?? "predict";
  app.get("/v1/me", { schema, config: { verb } }, async ({ caller }) => {
    const { tenant, person, verbs, secondPerson } = caller;
    const wanted = secondPerson && { secondPerson: [...secondPerson.effects] };
    return { tenant, person, verbs: [...verbs], ...wanted };
  });
}
