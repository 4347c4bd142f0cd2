import { createParser, type RegistryRequest } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import { directMandate } from "../access/caller.ts";
import { disconnectSignal, traceparentOf } from "./request-context.ts";

/** An embedded database is made by the first who needs it, which takes seconds. */
const WITHIN_MS = 60_000;

/** Orders the registry something for whoever sent the request, and reads what it answers as that form. */
export type OrderRegistry = <S extends TSchema>(
  from: { request: FastifyRequest; reply: FastifyReply },
  order: RegistryRequest["order"],
  answer: S,
) => Promise<ReturnType<ReturnType<typeof createParser<S>>["parse"]>>;

export function createOrderRegistry(kiwi: Pick<KiwiApi, "registry">): OrderRegistry {
  return async ({ request, reply }, order, answer) => {
    const { tenant, person } = request.caller;
    const options = {
      signal: disconnectSignal(reply),
      deadlineMs: WITHIN_MS,
      traceparent: traceparentOf(request),
      mandate: directMandate(request.caller),
    };
    const parser = createParser(answer, "the registry's answer", "internal");
    return parser.parse(await kiwi.registry({ tenant, person, order }, options));
  };
}
