import { createMCPClient, ElicitationRequestSchema } from "@ai-sdk/mcp";
import {
  Client,
  type ClientOptions,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";

export type Person = (question: string) => {
  action: "accept" | "decline" | "cancel";
  content?: { confirm: boolean };
};

export interface ConnectOptions {
  url: string;
  key?: string;
  /** Answers questions; without one the client declares that it cannot ask. */
  person?: Person;
}

export interface ToolAnswer {
  isError?: boolean | undefined;
  content: { type: string; text?: string }[];
  structuredContent?: unknown;
  _meta?: Record<string, unknown> | undefined;
}

/** What every client can do, whoever wrote it. */
export interface McpTestClient {
  revision: string | undefined;
  tools(): Promise<{ name: string; inputSchema: unknown; annotations?: unknown }[]>;
  call(name: string, given: Record<string, unknown>, signal?: AbortSignal): Promise<ToolAnswer>;
  resources(
    cursor?: string,
  ): Promise<{ resources: { uri: string }[]; nextCursor?: string | undefined }>;
  read(uri: string): Promise<{ contents: Record<string, unknown>[] }>;
  complete(argument: { name: string; value: string }): Promise<string[]>;
  close(): Promise<void>;
}

const TEMPLATE = { type: "ref/resource", uri: "lilux://{item_type}/{+item_id}" } as const;

/** The official client; `current` speaks the 2026-07-28 revision, `sessions` the one before. */
export async function officialClient(
  era: "current" | "sessions",
  { url, key, person }: ConnectOptions,
): Promise<McpTestClient & { client: Client }> {
  const options: ClientOptions = {
    capabilities: person === undefined ? {} : { elicitation: {} },
    ...(era === "current" ? { versionNegotiation: { mode: "auto" } } : {}),
  };
  const client = new Client({ name: "test", version: "1" }, options);
  if (person !== undefined) {
    client.setRequestHandler("elicitation/create", ({ params }) => person(params.message));
  }
  const requestInit = { headers: headersOf(key) };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  return {
    client,
    revision: client.getNegotiatedProtocolVersion(),
    tools: async () => (await client.listTools()).tools,
    call: async (name, given, signal) =>
      (await client.callTool(
        { name, arguments: given },
        signal === undefined ? {} : { signal },
      )) as ToolAnswer,
    resources: (cursor) => client.listResources(cursor === undefined ? {} : { cursor }),
    read: (uri) => client.readResource({ uri }),
    complete: async (argument) =>
      (await client.complete({ ref: TEMPLATE, argument })).completion.values,
    close: () => client.close(),
  };
}

/** The AI SDK's client: a protocol implementation of its own, which shares no code with ours. */
export async function independentClient(
  { url, key, person }: ConnectOptions,
  protocolVersionDiscovery = true,
): Promise<McpTestClient> {
  const client = await createMCPClient({
    transport: { type: "http", url, headers: headersOf(key) },
    capabilities: person === undefined ? {} : { elicitation: {} },
    protocolVersionDiscovery,
  });
  if (person !== undefined) {
    client.onElicitationRequest(ElicitationRequestSchema, ({ params }) => person(params.message));
  }
  return {
    revision: client.initializeResult.protocolVersion,
    tools: async () => (await client.listTools()).tools,
    call: async (name, given, signal) =>
      (await client.callTool({
        name,
        arguments: given,
        ...(signal === undefined ? {} : { options: { signal } }),
      })) as ToolAnswer,
    resources: (cursor) => client.listResources(cursor === undefined ? {} : { params: { cursor } }),
    read: (uri) => client.readResource({ uri }),
    complete: async (argument) =>
      (await client.complete({ ref: TEMPLATE, argument })).completion.values,
    close: () => client.close(),
  };
}

/** Every client there is to try, each in every revision it speaks. */
export const CLIENTS: readonly [string, (options: ConnectOptions) => Promise<McpTestClient>][] = [
  ["the official client", (options) => officialClient("current", options)],
  ["the official client with a session", (options) => officialClient("sessions", options)],
  ["an independent client", (options) => independentClient(options)],
  ["an independent client with a session", (options) => independentClient(options, false)],
];

function headersOf(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}
