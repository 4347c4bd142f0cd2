import type { LiluxError } from "@lilux/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";

/** Longer than this no request is held: proxies end them. */
const WAIT_SECONDS_MAX = 30;
const ASK_AGAIN_SECONDS = 2;

/** How long the caller likes to be kept waiting for somebody else's yes: `Prefer: wait=20`; not at all unless told. */
export function waitWished({ headers }: FastifyRequest): number {
  const given = headers["prefer"];
  const [, seconds = "0"] =
    /(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])/.exec(String(given ?? "")) ?? [];
  return 1_000 * Math.min(WAIT_SECONDS_MAX, Number(seconds));
}

/** 202: it is not done, and this is where to ask how it stands. */
export function sendWaiting(reply: FastifyReply, { details }: LiluxError): FastifyReply {
  const id = details?.["approvalId"];
  if (typeof id === "string") reply.header("location", `/v1/approvals/${id}`);
  return reply.code(202).header("retry-after", String(ASK_AGAIN_SECONDS)).send(details);
}
