import { crc32 } from "node:zlib";
import type { StreamMessage } from "../bus.ts";

/** What one message of a stream is on disk: one line of JSON. */
export interface StoredHead {
  sequence: number;
  /** Unix ms. */
  at: number;
  subject: string;
  id: string;
  traceparent: string | undefined;
}

/** The last member of a line: the CRC-32 of everything before it, so that a flipped byte is seen. */
const CHECKED = /,"crc32":"([0-9a-f]{8})"\}$/;

/** `body` is JSON text already, and is set in as it is. */
export function formatStoredLine(head: StoredHead, body: string): string {
  const { sequence, at, subject, id, traceparent } = head;
  const start = JSON.stringify({ sequence, at, subject, id, traceparent });
  const text = `${start.slice(0, -1)},"body":${body}`;
  return `${text},"crc32":"${checksumOf(text)}"}\n`;
}

function checksumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}

/** Lines of earlier versions have no checksum, and are taken as they are. */
function isDamaged(line: string): boolean {
  const checked = CHECKED.exec(line);
  return checked !== null && checksumOf(line.slice(0, checked.index)) !== checked[1];
}

/** The message of a line, or undefined when the line was torn or damaged. */
export function parseStoredLine(line: string): { head: StoredHead; body: unknown } | undefined {
  if (isDamaged(line)) return undefined;
  try {
    const { body, ...head } = JSON.parse(line) as StoredHead & { body: unknown };
    const whole =
      Number.isSafeInteger(head.sequence) &&
      Number.isFinite(head.at) &&
      typeof head.subject === "string" &&
      typeof head.id === "string";
    return whole ? { head, body } : undefined;
  } catch {
    return undefined;
  }
}

export function toStreamMessage(line: string, deliveries: number): StreamMessage | undefined {
  const parsed = parseStoredLine(line);
  if (parsed === undefined) return undefined;
  const { sequence, at, subject, traceparent } = parsed.head;
  return { subject, body: parsed.body, traceparent, sequence, deliveries, storedAt: at };
}
