import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { eventually } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("./testing/run-a-service.ts", import.meta.url));
/** Generous for a busy machine, and below the grace of nothing but a hanging part. */
const ENDS_WITHIN_MS = 40_000;

interface RunningService {
  child: ChildProcess;
  output(): string;
  /** Its status, once it ended by itself. */
  status(): Promise<number | null>;
  untilSaid(text: string): Promise<void>;
}

function run(fate: string, adminPort = 0): RunningService {
  const args = ["--no-warnings", PROGRAM, fate, String(adminPort)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += String(chunk);
  });
  const closed = once(child, "close").then(([code]) => code as number | null);
  const untilSaid = (text: string): Promise<void> =>
    eventually(() => expect(output).toContain(text), { withinMs: ENDS_WITHIN_MS });
  return { child, output: () => output, status: () => closed, untilSaid };
}

// Mutant: without process.exit the socket that nobody owns keeps each of these alive.
test.each(["throws in a part", "throws while it connects"])(
  "a service that %s closes what it opened and ends with status 1",
  async (fate) => {
    const service = run(fate);
    expect(await service.status()).toBe(1);
    expect(service.output()).toContain("bus closed");
    expect(service.output()).toContain("start failed");
    expect(service.output()).not.toContain("after");
  },
  ENDS_WITHIN_MS,
);

test("a part that throws has those before it closed in reverse", async () => {
  const service = run("throws in a part");
  await service.status();
  expect(service.output()).toMatch(/socket closed[\s\S]*bus closed/);
});

test("settings that cannot be used end the process with status 1", async () => {
  const service = run("has bad settings");
  expect(await service.status()).toBe(1);
  expect(service.output()).toContain("LILUX_TEST is not usable");
});

test("a port that somebody has is told in one sentence, and ends the process", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const service = run("none", port);
  expect(await service.status()).toBe(1);
  expect(service.output()).toContain(`Port ${port} of 127.0.0.1 is in use.`);
  expect(service.output()).not.toContain("    at ");
});

// Mutant: a lifecycle whose start goes on after a stop says "after".
test.each(["SIGTERM", "SIGINT"] as const)(
  "%s in the middle of a start closes what is open, starts nothing more and ends",
  async (signal) => {
    const service = run("is slow in a part");
    await service.untilSaid("starting");
    service.child.kill(signal);
    expect(await service.status()).toBe(0);
    expect(service.output()).toContain("bus closed");
    expect(service.output()).not.toContain("after");
  },
  ENDS_WITHIN_MS,
);

test("a part that was just being opened when the stop came is closed, and nothing opened after it", async () => {
  const service = run("is slow to connect");
  await service.untilSaid("starting");
  service.child.kill("SIGTERM");
  expect(await service.status()).toBe(0);
  expect(service.output()).toContain("late part closed");
  expect(service.output()).not.toContain("went on");
});

test.each(["hangs in a part", "hangs while it connects"])(
  "a start that %s ends within its grace once it is asked to stop",
  async (fate) => {
    const service = run(fate);
    await service.untilSaid("starting");
    service.child.kill("SIGTERM");
    expect(await service.status()).toBe(1);
    expect(service.output()).toContain("not everything closed in time");
  },
  ENDS_WITHIN_MS,
);

test("a service that is ready stops with status 0", async () => {
  const service = run("none");
  await service.untilSaid('"ready"');
  service.child.kill("SIGTERM");
  expect(await service.status()).toBe(0);
  expect(service.output()).toMatch(/socket closed[\s\S]*bus closed/);
});

test.each(["cannot stop", "cannot close"])(
  "a service that %s still closes the rest, and ends with status 1",
  async (fate) => {
    const service = run(fate);
    await service.untilSaid('"ready"');
    service.child.kill("SIGTERM");
    expect(await service.status()).toBe(1);
    expect(service.output()).toContain("bus closed");
  },
);

test("the echo of a signal is no second one, and a second one ends at once", async () => {
  const service = run("hangs at its end");
  await service.untilSaid('"ready"');
  service.child.kill("SIGINT");
  service.child.kill("SIGINT");
  await service.untilSaid("closing");
  expect(service.child.exitCode).toBeNull();
  // From here on every further one counts; a machine may be slow to deliver.
  const again = setInterval(() => service.child.kill("SIGINT"), 100);
  onTestFinished(() => clearInterval(again));
  expect(await service.status()).toBe(130);
});

// Mutants: the admin server started after the parts; `dependency` counted as unready.
test(
  "a service that waits for its bus says so on its admin port, and is ready when it has it, whatever a neighbour does",
  async () => {
    const service = run("waits for the bus");
    await service.untilSaid('"waiting"');
    const port = /"adminPort":(\d+)/.exec(service.output())?.[1];
    const ask = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: answer.status, text: await answer.text() };
    };
    expect((await ask("/health/live")).status).toBe(200);
    const waiting = await ask("/health/ready");
    expect(waiting.status).toBe(503);
    expect(waiting.text).toContain("nobody answers at the bus");
    expect((await ask("/metrics")).status).toBe(200);
    service.child.stdin?.write("there it is\n");
    await service.untilSaid('"ready"');
    const ready = await ask("/health/ready");
    expect(ready.status).toBe(200);
    expect(ready.text).toContain('"degraded":["the neighbour sleeps"]');
    expect((await ask("/health/dependencies")).text).toBe(
      '{"test":{"neighbour":"the neighbour sleeps"}}',
    );
    expect((await ask("/metrics")).text).toContain(
      'lilux_dependency_troubled{service="test",dependency="neighbour"} 1',
    );
    service.child.kill("SIGTERM");
    expect(await service.status()).toBe(0);
  },
  ENDS_WITHIN_MS,
);
