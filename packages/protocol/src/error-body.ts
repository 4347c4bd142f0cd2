import { type Static, Type } from "typebox";

/** An error as every door shows it: REST, WebSocket, gRPC details, MCP, the command. */
export const ErrorBody = Type.Object({
  code: Type.String({ description: "One of the codes of ERRORS." }),
  message: Type.String({ description: "What is wrong, which field, and what to do next." }),
  retryable: Type.Boolean(),
  details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type ErrorBody = Static<typeof ErrorBody>;
