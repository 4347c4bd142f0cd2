import { type Bus, createInProcessBus, type Subscription, subjects } from "@lilux/bus";
import { createLiluxClient } from "@lilux/client";
import { createGatewayService, gatewayConfig } from "@lilux/gateway";
import { type Candidate, LiluxError, type PredictRequest, type TurnEvent } from "@lilux/protocol";
import type { RunTurn } from "@lilux/rpc";
import { createLogger } from "@lilux/runtime";
import { eventually } from "@lilux/testkit";
import { WebSocket } from "ws";
import { type Network, startNetwork } from "./network.ts";
import type { Awaited, Deed, Recording, Step } from "./recording.ts";
import { type WatchedClient, watchClient } from "./watch-client.ts";

const PATIENCE = { withinMs: 20_000 };

/** What a scenario plays on: a client, a network, real gateways, and an orchestrator that says what it is told. */
export interface Stage {
  network: Network;
  client(): WatchedClient;
  perform(deed: Deed): void;
  /** Waits, here and in each replay, until the client has seen it. */
  until(awaited: Awaited): Promise<void>;
  /** Waits, here alone, until this many frames of the type have passed or were lost. */
  passed(type: string, count?: number): Promise<void>;
  /** Said by the turn's orchestrator; `confirm` and `cancel` of a person are seen by `asks`. */
  say(turnId: string, ...events: Said[]): void;
  /** The gateway is stopped, and another of the same deployment takes over. */
  replaceGateway(): Promise<void>;
  /** The gateway is gone with all that it knew; another takes its place. */
  forgetEverything(): Promise<void>;
}

type Said = TurnEvent extends infer Each
  ? Each extends TurnEvent
    ? Omit<Each, "turnId">
    : never
  : never;

export interface Scenario {
  name: string;
  guarantee: string;
  play(stage: Stage): Promise<void>;
}

/** Plays it, and gives what was seen, with ids of its own instead of random ones. */
export async function record({ name, guarantee, play }: Scenario): Promise<Recording> {
  const steps: Step[] = [];
  const note = (step: Step): void => void steps.push(step);
  const network = await startNetwork(note);
  const turns = createToldTurns();
  let bus = createInProcessBus();
  let running = await startGateway(bus, turns.runTurn);
  network.leadTo(running.port);
  const own = createLiluxClient({
    url: network.url,
    WebSocket,
    backoff: { firstMs: 20, maxMs: 50 },
  });
  const watched = watchClient(own);
  const replace = async (): Promise<void> => {
    const next = await startGateway(bus, turns.runTurn);
    network.leadTo(next.port);
    await running.stop();
    running = next;
  };
  try {
    await play({
      network,
      client: () => watched,
      perform(deed) {
        note(deed);
        watched.perform(deed);
      },
      async until(awaited) {
        await eventually(() => watched.isSeen(awaited), PATIENCE);
        note({ await: awaited });
      },
      passed: async (type, count = 1) => {
        const isOne = (step: Step): boolean =>
          Object.values(step).some((value) => typeIn(value) === type);
        await eventually(() => steps.filter(isOne).length >= count, PATIENCE);
      },
      say: turns.say,
      replaceGateway: replace,
      async forgetEverything() {
        bus = createInProcessBus();
        await replace();
      },
    });
    return withPlainIds({ name, guarantee, steps, outcome: watched.outcome() });
  } finally {
    own.close();
    await network.stop();
    await running.stop();
  }
}

function typeIn(value: unknown): unknown {
  return typeof value === "object" && value !== null && "type" in value ? value.type : undefined;
}

