import { type ErrorCode, LiluxError } from "@lilux/protocol";
import { Type } from "typebox";
import { Value } from "typebox/value";
import type { Bus, RequestOptions } from "../bus.ts";
import { subjects } from "../subjects.ts";
import { hedge } from "./hedge.ts";
import { createReplicaTable } from "./replica-table.ts";

/** What a group does that its owner may want to count. */
export type ReplicaEvent = "hedged" | "probed" | "failed-over";

export interface ReplicaRequest {
  /** Where one member takes it, or, with undefined, where any of the queue does. */
  subjectOf(replica: string | undefined): string;
  body: unknown;
  options: RequestOptions;
  /** Whose request it is: the same members are asked for it as long as they have room. */
  of?: string | undefined;
  /** Asks a second member when the first did not answer by then; undefined asks one only. */
  hedgeAfterMs?: number | undefined;
  /** A member that answers nothing for so long is not asked first any more; 60 ms unless told. */
  expectWithinMs?: number;
}

/**
 * Members that can all do the same, of which any may be frozen, overloaded or
 * gone. Only for requests that may run twice.
 *
 * A request goes to the member with the least to do, or, when it says whose it is, to
 * the first of that name's own order that is not busier than the others; a hedge always to another
 * one, so that with a single member nothing is ever asked twice. Whoever leaves
 * an answer owing, or says that it cannot work, is asked last until it answers
 * something: once a second it is tried with a copy of a request, and is back as
 * soon as it answers. One that is gone is replaced at once. While no member has announced itself the queue is
 * asked. Rejects as `Bus.request` does.
 */
export interface ReplicaGroup {
  request(request: ReplicaRequest): Promise<unknown>;
  close(): Promise<void>;
}

export interface ReplicaGroupDeps {
  bus: Pick<Bus, "request" | "subscribe" | "connected">;
  observe?: (event: ReplicaEvent) => void;
}

const EXPECT_WITHIN_MS = 60;
const PROBE_DEADLINE_MS = 1_000;
const FAIL_OVERS_MAX = 2;
/**
 * Answers that say more about the member than about the request. Such a member answers fast and
 * has the least to do: without this it would draw all requests to itself.
 */
const CANNOT_WORK: ReadonlySet<string> = new Set<ErrorCode>([
  "internal",
  "router_unavailable",
  "shutting_down",
]);

const Announced = Type.Object({
  replica: Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" }),
  state: Type.Enum(["here", "leaving"]),
});

export function createReplicaGroup(
  group: string,
  { bus, observe = () => undefined }: ReplicaGroupDeps,
): ReplicaGroup {
  const table = createReplicaTable();
  const subscription = bus.subscribe(subjects.replicas(group), ({ body }) => {
    if (!Value.Check(Announced, body)) return;
    if (body.state === "here") table.announced(body.replica, performance.now());
    else table.left(body.replica);
  });

  async function ask(replica: string, request: ReplicaRequest): Promise<unknown> {
    const { subjectOf, body, options, expectWithinMs = EXPECT_WITHIN_MS } = request;
    const dueAt = performance.now() + expectWithinMs;
    table.asked(replica, dueAt);
    try {
      const answer = await bus.request(subjectOf(replica), body, options);
      table.answered(replica);
      return answer;
    } catch (error) {
      const { code } = LiluxError.from(error);
      if (code === "bus_unavailable") table.left(replica);
      else if (CANNOT_WORK.has(code)) table.failed(replica, performance.now());
      else if (!isSilence(code, performance.now() < dueAt)) table.answered(replica);
      throw error;
    } finally {
      table.settled(replica);
    }
  }

  /** One that is gone, or says that it cannot work, is replaced by the next at once. */
  async function askPresent(first: string, request: ReplicaRequest): Promise<unknown> {
    let replica = first;
    for (let tries = 1; ; tries += 1) {
      try {
        return await ask(replica, request);
      } catch (error) {
        const { code } = LiluxError.from(error);
        const isGone = code === "bus_unavailable" && bus.connected();
        if (tries > FAIL_OVERS_MAX || !(isGone || CANNOT_WORK.has(code))) throw error;
        const next = table.choose(performance.now(), { not: replica, of: request.of });
        if (next === undefined && !isGone) throw error;
        observe("failed-over");
        if (next === undefined) return askQueue(request);
        replica = next;
      }
    }
  }

  function askQueue({ subjectOf, body, options }: ReplicaRequest): Promise<unknown> {
    return bus.request(subjectOf(undefined), body, options);
  }

  function probe(request: ReplicaRequest, now: number): void {
    const suspect = table.toProbe(now);
    if (suspect === undefined) return;
    observe("probed");
    const { traceparent } = request.options;
    const options = { deadlineMs: PROBE_DEADLINE_MS, traceparent };
    ask(suspect, { ...request, options }).catch(() => undefined);
  }

  return {
    async request(request) {
      const now = performance.now();
      probe(request, now);
      const { of } = request;
      const first = table.choose(now, { of });
      if (first === undefined) return askQueue(request);
      const { hedgeAfterMs } = request;
      return hedge(() => askPresent(first, request), {
        hedgeAfterMs,
        second() {
          const other = table.choose(performance.now(), { not: first, of });
          if (other === undefined) return undefined;
          observe("hedged");
          return ask(other, request);
        },
      });
    },
    close: () => subscription.close(),
  };
}

/** Whether a failure tells of no answer. A caller that went early has not seen that none would come. */
function isSilence(code: ErrorCode, isEarly: boolean): boolean {
  return code === "deadline_exceeded" || (code === "cancelled" && !isEarly);
}
