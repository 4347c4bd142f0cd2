import { randomBytes, randomUUID } from "node:crypto";
import { pipeline, type Readable, type Writable } from "node:stream";
import type { Log } from "@lilux/core/telemetry";
import { LOCAL_TENANT } from "@lilux/protocol";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { Registry } from "prom-client";
import { createCallsInFlight } from "./calls-in-flight.ts";
import { createMcpServer } from "./create-mcp-server.ts";
import { KeptDigits } from "./kept-digits.ts";
import { lenientMessage } from "./lenient-message.ts";
import type { McpApprovals } from "./mcp-approvals.ts";
import type { McpKiwi } from "./mcp-kiwi.ts";
import { DEFAULT_MCP_LIMITS, stdioDeadlines } from "./mcp-limits.ts";
import { createMcpMetrics } from "./mcp-metrics.ts";
import { withoutMark } from "./without-mark.ts";

export interface StdioDeps {
  kiwi: McpKiwi;
  /** Undefined where the host's credential can be nobody's that approves. */
  approvals?: McpApprovals | undefined;
  logger: Log;
  input: Readable;
  /** Nothing but protocol messages is written to it. */
  output: Writable;
  /** The longest a script may run where they run. */
  executeMsMax?: number | undefined;
  /** Ends the serving as the end of the input does. */
  signal: AbortSignal;
}

/** One message, newline included. */
const MESSAGE_BYTES_MAX = 1024 * 1024;
const CANCEL_WITHIN_MS = 2_000;

/**
 * The same MCP server over one pair of streams. Resolves when the client has
 * closed its end, or was cut off for a message beyond any size; calls in work
 * are cancelled then.
 */
export async function serveMcpOverStdio(deps: StdioDeps): Promise<void> {
  const { kiwi, approvals, logger, input, output, signal } = deps;
  const metrics = createMcpMetrics(new Registry());
  const calls = createCallsInFlight(metrics, DEFAULT_MCP_LIMITS.callsInFlightMax);
  // Whoever holds the pipe is one client; its request ids are its own for as long.
  const connectionId = randomUUID();
  const limits = stdioDeadlines(deps.executeMsMax);
  const server = { kiwi, approvals, logger, calls, limits, sealKey: randomBytes(32) };
  const messages = new KeptDigits({
    lineBytesMax: MESSAGE_BYTES_MAX,
    refuse: (answer) => void output.write(answer),
  });
  // An input that breaks off ends the messages; that is all there is to know of it.
  pipeline(input, withoutMark(), messages, () => messages.destroy());
  const transport = new ClosingTransport(messages, output, { maxBufferSize: MESSAGE_BYTES_MAX });
  const connection = serveStdio(
    () =>
      // The tenant is a name for this side only: an instance knows its own from the credential.
      createMcpServer(server, { tenant: LOCAL_TENANT, connectionId, hearsOfChanges: false }),
    { transport, onerror: (error) => logger.warn({ err: error }, "mcp message refused") },
  );
  const stop = (): void => void connection.close();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  await transport.closed;
  signal.removeEventListener("abort", stop);
  await connection.close();
  await calls.idle(Date.now() + CANCEL_WITHIN_MS);
}

/** The protocol library tells nobody when the client has gone; this one does, and is lenient. */
class ClosingTransport extends StdioServerTransport {
  readonly #end = Promise.withResolvers<void>();
  readonly closed = this.#end.promise;

  override start(): Promise<void> {
    const take = this.onmessage;
    this.onmessage = (message) => take?.(lenientMessage(message));
    return super.start();
  }

  override async close(): Promise<void> {
    await super.close();
    this.#end.resolve();
  }
}