async function startGateway(
  bus: Bus,
  runTurn: RunTurn,
): Promise<{ port: number; stop(): Promise<void> }> {
  const nobody = (): never => {
    throw new LiluxError("internal");
  };
  const config = gatewayConfig({
    PORT: "0",
    LILUX_SESSION_SECRET: "one secret for all recordings",
  });
  const service = createGatewayService(config, {
    bus,
    kiwi: {
      search: async () => nobody(),
      load: async () => nobody(),
      execute: nobody,
      discover: async () => nobody(),
      listItems: async () => nobody(),
      recallRun: async () => nobody(),
      readArtifact: async () => nobody(),
      secrets: async () => nobody(),
      registry: async () => nobody(),
      library: async () => nobody(),
    },
    runTurn,
    listModels: async () => nobody(),
    logger: createLogger({ service: "recordings", level: "silent" }),
  });
  const router = answerLines(bus);
  await service.start();
  return {
    port: service.address().port,
    async stop() {
      await service.stop(5_000);
      await router.close();
    },
  };
}

/** A router to which every line means a script that deploys, or a look into the library. */
function answerLines(bus: Bus): Subscription {
  const answer = async ({ body }: { body: unknown }) => {
    const { sessionId, seq, text } = body as PredictRequest;
    const deploys: Candidate = {
      call: {
        name: "execute",
        arguments: { item_type: "directive", item_id: "ship/deploy_staging", action: "run" },
      },
      confidence: 0.93,
      effect: "write",
    };
    const finds: Candidate = {
      call: {
        name: "load",
        arguments: { item_type: "directive", item_id: "ship/deploy_staging", source: "project" },
      },
      confidence: 0.71,
      effect: "read",
    };
    return {
      predictionId: `p-${sessionId}-${seq}`,
      seq,
      context: "cold",
      candidates: text.startsWith("deploy") ? [deploys, finds] : [],
      noCallConfidence: 0.05,
      routeMs: 1,
    };
  };
  return bus.respond(subjects.ofAll("keystroke"), answer, { queue: "router" });
}

/** Turns that say what they are told to, each until its `turn-end`; a cancel ends one. */
function createToldTurns(): { runTurn: RunTurn; say: Stage["say"] } {
  const queues = new Map<string, { said: Said[]; wake: () => void }>();
  const queueOf = (turnId: string) => {
    const known = queues.get(turnId) ?? { said: [], wake: () => undefined };
    queues.set(turnId, known);
    return known;
  };
  return {
    say(turnId, ...events) {
      const queue = queueOf(turnId);
      queue.said.push(...events);
      queue.wake();
    },
    runTurn: async function* ({ turn: { turnId } }, { commands, signal }) {
      const queue = queueOf(turnId);
      const stop = (): void => {
        queue.said.unshift({ type: "turn-end", outcome: "cancelled" });
        queue.wake();
      };
      void (async () => {
        for await (const command of commands) if (command.type === "cancel") stop();
      })();
      signal.addEventListener("abort", stop, { once: true });
      for (;;) {
        const event = queue.said.shift();
        if (event === undefined) {
          await new Promise<void>((resolve) => {
            queue.wake = resolve;
          });
          continue;
        }
        yield { ...event, turnId } as TurnEvent;
        if (event.type === "turn-end") return;
      }
    },
  };
}

/** Sessions, tokens and predictions are numbered; times of day and durations are not the client's matter. */
function withPlainIds(recording: Recording): Recording {
  const names = new Map<string, string>();
  const counts = { session: 0, token: 0, prediction: 0 };
  const named = (kind: keyof typeof counts, id: string): string => {
    const known = names.get(id);
    if (known !== undefined) return known;
    counts[kind] += 1;
    const name = `${kind}-${counts[kind]}`;
    names.set(id, name);
    return name;
  };
  return JSON.parse(JSON.stringify(recording), (key, value: unknown) => {
    if (typeof value === "number") return key === "durationMs" || key === "routeMs" ? 1 : value;
    if (typeof value !== "string") return value;
    if (key === "sessionId") return named("session", value);
    if (key === "resumeToken") return named("token", value);
    return key === "predictionId" ? named("prediction", value) : value;
  }) as Recording;
}
