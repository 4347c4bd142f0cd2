import { driveOpenLoop, type OpenLoopResult } from "../drive-open-loop.ts";
import { typeLines } from "../typed-lines.ts";
import { connectTypist, type Typist } from "./connect-typist.ts";

export interface TypingOptions {
  url: string;
  sockets: number;
  rate: number;
  seconds: number;
  label: string;
}

export interface TypingResult extends OpenLoopResult {
  /** Predictions made without something they should have had. */
  degraded: number;
  withCandidates: number;
}

const MISSING_AFTER_MS = 1_000;
const WARM_UP_SECONDS = 3;

/** Types through so many sockets in turn, open loop, and times every keystroke. */
export async function measureTyping({
  url,
  sockets,
  rate,
  seconds,
  label,
}: TypingOptions): Promise<TypingResult> {
  const typists: Typist[] = [];
  for (let index = 0; index < sockets; index += 1) typists.push(await connectTypist(url));
  const lines = typists.map((_, index) => typeLines(index * 1_009));
  let degraded = 0;
  let withCandidates = 0;

  const send = async (index: number): Promise<void> => {
    const which = index % sockets;
    const text = lines[which]?.next().value.text ?? "";
    const answer = await typists[which]?.type(text);
    if (answer?.degraded === true) degraded += 1;
    if ((answer?.candidates ?? 0) > 0) withCandidates += 1;
  };

  await driveOpenLoop({
    ratePerSecond: rate,
    seconds: WARM_UP_SECONDS,
    send,
    missingAfterMs: MISSING_AFTER_MS,
  });
  degraded = 0;
  withCandidates = 0;
  const result = await driveOpenLoop({
    ratePerSecond: rate,
    seconds,
    send,
    missingAfterMs: MISSING_AFTER_MS,
    onProgress: (done, total) =>
      process.stderr.write(`\r  ${label}: ${done} of ${total} keystrokes `),
  });
  process.stderr.write("\r\u001b[K");
  for (const typist of typists) typist.close();
  return { ...result, degraded, withCandidates };
}
