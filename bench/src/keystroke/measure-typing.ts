import { driveOpenLoop, type OpenLoopResult } from "../drive-open-loop.ts";
import { type ProcessorTime, processorTimeEach, readProcessorTimes } from "../processor-time.ts";
import { typeLines, typeNewLines } from "../typed-lines.ts";
import { connectTypist, type Typist } from "./connect-typist.ts";

export interface TypingOptions {
  url: string;
  sockets: number;
  rate: number;
  seconds: number;
  /** Before what is measured; 3 unless told. */
  warmUpSeconds?: number;
  /** `new`: no text is sent twice. `likePeople`: lines begin alike, as everybody's. */
  lines: "new" | "likePeople";
  /** Runs of one product begin with different lines. */
  firstLine?: number;
  label: string;
  /** What takes part, by name: its processor time is read. */
  processes: ReadonlyMap<string, number>;
}

export interface TypingResult extends OpenLoopResult {
  /** In time, and without the router. */
  empty: number;
  /** Made without something the router should have had. */
  degraded: number;
  withCandidates: number;
  /** For each keystroke that was sent. */
  processorTimes: ReadonlyMap<string, ProcessorTime>;
}

const MISSING_AFTER_MS = 1_000;
const WARM_UP_SECONDS = 3;

/** Types through so many sockets in turn, open loop, and times every keystroke. */
export async function measureTyping(options: TypingOptions): Promise<TypingResult> {
  const { url, sockets, rate, seconds, warmUpSeconds = WARM_UP_SECONDS, label } = options;
  const typists: Typist[] = [];
  for (let index = 0; index < sockets; index += 1) typists.push(await connectTypist(url));
  const lines = linesOf(options);
  let told = { empty: 0, degraded: 0, withCandidates: 0 };

  const send = async (index: number): Promise<void> => {
    const which = index % sockets;
    const text = lines[which]?.next().value.text ?? "";
    const answer = await typists[which]?.type(text);
    if (answer === undefined) return;
    if (answer.isEmpty) told.empty += 1;
    if (answer.isDegraded) told.degraded += 1;
    if (answer.candidates > 0) told.withCandidates += 1;
  };

  const pace = { ratePerSecond: rate, send, missingAfterMs: MISSING_AFTER_MS };
  await driveOpenLoop({ ...pace, seconds: warmUpSeconds });
  told = { empty: 0, degraded: 0, withCandidates: 0 };
  const processes = new Map([...options.processes, ["load generator", process.pid] as const]);
  const before = readProcessorTimes(processes);
  const result = await driveOpenLoop({
    ...pace,
    seconds,
    onProgress: (done, total) =>
      process.stderr.write(`\r  ${label}: ${done} of ${total} keystrokes `),
  });
  const sent = Math.round(rate * seconds);
  const processorTimes = processorTimeEach(before, readProcessorTimes(processes), sent);
  process.stderr.write("\r\u001b[K");
  for (const typist of typists) typist.close();
  return { ...result, ...told, processorTimes };
}

/** Of each socket its own. */
function linesOf({ sockets, lines, firstLine = 0 }: TypingOptions) {
  const type = lines === "new" ? typeNewLines : typeLines;
  return Array.from({ length: sockets }, (_, index) => type(firstLine + index * 1_009));
}
