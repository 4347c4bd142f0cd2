import { createInProcessBus, subjects } from "@lilux/bus";
import { type ContextStore, createInMemoryContextStore } from "@lilux/context-store";
import { type Clock, createMailbox, type Mailbox } from "@lilux/core/async";
import type {
  Mandate,
  Prediction,
  PredictRequest,
  TurnCommand,
  TurnEvent,
  TurnRequest,
} from "@lilux/protocol";
import { directKiwi, type KiwiApi } from "@lilux/rpc";
import { scriptedKiwi } from "@lilux/rpc/contract";
import { createLogger, type Logger } from "@lilux/runtime";
import type { OrchestratorConfig } from "../config.ts";
import type { LanguageModel } from "../model/language-model.ts";
import {
  createOrchestratorService,
  type OrchestratorDeps,
  type OrchestratorService,
} from "../service.ts";

export interface HarnessOptions {
  model?: LanguageModel;
  kiwi?: Partial<KiwiApi>;
  /** Answers keystroke requests; without it nobody does. */
  router?: (request: PredictRequest) => Promise<Prediction>;
  clock?: Clock;
  store?: ContextStore;
  config?: OrchestratorConfig;
  poolTiming?: OrchestratorDeps["poolTiming"];
  /** Takes the log's lines as they are kept: from level info up, without what is a person's own. */
  onLine?: (line: string) => void;
  /** Takes the log's lines from level error up. */
  onError?: (line: string) => void;
}

export interface Harness {
  service: OrchestratorService;
  store: ContextStore;
  /** Runs a turn to its end; `onEvent` sees each event as it comes. */
  run(request: TurnRequest, options?: RunOptions): Promise<TurnEvent[]>;
  metrics(): Promise<string>;
}

export interface RunOptions {
  signal?: AbortSignal;
  mandate?: Mandate;
  traceparent?: string;
  onEvent?(event: TurnEvent, commands: Mailbox<TurnCommand>): void;
}

/** The orchestrator behind its own door, with scripted peers and a real in-process bus. */
export async function createHarness(options: HarnessOptions): Promise<Harness> {
  const bus = createInProcessBus();
  const store = options.store ?? createInMemoryContextStore();
  const { router } = options;
  if (router !== undefined) {
    bus.respond(subjects.ofAll("keystroke"), async ({ body }) => router(body as PredictRequest), {
      queue: "router",
    });
  }
  const service = createOrchestratorService(options.config ?? {}, {
    bus,
    contextStore: store,
    // As it is composed in one process: deadlines become signals here.
    kiwi: directKiwi(
      scriptedKiwi({
        listItems: async () => ({ version: "1", items: [], broken: [] }),
        ...options.kiwi,
      }),
    ),
    logger: loggerFor(options),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.poolTiming === undefined ? {} : { poolTiming: options.poolTiming }),
  });
  await service.start();
  return {
    service,
    store,
    metrics: () => service.registry.metrics(),
    async run(
      request,
      { signal = new AbortController().signal, mandate, traceparent, onEvent } = {},
    ) {
      const commands = createMailbox<TurnCommand>({ max: 16, whenFull: "refuse" });
      const events: TurnEvent[] = [];
      for await (const event of service.runTurn(request, {
        commands,
        signal,
        mandate,
        ...(traceparent === undefined ? {} : { traceparent }),
      })) {
        events.push(event);
        onEvent?.(event, commands);
      }
      return events;
    },
  };
}

function loggerFor({ onError, onLine }: HarnessOptions): Logger {
  if (onLine !== undefined) {
    return createLogger({ service: "test", level: "info", destination: { write: onLine } });
  }
  if (onError === undefined) return createLogger({ service: "test", level: "silent" });
  return createLogger({ service: "test", level: "error", destination: { write: onError } });
}

export function textOf(events: readonly TurnEvent[]): string {
  return events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}

export function typesOf(events: readonly TurnEvent[]): string[] {
  const types = events.map((event) => event.type);
  return types.filter((type, index) => type !== "text-delta" || types[index - 1] !== type);
}

export function endOf(events: readonly TurnEvent[]): TurnEvent & { type: "turn-end" } {
  const end = events.at(-1);
  if (end?.type !== "turn-end") throw new Error("the last event is not turn-end");
  return end;
}
