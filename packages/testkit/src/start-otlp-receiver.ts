import { bodyOf, serveLocally } from "./serve-locally.ts";

/** A span as it was told over OTLP. */
export interface ToldSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  /** Undefined of a root. */
  parentSpanId: string | undefined;
  attributes: Readonly<Record<string, unknown>>;
}

export interface OtlpReceiver {
  /** What a process is told as `LILUX_OTLP_URL`. */
  url: string;
  spans: readonly ToldSpan[];
  /** Everything that came, as it came. */
  text(): string;
  close(): Promise<void>;
}

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}

interface Export {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: {
      spans: {
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        name: string;
        attributes: Attribute[];
      }[];
    }[];
  }[];
}

/** Takes traces as OTLP over HTTP in JSON, and keeps them. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ToldSpan[] = [];
  const bodies: string[] = [];
  const { url, close } = await serveLocally(async (request, response) => {
    const body = await bodyOf(request);
    bodies.push(body);
    spans.push(...spansIn(JSON.parse(body) as Export));
    response.writeHead(200, { "content-type": "application/json" });
    response.end("{}");
  });
  return { url, spans, text: () => bodies.join("\n"), close };
}

function spansIn({ resourceSpans }: Export): ToldSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesOf(resource.attributes)["service.name"]);
    return scopeSpans.flatMap((scope) =>
      scope.spans.map(({ traceId, spanId, parentSpanId, name, attributes }) => ({
        service,
        name,
        traceId,
        spanId,
        parentSpanId: parentSpanId === "" ? undefined : parentSpanId,
        attributes: attributesOf(attributes),
      })),
    );
  });
}

function attributesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
