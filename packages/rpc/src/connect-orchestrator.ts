import type { ClientDuplexStream } from "@grpc/grpc-js";
import type { Tls } from "@lilux/certificates";
import type { Log } from "@lilux/core/telemetry";
import {
  executeDeadlines,
  LiluxError,
  type TurnCommand,
  type TurnEvent,
  type TurnRequest,
} from "@lilux/protocol";
import type { SignClaim } from "./claims/claim-tokens.ts";
import { callUnary } from "./client/call-unary.ts";
import { createRenewedClient } from "./client/renewed-client.ts";
import { clientSecurity } from "./client/tls-credentials.ts";
import {
  OrchestratorServiceClient,
  type RunTurnRequest,
  type RunTurnResponse,
} from "./generated/lilux/orchestrator/v1/orchestrator.ts";
import type { ListModels } from "./list-models.ts";
import type { RunTurn, RunTurnOptions } from "./run-turn.ts";
import { clientOptions } from "./wire/channel-options.ts";
import { addClaim } from "./wire/claim-metadata.ts";
import { fromServiceError, type Unavailable } from "./wire/error-trailer.ts";
import { fromJsonBytes, toJsonBytes } from "./wire/json-bytes.ts";
import { results } from "./wire/parsers.ts";
import { traceMetadata } from "./wire/trace-metadata.ts";

export interface ConnectOrchestratorOptions {
  /** `host:port`, or any gRPC target such as `dns:///orchestrator:7002`. */
  address: string;
  /** What the orchestrator wants with every call, if it does. */
  secret?: string | undefined;
  /** With it only the orchestrator is spoken to, and it learns who we are. */
  tls?: Tls | undefined;
  signClaim?: SignClaim | undefined;
  logger: Log;
  /** The longest a script of a turn may run, from which the turn has its own limit. */
  executeMsMax?: number | undefined;
  /** How often the name is asked for its addresses; 20 s unless told. */
  renewEveryMs?: number | undefined;
}

export interface OrchestratorClient {
  runTurn: RunTurn;
  listModels: ListModels;
  close(): Promise<void>;
  connected(): boolean;
}

/** How long an aborted turn may take to end in its own words. */
const ABORT_GRACE_MS = 2_000;
const LIST_DEADLINE_MS = 5_000;
const UNAVAILABLE = "orchestrator_unavailable";

/** The orchestrator over gRPC. Returns at once; turns fail until it is up. */
export async function connectOrchestrator({
  address,
  secret,
  tls,
  signClaim,
  logger,
  executeMsMax,
  renewEveryMs: everyMs,
}: ConnectOrchestratorOptions): Promise<OrchestratorClient> {
  const security = clientSecurity(tls, { peer: "orchestrator", address, logger });
  const unavailable = { code: UNAVAILABLE, trouble: security.trouble } as const;
  const make = () =>
    new OrchestratorServiceClient(address, security.credentials, clientOptions(secret));
  const connection = createRenewedClient({ make, peer: "orchestrator", logger, everyMs });
  return {
    async *runTurn(request, options) {
      const withinMs = executeDeadlines(executeMsMax).turnWire;
      using held = connection.borrow();
      yield* runTurn(held.client, request, { ...options, withinMs, signClaim, unavailable });
    },
    async listModels(tenant, { signal, traceparent, mandate } = {}) {
      await connection.settled();
      const asked = { deadlineMs: LIST_DEADLINE_MS, signal, traceparent, mandate, signClaim };
      using held = connection.borrow();
      const { modelsJson } = await callUnary(
        held.client.listModels.bind(held.client),
        { tenant },
        { ...asked, unavailable },
      );
      return fromJsonBytes(modelsJson, results.models, "models");
    },
    connected: () => connection.connected(),
    close: async () => connection.close(),
  };
}

type RunTurnCallOptions = RunTurnOptions & {
  withinMs: number;
  signClaim: SignClaim | undefined;
  unavailable: Unavailable;
};

type TurnCall = ClientDuplexStream<RunTurnRequest, RunTurnResponse>;

async function* runTurn(
  client: OrchestratorServiceClient,
  request: TurnRequest,
  { commands, signal, traceparent, mandate, withinMs, signClaim, unavailable }: RunTurnCallOptions,
): AsyncGenerator<TurnEvent> {
  const claim = { mandate, signClaim, deadlineMs: withinMs };
  const metadata = await addClaim(traceMetadata(traceparent), claim);
  const deadline = Date.now() + withinMs;
  const call = client.runTurn(metadata, { deadline });
  // The loop below reads errors; one that comes after it must not end the process.
  call.on("error", () => {});
  call.write({ message: { $case: "start", value: toStart(request) } });
  const stopForwarding = forwardCommands(commands, call);
  const stopWatching = watchAbort(signal, call);
  let ended = false;
  try {
    for await (const message of call as AsyncIterable<RunTurnResponse>) {
      const event = fromJsonBytes(message.eventJson, results.turnEvent, "turn event");
      ended ||= event.type === "turn-end";
      yield event;
    }
  } catch (error) {
    if (!signal.aborted) throw fromServiceError(error, unavailable);
  } finally {
    stopForwarding();
    stopWatching();
    call.cancel();
  }
  if (ended) return;
  if (!signal.aborted) {
    throw new LiluxError(UNAVAILABLE, { cause: new Error("the turn was not ended") });
  }
  // The orchestrator did not say so in time, or was lost: the turn is over all the same.
  yield { type: "turn-end", turnId: request.turn.turnId, outcome: "cancelled" };
}

function toStart(request: TurnRequest) {
  const { tenant, sessionId, turnId } = request.turn;
  return {
    tenant,
    sessionId,
    turnId,
    sequence: request.sequence,
    requestJson: toJsonBytes(request),
  };
}

/** Asks the orchestrator to end the turn; drops the call if it does not. */
function watchAbort(signal: AbortSignal, call: TurnCall): () => void {
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    call.write({ message: { $case: "abort", value: {} } });
    timer = setTimeout(() => call.cancel(), ABORT_GRACE_MS);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  };
}

/** Sends commands as they come, until told to stop. */
function forwardCommands(commands: AsyncIterable<TurnCommand>, call: TurnCall): () => void {
  const iterator = commands[Symbol.asyncIterator]();
  let stopped = false;
  const forward = async (): Promise<void> => {
    for (;;) {
      const next = await iterator.next();
      if (next.done === true || stopped) return;
      call.write(toCommandMessage(next.value));
    }
  };
  // A source of commands that fails is one without further commands.
  forward().catch(() => {});
  return () => {
    stopped = true;
    iterator.return?.().catch(() => {});
  };
}

function toCommandMessage(command: TurnCommand): RunTurnRequest {
  switch (command.type) {
    case "confirm": {
      const { callId, approve } = command;
      return { message: { $case: "confirm", value: { callId, approve } } };
    }
    case "cancel":
      return { message: { $case: "cancel", value: {} } };
  }
}
