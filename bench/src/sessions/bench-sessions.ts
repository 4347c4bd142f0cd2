import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { describeMachine } from "../describe-machine.ts";
import { writeResults } from "../write-results.ts";
import type { HeldAnswer, HeldQuestion } from "./held-process.ts";

/** What `npm run bench -- sessions` can be told. */
export interface SessionsBenchOptions {
  sessions: number;
  write?: boolean;
}

interface Taken {
  heapBytes: number;
  rssBytes: number;
}

/** Opened before the first look, so that what is made once is no session's. */
const WARM_UP = 200;
const AT_ONCE = 50;
/** Timers of the opening are over by then, the heartbeat has been round. */
const QUIET_MS = 16_000;

/** `npm run bench -- sessions`: bytes that one more idle session takes of a gateway's process. */
export async function benchSessions(options: SessionsBenchOptions): Promise<void> {
  const machine = describeMachine();
  const gateway = await measureHeld("gateway", options.sessions);
  const floor = await measureHeld("floor", options.sessions);
  const report = [
    `\`npm run bench -- sessions --sessions ${options.sessions}\`, ${new Date().toISOString().slice(0, 10)}`,
    "",
    `Machine: ${machine}. Clients in another process.`,
    "",
    "| KiB an idle WebSocket session | heap | of it the session's, above a bare socket | resident memory |",
    "|---|---|---|---|",
    `| gateway, after hello | ${kib(gateway.heapBytes)} | ${kib(gateway.heapBytes - floor.heapBytes)} | ${kib(gateway.rssBytes)} |`,
    `| floor: a bare socket of the same library | ${kib(floor.heapBytes)} | | ${kib(floor.rssBytes)} |`,
  ].join("\n");
  process.stdout.write(`${report}\n`);
  if (options.write === true) writeResults("sessions", report);
}

const kib = (bytes: number): string => (bytes / 1024).toFixed(1);

/** Of a process of its own: what so many sessions add, divided by their number. */
async function measureHeld(kind: "gateway" | "floor", sessions: number): Promise<Taken> {
  const held = fork(join(import.meta.dirname, "held-process.ts"), [kind], {
    execArgv: ["--no-warnings", "--expose-gc"],
    stdio: "inherit",
  });
  try {
    const started = await answerOf(held);
    if (!("port" in started)) throw new Error("the process did not say its port");
    const url = `ws://127.0.0.1:${started.port}/v1/session`;
    const sockets = await openAll(url, WARM_UP);
    const before = await taken(held);
    sockets.push(...(await openAll(url, sessions)));
    const after = await taken(held);
    for (const socket of sockets) socket.terminate();
    return {
      heapBytes: (after.heapBytes - before.heapBytes) / sessions,
      rssBytes: (after.rssBytes - before.rssBytes) / sessions,
    };
  } finally {
    held.kill();
  }
}

async function taken(held: ChildProcess): Promise<Taken> {
  await sleep(QUIET_MS);
  const question: HeldQuestion = { measure: true };
  held.send(question);
  const answer = await answerOf(held);
  if (!("heapBytes" in answer)) throw new Error("the process did not measure");
  return answer;
}

async function answerOf(held: ChildProcess): Promise<HeldAnswer> {
  const [answer] = (await once(held, "message", { signal: AbortSignal.timeout(60_000) })) as [
    HeldAnswer,
  ];
  return answer;
}

async function openAll(url: string, count: number): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - sockets.length) }, () => open(url));
    sockets.push(...(await Promise.all(some)));
  }
  return sockets;
}

/** Resolves when the session has begun; from then on the socket only answers pings. */
async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, "lilux.v1", { perMessageDeflate: false });
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "hello" }));
  await once(socket, "message");
  return socket;
}
