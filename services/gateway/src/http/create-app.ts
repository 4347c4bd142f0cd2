import { randomUUID } from "node:crypto";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { isDeeperThan, JSON_DEPTH_MAX } from "@lilux/core/json";
import { loggedError } from "@lilux/core/telemetry";
import { createParser, ERRORS, LiluxError } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { retryAfterSeconds } from "../admit/rate-limited.ts";
import type { Refusals, Refused } from "../admit/refusals.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { createMethodBook } from "./method-book.ts";
import { readBodies } from "./read-body.ts";

export interface AppDeps {
  metrics: GatewayMetrics;
  refusals: Refusals;
  logger: Logger;
  bodyBytesMax: number;
}

export type App = ReturnType<typeof createApp>;

/** The bare HTTP server: validation, errors, security headers and timing, no routes yet. */
export function createApp({ metrics, refusals, logger, bodyBytesMax }: AppDeps) {
  const app = fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    // A client that sends its request slower than this holds a socket for nothing.
    requestTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
    genReqId: ({ headers }) => requestIdOf(headers["x-request-id"]),
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.addHook("onRequest", async (request) => refuseTwoHosts(request.raw));
  readBodies(app);
  app.setValidatorCompiler(({ schema, httpPart }) => validatorFor(schema as TSchema, httpPart));
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  const methods = createMethodBook();
  app.addHook("onRoute", (route) => methods.add(route));
  app.setNotFoundHandler((request, reply) => {
    const allowed = methods.allowedAt(pathOf(request.url));
    if (allowed.length > 0) {
      reply.header("allow", allowed.join(", "));
      return sendError({ request, reply, refusals }, new LiluxError("method_not_allowed"));
    }
    const message = `There is nothing at ${request.method} ${pathOf(request.url)}. /openapi.json lists what there is.`;
    return sendError({ request, reply, refusals }, new LiluxError("not_found", { message }));
  });
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const fields = { route: request.routeOptions.url, requestId: request.id };
    const error = loggedError(asLiluxError(thrown), { logger, message: "request failed", fields });
    return sendError({ request, reply, refusals }, error);
  });
  app.addHook("onSend", async (request, reply, payload) => {
    // A page of another origin that may read an answer is told so before.
    const own = { ...SECURITY_HEADERS, "x-request-id": request.id };
    for (const [name, value] of Object.entries(own)) {
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
    return payload;
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    metrics.requestSeconds.observe({ route, status }, reply.elapsedTime / 1_000);
  });
  return app;
}

/** The caller's own name for the request, where it is one that a log can hold. */
function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === "string" && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
} as const;

interface Answered {
  request: FastifyRequest;
  reply: FastifyReply;
  refusals: Refusals;
}

function sendError({ request, reply, refusals }: Answered, error: LiluxError) {
  refusals.note(error, { door: "rest", ...whereIn(request) });
  if (error.code === "unauthenticated") reply.header("www-authenticate", "Bearer");
  tellWhenToRetry(reply, error);
  return reply
    .code(ERRORS[error.code].http)
    .type("application/json; charset=utf-8")
    .serializer(JSON.stringify)
    .send(error.toBody());
}

/** Of a request before its credentials were read nobody is the tenant. */
export function whereIn({
  routeOptions,
  tenant,
}: FastifyRequest): Pick<Refused, "route" | "tenant"> {
  const of = tenant === "" || tenant === undefined ? {} : { tenant };
  return { route: routeOptions.url ?? "none", ...of };
}

/** For those who may ask the same again: for what they or others take, or while a part is away. */
export function tellWhenToRetry(reply: FastifyReply, error: LiluxError): void {
  const isTold = typeof error.details?.["retryAfterMs"] === "number";
  const { http, retryable } = ERRORS[error.code];
  if (!isTold && !(retryable && (http === 429 || http === 503))) return;
  reply.header("retry-after", String(retryAfterSeconds(error)));
}

/** Fastify's own refusals, as ours: they name the next step and never quote the body. */
export function asLiluxError(thrown: FastifyError): LiluxError {
  if (thrown instanceof LiluxError) return thrown;
  switch (thrown.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new LiluxError("frame_too_large", {
        message: "The body is larger than this address takes. Send less.",
      });
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return invalid("Send the body as content-type application/json.");
    case "FST_ERR_CTP_INVALID_JSON_BODY":
      return invalid("The body is not JSON. Send one JSON object.");
    default:
      break;
  }
  const isCallers = thrown.statusCode !== undefined && thrown.statusCode < 500;
  if (thrown instanceof SyntaxError && isCallers) {
    return invalid("The body is not JSON. Send one JSON object.");
  }
  if (isCallers) return invalid("The request cannot be read.");
  return LiluxError.from(thrown);
}

function invalid(message: string): LiluxError {
  return new LiluxError("invalid_request", { message });
}

/** One parser per schema, the same that checks frames. Query strings are converted first. */
function validatorFor(schema: TSchema, httpPart: string | undefined) {
  const parser = createParser(schema, httpPart ?? "request");
  return (data: unknown) => {
    try {
      if (isDeeperThan(data, JSON_DEPTH_MAX)) throw tooDeep();
      if (httpPart === "body" && data === undefined)
        throw invalid("The body is empty. Send one JSON object.");
      const given = data ?? {};
      if (httpPart === "body") return { value: parser.parse(given) };
      // What stands in an address is text, and may be left out.
      return { value: parser.parse(Value.Default(schema, Value.Convert(schema, given))) };
    } catch (error) {
      return { error: LiluxError.from(error) };
    }
  };
}

/** Whoever reads or writes it level by level would run out of stack. */
function tooDeep(): LiluxError {
  return invalid(`The body nests deeper than ${JSON_DEPTH_MAX} levels. Send something flatter.`);
}

/** Whoever is in front of us may have gone by the other one. */
function refuseTwoHosts({ rawHeaders }: { rawHeaders: readonly string[] }): void {
  const isHost = (text: string, at: number): boolean => at % 2 === 0 && /^host$/i.test(text);
  if (rawHeaders.filter(isHost).length > 1) throw invalid("Send one Host header.");
}

function pathOf(url: string): string {
  return (url.split("?")[0] ?? "").slice(0, 128);
}
