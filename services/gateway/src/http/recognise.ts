import type { FastifyRequest } from "fastify";
import type { Caller } from "../access/caller.ts";

/** A request is somebody's from here on. */
export function recognise(request: FastifyRequest, caller: Caller): void {
  const { tenant, person } = caller;
  Object.assign(request, { tenant, person, caller });
}
