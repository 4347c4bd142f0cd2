import { driveOpenLoop, type OpenLoopResult } from "../drive-open-loop.ts";
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
  warmUpSeconds = WARM_UP_SECONDS,
  lines: kind,
  firstLine = 0,
  label,
}: TypingOptions): Promise<TypingResult> {
  const typists: Typist[] = [];
  for (let index = 0; index < sockets; index += 1) typists.push(await connectTypist(url));
  const type = kind === "new" ? typeNewLines : typeLines;
  const lines = typists.map((_, index) => type(firstLine + index * 1_009));
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
    seconds: warmUpSeconds,
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
