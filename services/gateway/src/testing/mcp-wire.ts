/** MCP as bytes: what no client would send, and what a client's answers look like. */
export interface WireAnswer {
  status: number;
  headers: Headers;
  /** The JSON of the body, or of the last event of its stream. */
  body: {
    id?: unknown;
    error?: { code: number; message: string; data?: { code?: string } };
    result?: Record<string, unknown> & {
      _meta?: Record<string, unknown>;
      requestState?: string;
      isError?: boolean;
    };
  };
}

export interface WireRequest {
  body?: unknown;
  method?: string;
  headers?: Record<string, string>;
}

export async function wire(
  url: string,
  { body, method, headers }: WireRequest,
): Promise<WireAnswer> {
  const response = await fetch(url, {
    method: method ?? "POST",
    headers: {
      accept: "application/json, text/event-stream",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const events = [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => data ?? "");
  const last = events.at(-1) ?? text;
  const parsed = last === "" ? {} : (JSON.parse(last) as WireAnswer["body"]);
  return { status: response.status, headers: response.headers, body: parsed };
}

export interface CurrentRequest {
  method: string;
  params?: Record<string, unknown>;
  capabilities?: object;
  headers?: Record<string, string>;
  version?: string;
  id?: number;
}

/** One request of the current revision: all that the server needs is in it. */
export function wireCurrent(url: string, request: CurrentRequest): Promise<WireAnswer> {
  const {
    method,
    params = {},
    capabilities = {},
    headers,
    version = "2026-07-28",
    id = 1,
  } = request;
  const name = (params["name"] ?? params["uri"]) as string | undefined;
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientInfo": { name: "wire", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": capabilities,
  };
  return wire(url, {
    body: { jsonrpc: "2.0", id, method, params: { ...params, _meta } },
    headers: {
      "mcp-protocol-version": version,
      "mcp-method": method,
      ...(name === undefined ? {} : { "mcp-name": name }),
      ...headers,
    },
  });
}

export function initialize(protocolVersion = "2025-11-25", capabilities: object = {}): WireRequest {
  const params = { protocolVersion, capabilities, clientInfo: { name: "wire", version: "1" } };
  return { body: { jsonrpc: "2.0", id: 0, method: "initialize", params } };
}
