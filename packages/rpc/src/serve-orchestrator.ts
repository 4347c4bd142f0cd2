import type { ServerDuplexStream } from "@grpc/grpc-js";
import { createMailbox, type Mailbox } from "@lilux/core/async";
import { LiluxError, ofVerifiedTenant, type TurnCommand } from "@lilux/protocol";
import type { VerifyClaim } from "./claims/claim-tokens.ts";
import {
  type ListModelsRequest,
  type ListModelsResponse,
  OrchestratorServiceService,
  type RunTurnRequest,
  type RunTurnResponse,
  type StartTurn,
} from "./generated/lilux/orchestrator/v1/orchestrator.ts";
import type { ListModels } from "./list-models.ts";
import { CALLERS } from "./peers/callers.ts";
import type { RunTurn } from "./run-turn.ts";
import { callScope } from "./server/call-scope.ts";
import { type HandleOptions, handleUnary } from "./server/handle-unary.ts";
import { type RpcServer, type ServeOptions, startServer } from "./server/start-server.ts";
import { writeAll } from "./server/write-all.ts";
import { assertClaimed, readClaim } from "./wire/claim-metadata.ts";
import { toStatus } from "./wire/error-trailer.ts";
import { readSentJson, toJsonBytes } from "./wire/json-bytes.ts";
import { requests } from "./wire/parsers.ts";

export interface ServeOrchestratorOptions extends ServeOptions {
  runTurn: RunTurn;
  listModels: ListModels;
  /** Where the gateway signs whose turn it is. */
  verifyClaim?: VerifyClaim | undefined;
}

type TurnCall = ServerDuplexStream<RunTurnRequest, RunTurnResponse>;

/** A person sends a few confirms in a turn; more waiting than this is a broken client. */
const COMMANDS_WAITING_MAX = 64;

/** The orchestrator at a gRPC port. Resolves when it listens. */
export async function serveOrchestrator({
  runTurn,
  listModels: list,
  ...options
}: ServeOrchestratorOptions): Promise<RpcServer> {
  const handler = (call: TurnCall): void => serveTurn(call, runTurn, options);
  const listModels = handleUnary<ListModelsRequest, ListModelsResponse>(
    async ({ tenant }, scope) => {
      const { verifyClaim: verify } = options;
      assertClaimed(scope.mandate, { tenant, verify, isSomebodys: true });
      const asked = ofVerifiedTenant({ tenant });
      return { modelsJson: toJsonBytes(await list(asked.tenant, scope)) };
    },
    options,
  );
  return startServer(
    {
      definition: OrchestratorServiceService,
      handlers: { runTurn: handler, listModels },
      callers: CALLERS.orchestrator,
    },
    options,
  );
}

function serveTurn(call: TurnCall, runTurn: RunTurn, options: HandleOptions): void {
  const { logger, verifyClaim: verify } = options;
  const scope = callScope(call);
  const commands = createMailbox<TurnCommand>({ max: COMMANDS_WAITING_MAX, whenFull: "refuse" });
  const started = Promise.withResolvers<SentTurn>();

  call.on("data", (message: RunTurnRequest) => {
    try {
      accept(message, { started, commands, abort: scope.abort });
    } catch (error) {
      started.reject(error);
    }
  });
  call.on("end", () => {
    commands.end();
    started.reject(new LiluxError("invalid_request", { message: START_FIRST }));
  });
  call.on("error", (err: unknown) => logger.debug({ err }, "turn stream failed"));

  const events = async function* (): AsyncGenerator<RunTurnResponse> {
    const request = await started.promise;
    const mandate = await readClaim(call.metadata, verify);
    const { signal, traceparent } = scope;
    const { tenant } = request.turn;
    assertClaimed(mandate, { tenant, verify, isSomebodys: true });
    const asked = { ...request, turn: ofVerifiedTenant(request.turn) };
    for await (const event of runTurn(asked, { commands, signal, traceparent, mandate })) {
      yield { type: event.type, eventJson: toJsonBytes(event) };
    }
  };
  writeAll(events(), call, scope.signal)
    .then(
      () => call.end(),
      (error: unknown) => call.emit("error", toStatus(error, { logger, call: call.getPath() })),
    )
    .finally(() => commands.end());
}

/** A turn as it was sent: whose it is nobody has looked at. */
type SentTurn = ReturnType<typeof requests.turn.parse>;

const START_DIFFERS =
  "RunTurn: start and its request_json name different turns. Send the same tenant, session_id, turn_id and sequence in both.";
const START_FIRST = "RunTurn: start is missing. Send it as the first message.";

/** What a proxy routes and fences by must be what is run. */
function turnOf({ requestJson, tenant, sessionId, turnId, sequence }: StartTurn): SentTurn {
  const request = requests.turn.parse(readSentJson(requestJson, "turn request"));
  const { turn } = request;
  const isSame =
    turn.tenant === tenant &&
    turn.sessionId === sessionId &&
    turn.turnId === turnId &&
    request.sequence === sequence;
  if (!isSame) throw new LiluxError("invalid_request", { message: START_DIFFERS });
  return request;
}

interface TurnInbox {
  started: PromiseWithResolvers<SentTurn>;
  commands: Mailbox<TurnCommand>;
  abort(): void;
}

function accept({ message }: RunTurnRequest, { started, commands, abort }: TurnInbox): void {
  switch (message?.$case) {
    case "start":
      started.resolve(turnOf(message.value));
      return;
    case "confirm":
      commands.push({ type: "confirm", ...message.value });
      return;
    case "cancel":
      commands.push({ type: "cancel" });
      return;
    case "abort":
      abort();
      return;
    case undefined:
      // A message of a newer client, which an older server passes over.
      return;
  }
}
