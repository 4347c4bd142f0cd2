import { ErrorBody } from "@lilux/protocol";
import { Type } from "typebox";
import { TICKET_VALID_MS, type Tickets } from "../access/tickets.ts";
import type { App } from "./create-app.ts";

const Ticket = Type.Object({
  ticket: Type.String({ description: "Opens one connection: /v1/session?ticket=…" }),
  expiresInMs: Type.Integer(),
});

export function addTicketsRoute(app: App, tickets: Tickets): void {
  const schema = {
    summary: "Get a single-use credential for a WebSocket",
    response: { 201: Ticket, "4xx": ErrorBody },
  };
  app.post("/v1/tickets", { schema, config: { verb: "predict" } }, async (request, reply) => {
    const ticket = tickets.issue(request.caller);
    return reply
      .header("cache-control", "no-store")
      .code(201)
      .send({ ticket, expiresInMs: TICKET_VALID_MS });
  });
}
