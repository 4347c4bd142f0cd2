import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import { createInProcessBus, type InProcessBus, subjects } from "@lilux/bus";
import { type ContextStore, createInMemoryContextStore, keys } from "@lilux/context-store";
import { createMailbox } from "@lilux/core/async";
import { createKiwiService, kiwiConfig } from "@lilux/kiwi";
import type { LanguageModel } from "@lilux/orchestrator";
import {
  createBuiltInModel,
  createOrchestratorService,
  type OrchestratorConfig,
  type OrchestratorService,
} from "@lilux/orchestrator";
import {
  LiluxError,
  LOCAL_TENANT,
  type Prediction,
  type TurnCommand,
  type TurnRequest,
} from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { createLogger, type Logger } from "@lilux/runtime";
import { type Played, readEvents } from "./played.ts";
import type { Situation } from "./situation.ts";

export interface StageOptions {
  /** A folder that holds `.ai`; it is copied, and nothing of it is changed. */
  library: string;
  /** Files under `.ai` beside the library's own. */
  given?: Readonly<Record<string, string>> | undefined;
  /** Who answers, where a turn names nobody: pools by a configuration, or the built-in model. */
  config?: OrchestratorConfig;
}

/** A library of its own with the real tool core and the real orchestrator before it. */
export interface Stage {
  /** Holds `.ai`. */
  project: string;
  /** The tool core's. */
  bus: InProcessBus;
  store: ContextStore;
  kiwi: KiwiApi;
  logger: Logger;
  /** Takes one turn; `model` instead of the stage's own. Never more than one at a time. */
  play(situation: Situation, options?: PlayOptions): Promise<Played>;
  close(): Promise<void>;
}

export interface PlayOptions {
  answer?: "yes" | "no" | undefined;
  /** Who answers this turn; only on a stage without a configuration. */
  model?: LanguageModel;
  signal?: AbortSignal;
  /** Brings the router's answer, where it comes late; told by characters said unless it is given. */
  late?: Promise<Prediction>;
}

const TENANT = LOCAL_TENANT;
/** One turn of a slow model on a busy machine. */
const TURN_MS = 10 * 60_000;

export async function openStage(options: StageOptions): Promise<Stage> {
  const project = await mkdtemp(join(tmpdir(), "lilux-stage-"));
  await cp(join(options.library, ".ai"), join(project, ".ai"), { recursive: true });
  await writeGiven(join(project, ".ai"), options.given ?? {});
  const logger = createLogger({ service: "stage", level: "silent" });
  const bus = createInProcessBus({ logger });
  // Turns ask for the router's answer on a bus of their own: what it says is the situation's.
  const turnBus = createInProcessBus({ logger });
  const store = createInMemoryContextStore({});
  const env = {
    PATH: "/usr/bin:/bin",
    LILUX_PROJECT: project,
    LILUX_USER_HOME: join(project, "home"),
  };
  const kiwi = createKiwiService(kiwiConfig(env), { bus, logger });
  const speaker: { model: LanguageModel | undefined } = { model: undefined };
  const orchestrator = createOrchestratorService(options.config ?? {}, {
    bus: turnBus,
    contextStore: store,
    kiwi: kiwi.api,
    logger,
    ...(options.config === undefined ? { model: whoever(speaker) } : {}),
  });
  const router = { answer: async (): Promise<Prediction> => Promise.reject(noRouter()) };
  turnBus.respond(subjects.ofAll("keystroke"), () => router.answer(), { queue: "router" });
  await kiwi.start();
  await orchestrator.start();
  await kiwi.api.listItems({ tenant: TENANT });
  let turns = 0;
  // Services keep no process alive by themselves; whoever plays a turn waits for its end.
  const awake = setInterval(() => {}, TURN_MS);
  return {
    project,
    bus,
    store,
    kiwi: kiwi.api,
    logger,
    async play(situation, play = {}) {
      turns += 1;
      speaker.model = play.model;
      const sessionId = `stage-${turns}`;
      await store.putIfNewer(keys.history(TENANT, sessionId), {
        version: 1,
        value: { turns: situation.history.map((past) => ({ ...past, heard: false })) },
        ttlMs: TURN_MS,
      });
      const late = Promise.withResolvers<Prediction>();
      router.answer = answerOf(situation, play.late ?? late.promise);
      const request = requestOf(situation, { sessionId, sequence: turns + 1 });
      return runTurn(orchestrator, { request, situation, play, release: late.resolve });
    },
    async close() {
      clearInterval(awake);
      await orchestrator.stop();
      await kiwi.stop();
      await store.close();
      await turnBus.drain();
      await bus.drain();
      await rm(project, { recursive: true, force: true });
    },
  };
}

/** Whoever is named for the turn that runs. */
function whoever(speaker: { model: LanguageModel | undefined }): LanguageModel {
  const builtIn = createBuiltInModel();
  const now = (): LanguageModel => speaker.model ?? builtIn;
  return {
    get name() {
      return now().name;
    },
    get capabilities() {
      return now().capabilities;
    },
    stream: (request, signal) => now().stream(request, signal),
    structured: (request, signal) => now().structured(request, signal),
    decide: async (request, signal) => now().decide?.(request, signal),
  };
}

interface Turn {
  request: TurnRequest;
  situation: Situation;
  play: PlayOptions;
  release(prediction: Prediction): void;
}

async function runTurn(
  orchestrator: OrchestratorService,
  { request, situation, play, release }: Turn,
): Promise<Played> {
  const commands = createMailbox<TurnCommand>({ max: 16, whenFull: "refuse" });
  const signal = AbortSignal.any([
    play.signal ?? new AbortController().signal,
    AbortSignal.timeout(TURN_MS),
  ]);
  const startedAt = performance.now();
  const events: Parameters<typeof readEvents>[0] = [];
  let said = 0;
  for await (const event of orchestrator.runTurn(request, { commands, signal })) {
    events.push({ event, atMs: performance.now() - startedAt });
    if (event.type === "confirm-request") {
      commands.push({ type: "confirm", callId: event.callId, approve: play.answer === "yes" });
    }
    if (event.type === "text-delta") said += event.text.length;
    const { arrives, prediction } = situation;
    if (arrives !== null && prediction !== null && said >= arrives.afterCharacters) {
      release(prediction);
    }
  }
  return readEvents(events);
}

function answerOf({ prediction, arrives }: Situation, late: Promise<Prediction>) {
  return async (): Promise<Prediction> => {
    if (prediction === null || arrives === null) throw noRouter();
    return late;
  };
}

function noRouter(): LiluxError {
  return new LiluxError("router_unavailable");
}

function requestOf(
  { turn, prediction, arrives, thresholds }: Situation,
  { sessionId, sequence }: { sessionId: string; sequence: number },
): TurnRequest {
  const turnId = `turn-${sequence}`;
  return {
    turn: { tenant: TENANT, sessionId, turnId, acceptedAt: 0, ...turn },
    sequence,
    thresholds,
    ...(prediction === null || arrives !== null ? {} : { prediction }),
  };
}

async function writeGiven(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const target = resolve(root, path);
    if (!target.startsWith(root + sep)) {
      const message = `${path} would lie outside of the library. Name it from .ai on.`;
      throw new LiluxError("invalid_request", { message });
    }
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}
