import { Readable } from "node:stream";
import { ErrorBody, ExecuteResult, type Tenant } from "@lilux/protocol";
import type { KiwiApi, KiwiCallOptions } from "@lilux/rpc";
import { Type } from "typebox";
import type { App } from "./create-app.ts";
import type { KiwiRoutesDeps } from "./primitive-routes.ts";
import { disconnectSignal, traceparentOf } from "./request-context.ts";

const callId = Type.String({ minLength: 1, maxLength: 256 });
const OneRun = Type.Object({ callId }, { additionalProperties: false });
const OneFile = Type.Object({ callId, name: Type.String({ minLength: 1, maxLength: 1_024 }) });

/** Of the description; what is sent is a stream. */
const FileBytes = Type.Unsafe<never>({ type: "string", format: "binary" });

/**
 * `GET /v1/runs/{callId}`: the whole result of a call that ran, however little of it a session was
 * told. `GET /v1/runs/{callId}/artifacts/{name}`: a file that this run made; a
 * slash within its name is written %2F. Both are the tenant's
 * own alone: the name of a call says nothing to any other.
 */
export function addRunsRoute(app: App, { kiwi, limits }: KiwiRoutesDeps): void {
  const response = { 200: ExecuteResult, "4xx": ErrorBody, "5xx": ErrorBody };
  const schema = { summary: "The result of a call that ran", params: OneRun, response };
  app.get("/v1/runs/:callId", { schema, config: { verb: "read" } }, (request, reply) =>
    kiwi.recallRun(
      { tenant: request.tenant, callId: request.params.callId },
      {
        signal: disconnectSignal(reply),
        deadlineMs: limits.kiwiWithinMs,
        traceparent: traceparentOf(request),
        mandate: request.caller,
      },
    ),
  );
  const bytes = {
    description: "The file.",
    content: { "application/octet-stream": { schema: FileBytes } },
  };
  const file = {
    summary: "A file that a run made",
    params: OneFile,
    response: { 200: bytes, "4xx": ErrorBody, "5xx": ErrorBody },
  };
  app.get(
    "/v1/runs/:callId/artifacts/:name",
    { schema: file, config: { verb: "read" } },
    async (request, reply) => {
      const { callId, name } = request.params;
      const asked = { tenant: request.tenant, callId, name };
      const options = {
        signal: disconnectSignal(reply),
        deadlineMs: limits.kiwiWithinMs,
        traceparent: traceparentOf(request),
        mandate: request.caller,
      };
      const parts = partsOf(kiwi, asked, options);
      // The first part is there before the answer begins: until then a refusal can still be told.
      const { value: first, done } = await parts.next();
      const last = name.split("/").at(-1) ?? name;
      return reply
        .header("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(last)}`)
        .header("content-length", String(done === true ? 0 : first.bytes))
        .type("application/octet-stream")
        .send(Readable.from(contents(done === true ? undefined : first.content, parts)) as never);
    },
  );
}

interface Part {
  bytes: number;
  content: Buffer;
}

async function* partsOf(
  kiwi: Pick<KiwiApi, "readArtifact">,
  asked: { tenant: Tenant; callId: string; name: string },
  options: KiwiCallOptions,
): AsyncGenerator<Part, undefined> {
  for (let offset = 0; ; ) {
    const part = await kiwi.readArtifact({ ...asked, offset }, options);
    const content = Buffer.from(part.content, "base64");
    yield { bytes: part.bytes, content };
    offset += content.length;
    if (content.length === 0 || offset >= part.bytes) return undefined;
  }
}

async function* contents(
  first: Buffer | undefined,
  rest: AsyncGenerator<Part, undefined>,
): AsyncGenerator<Buffer> {
  if (first !== undefined) yield first;
  for await (const { content } of rest) yield content;
}
