import { type Bus, isOfSubject, type StreamMessage, type Subscription } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import type { Log } from "@lilux/core/telemetry";
import type { TenantStore } from "@lilux/database";
import { AuditRecord, createParser, Interaction } from "@lilux/protocol";
import type { Part } from "@lilux/runtime";

const IN_FLIGHT_MAX = 8;
/** Longer than a turn could be told again: what is stored of turns lasts a week. */
const TOLD_AGAIN_MS = 30 * 24 * 3_600_000;
const FORGET_EVERY_MS = 3_600_000;

/** Of a turn whose caller nobody could tell apart. */
const NOBODY = "nobody";

const parser = createParser(Interaction, "an interaction", "internal");
const auditParser = createParser(AuditRecord, "an audit record", "internal");

export interface UsageMeterDeps {
  bus: Bus;
  store: Pick<TenantStore, "countTurn" | "countUse" | "forgetCountedTurns">;
  clock: Clock;
  logger: Pick<Log, "warn">;
}

/**
 * Counts turns from where every ended turn is stored, so that none is missed when a gateway dies and
 * none counts twice when it is told twice; and the time of scripts from the tool core's trail, whichever
 * door they were run through. All gateways share the work.
 */
export function createUsageMeter({ bus, store, clock, logger }: UsageMeterDeps): Part {
  const stopping = new AbortController();
  const subscriptions: Subscription[] = [];

  async function take({ body, subject }: StreamMessage): Promise<void> {
    if (!parser.is(body) || !isOfSubject(body, subject) || body.type !== "turn") return;
    const { tenant, sessionId, turnId, at, person = NOBODY, calls, usage } = body;
    await store.countTurn({
      tenant,
      sessionId,
      turnId,
      person,
      at,
      calls: calls.length,
      promptTokens: usage?.promptTokens ?? 0,
      completionTokens: usage?.completionTokens ?? 0,
    });
  }

  async function takeRun({ body, subject }: StreamMessage): Promise<void> {
    if (!auditParser.is(body) || !isOfSubject(body, subject)) return;
    if (body.scriptMs === undefined) return;
    const { tenant, auditId, person = NOBODY, at, scriptMs } = body;
    await store.countUse({ tenant, name: `run ${auditId}`, person, at, scriptMs });
  }

  async function keepForgetting(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(FORGET_EVERY_MS, stopping.signal);
      if (stopping.signal.aborted) return;
      await store
        .forgetCountedTurns(clock.unix() - TOLD_AGAIN_MS)
        .catch((err: unknown) => logger.warn({ err }, "names of counted turns are kept longer"));
    }
  }

  return {
    name: "usage",
    async start() {
      // What was before there were records is nobody's bill.
      const options = { inFlightMax: IN_FLIGHT_MAX, startAt: clock.unix() };
      subscriptions.push(
        await bus.consume("INTERACTIONS", take, { ...options, durable: "usage" }),
        await bus.consume("AUDIT", takeRun, { ...options, durable: "usage-scripts" }),
      );
      void keepForgetting();
    },
    async stop() {
      stopping.abort();
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
    },
  };
}
