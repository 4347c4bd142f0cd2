import type { LiluxError } from "@lilux/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { CallersInside } from "../access/callers-inside.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Ends an answer that is being written, and says why in its own form; cut off where it has none. */
    endAnswer: ((error: LiluxError) => void) | undefined;
  }
}

/**
 * Whoever asks is inside until their answer is written, however long that takes: when their key, they
 * or their tenant are out meanwhile, nothing more is told to them.
 */
export function stayInside(
  request: FastifyRequest,
  reply: FastifyReply,
  inside: Pick<CallersInside, "enter">,
): void {
  const leave = inside.enter({
    caller: request.caller,
    update: () => undefined,
    turnOut(error) {
      if (!reply.raw.headersSent && !reply.sent) reply.send(error);
      else if (request.endAnswer !== undefined) request.endAnswer(error);
      else reply.raw.destroy();
    },
  });
  if (reply.raw.destroyed) leave();
  else reply.raw.once("close", leave);
}
