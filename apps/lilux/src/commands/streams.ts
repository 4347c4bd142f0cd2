import {
  connectStreamOperator,
  STREAMS,
  type StreamName,
  type StreamOperator,
  type StreamState,
} from "@lilux/bus";
import { LiluxError } from "@lilux/protocol";
import { natsAddress, openTlsOf, processSettings, readSettings } from "@lilux/runtime";
import { isDistributed } from "../backup/instance-of.ts";
import type { CommandContext } from "../command-context.ts";
import type { Environment } from "../environment.ts";
import { EXIT } from "../exit-codes.ts";
import { line, style } from "../output/styled.ts";
import { unendedTurns } from "./unended-turns.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Turns that were accepted since may be running. */
const RUNNING_MS = 10 * MINUTE_MS;

/** `lilux streams show`: what each stream holds of what it may. */
export function showStreams({ env, json, print }: CommandContext): Promise<number> {
  return withOperator(env, async (operator) => {
    const states = await operator.states();
    if (json) print(JSON.stringify(states, null, 2));
    else for (const state of states) print(lineOf(state));
    return EXIT.ok;
  });
}

/** `lilux streams grow <stream> <bytes>` */
export function growStream(
  { env, print }: CommandContext,
  [name = "", size = ""]: string[],
): Promise<number> {
  const stream = streamNamed(name);
  const bytes = bytesOf(size);
  return withOperator(env, async (operator) => {
    await operator.grow(stream, bytes);
    for (const state of await operator.states()) if (state.name === stream) print(lineOf(state));
    return EXIT.ok;
  });
}

/** `lilux streams unended`: turns that were accepted and of which nobody wrote down an end. */
export function showUnended({ env, json, print }: CommandContext): Promise<number> {
  return withOperator(env, async (operator) => {
    const heads = {
      turns: operator.heads("TURNS"),
      interactions: operator.heads("INTERACTIONS"),
    };
    const { accepted, turns: open } = await unendedTurns(heads, Date.now() - RUNNING_MS);
    const turns = open.map(({ turn, storedAt }) => ({
      turn,
      at: new Date(storedAt).toISOString(),
    }));
    if (json) print(JSON.stringify({ accepted, unended: turns }, null, 2));
    else {
      for (const { turn, at } of turns) print(line`${at}  ${turn}`);
      print(`${accepted} turns are stored; ${turns.length} older than ten minutes have no end.`);
    }
    return turns.length === 0 ? EXIT.ok : EXIT.failed;
  });
}

async function withOperator<T>(
  env: Environment,
  work: (operator: StreamOperator) => Promise<T>,
): Promise<T> {
  if (!isDistributed(env)) {
    throw new LiluxError("config_invalid", {
      message:
        "Name the nats-server with LILUX_NATS_URL, and its operator with LILUX_NATS_USER and LILUX_NATS_PASSWORD_FILE. An instance of one process keeps its streams itself.",
    });
  }
  const settings = readSettings(processSettings(0), env);
  const tls = openTlsOf(settings, "operator", () => undefined);
  const operator = await connectStreamOperator({ ...natsAddress(settings), tls });
  try {
    return await work(operator);
  } finally {
    await operator.close();
  }
}

function lineOf({ name, messages, bytes, bytesMax, oldestAt, maxAgeMs, replicas }: StreamState) {
  const share = bytesMax > 0 ? `${Math.round((100 * bytes) / bytesMax)} %` : "no bound";
  const oldest = oldestAt === undefined ? "nothing" : `${spanOf(Date.now() - oldestAt)} back`;
  return line`${style.bold(name)}  ${messages} messages, ${bytes} of ${bytesMax} bytes (${share}), ${oldest} of ${spanOf(maxAgeMs)}, ${replicas} copies`;
}

function spanOf(ms: number): string {
  if (ms < DAY_MS) return `${Math.round(ms / MINUTE_MS)} minutes`;
  return `${(ms / DAY_MS).toFixed(1)} days`;
}

function streamNamed(name: string): StreamName {
  if (Object.hasOwn(STREAMS, name)) return name as StreamName;
  throw new LiluxError("config_invalid", {
    message: `There is no stream ${name}. The streams are ${Object.keys(STREAMS).join(", ")}.`,
  });
}

function bytesOf(text: string): number {
  const [, number = "", unit = ""] = /^(\d+)(KiB|MiB|GiB)?$/.exec(text) ?? [];
  const bytes = Number(number) * (UNITS[unit] ?? 0);
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new LiluxError("config_invalid", {
    message: `"${text}" is no size. Write bytes, or such as 512MiB or 8GiB.`,
  });
}
