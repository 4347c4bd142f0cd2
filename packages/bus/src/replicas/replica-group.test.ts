import { LiluxError } from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { createInProcessBus } from "../in-process/create-in-process-bus.ts";
import { subjects } from "../subjects.ts";
import { announceReplica } from "./announce-replica.ts";
import { createReplicaGroup, type ReplicaEvent } from "./replica-group.ts";

const never = new Promise<never>(() => undefined);

/** A group "router" on a real bus, of members that answer as they are told. */
function world() {
  const bus = createInProcessBus({ drainWithinMs: 20 });
  const events: ReplicaEvent[] = [];
  const asked: string[] = [];
  const group = createReplicaGroup("router", { bus, observe: (event) => events.push(event) });
  onTestFinished(() => bus.drain());

  function join(replica: string, answer: () => Promise<unknown>) {
    const take = () => {
      asked.push(replica);
      return answer();
    };
    const subject = subjects.keystrokesTo(replica);
    const own = bus.respond(subject, take);
    const queue = bus.respond(subjects.ofAll("keystroke"), take, { queue: "router" });
    const leave = announceReplica(bus, { group: "router", replica });
    onTestFinished(leave);
    return { close: () => Promise.all([own.close(), queue.close()]), leave };
  }

  function ask(hedgeAfterMs: number | undefined = 20, deadlineMs = 2_000): Promise<unknown> {
    return group.request({
      subjectOf: (replica) =>
        replica === undefined
          ? subjects.keystroke(testTenant("local"), "s")
          : subjects.keystrokeTo(replica, testTenant("local"), "s"),
      body: {},
      options: { deadlineMs },
      hedgeAfterMs,
    });
  }
  return { bus, events, asked, join, ask };
}

/** Announcements arrive in a later microtask. */
const told = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

// Mutant: a hedge that chooses without leaving the first one out.
test("the second try goes to another member than the first", async () => {
  const { join, ask, asked } = world();
  join("a", () => never);
  join("b", async () => "b");
  await told();
  for (let number = 0; number < 5; number += 1) expect(await ask()).toBe("b");
  expect(asked[0]).toBe("a");
});

test("with one member nothing is asked twice, however long it takes", async () => {
  const { join, ask, asked, events } = world();
  const { promise, resolve } = Promise.withResolvers<string>();
  join("a", () => promise);
  await told();
  const answer = ask(1);
  await new Promise((done) => setTimeout(done, 30));
  resolve("late");
  expect(await answer).toBe("late");
  expect(asked).toEqual(["a"]);
  expect(events).toEqual([]);
});

test("while nobody has announced itself the queue answers, and is asked once", async () => {
  const { bus, ask } = world();
  let tries = 0;
  bus.respond(
    subjects.ofAll("keystroke"),
    async () => {
      tries += 1;
      return "queue";
    },
    { queue: "router" },
  );
  expect(await ask(1)).toBe("queue");
  expect(tries).toBe(1);
});

test("a member that is gone without a word is replaced at once", async () => {
  const { join, ask, events } = world();
  const gone = join("a", async () => "a");
  join("b", async () => "b");
  await told();
  await gone.close();
  expect([await ask(undefined), await ask(undefined)]).toEqual(["b", "b"]);
  expect(events).toEqual(["failed-over"]);
});

// Mutant: CANNOT_WORK without router_unavailable: the broken one has the least to do and takes all.
test("a member that cannot work is replaced at once and draws no requests to itself", async () => {
  const { join, ask, asked } = world();
  join("a", async () => {
    throw new LiluxError("router_unavailable");
  });
  join("b", async () => "b");
  await told();
  for (let number = 0; number < 20; number += 1) expect(await ask(undefined)).toBe("b");
  expect(asked.filter((replica) => replica === "a")).toHaveLength(1);
});

test("an error about the request is the answer, and no reason to ask another", async () => {
  const { join, ask, asked } = world();
  const refuse = async (): Promise<never> => {
    throw new LiluxError("overloaded");
  };
  join("a", refuse);
  join("b", refuse);
  await told();
  await expect(ask(undefined)).rejects.toMatchObject({ code: "overloaded" });
  expect(asked).toHaveLength(1);
});

// Mutant: PROBE_EVERY_MS of an hour.
test("a member that answers again is asked again", async () => {
  const { join, ask, asked } = world();
  let frozen = true;
  join("a", () => (frozen ? never : Promise.resolve("a")));
  join("b", async () => "b");
  await told();
  for (let number = 0; number < 4; number += 1) await ask(20, 80);
  frozen = false;
  const answers = async (): Promise<boolean> => (await ask(20, 80)) === "a";
  await eventually(answers, { withinMs: 20_000 });
  expect(asked.at(-1)).toBe("a");
});

test("when all fail the first failure is told", async () => {
  const { join, ask } = world();
  join("a", () => never);
  join("b", () => never);
  await told();
  await expect(ask(5, 40)).rejects.toMatchObject({ code: "deadline_exceeded" });
});

test("a member that says goodbye is asked nothing more", async () => {
  const { join, ask, asked } = world();
  const { leave } = join("a", async () => "a");
  join("b", async () => "b");
  await told();
  leave();
  await told();
  for (let number = 0; number < 6; number += 1) await ask();
  expect(new Set(asked)).toEqual(new Set(["b"]));
});
