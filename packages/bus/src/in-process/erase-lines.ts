import { open, readFile } from "node:fs/promises";
import type { Tenant } from "@lilux/protocol";
import { subjectsOfTenant } from "../subjects.ts";
import { scanLines } from "./scan-lines.ts";

/** As `formatStoredLine` begins a line; what follows a subject's head may be half gone already. */
const HEAD = /^\{"sequence":(\d+),"at":([\d.]+),"subject":"/;
const ERASED = /^\{"sequence":(\d+)\} *$/;

/** Whether a stored line is of this tenant and of before that time, also one that was damaged behind its head. */
export function isLineOf(
  tenant: Tenant,
  line: string,
  before: number = Number.POSITIVE_INFINITY,
): boolean {
  const [head, , at] = HEAD.exec(line) ?? [];
  if (head === undefined || Number(at) >= before) return false;
  return line.startsWith(subjectsOfTenant(tenant), head.length);
}

/** The place in the stream of a line that was erased: no other message may get it. */
export function sequenceOfErased(line: string): number | undefined {
  const digits = ERASED.exec(line)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * Overwrites a tenant's lines in a file where they stand. First all behind their heads, and only when that
 * is on disk the heads: after a power cut in between the next call finds each of them again.
 */
export async function eraseLines(path: string, tenant: Tenant, before?: number): Promise<void> {
  const bytes = await readFile(path).catch(noFile);
  if (bytes?.includes(subjectsOfTenant(tenant)) !== true) return;
  const own = scanLines(bytes).lines.filter(({ line }) => isLineOf(tenant, line, before));
  // Not the file's own handle: that one only appends.
  const handle = await open(path, "r+");
  try {
    for (const { line, offset, bytes: length } of own) {
      const kept = headBytes(tenant, line);
      const blank = Buffer.alloc(length - kept - 1, " ");
      await handle.write(blank, 0, blank.length, offset + kept);
    }
    await handle.datasync();
    for (const { line, offset, bytes: length } of own) {
      const sequence = HEAD.exec(line)?.[1] ?? "0";
      const text = Buffer.from(`{"sequence":${sequence}}`.padEnd(length - 1));
      await handle.write(text, 0, text.length, offset);
    }
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Heads are ASCII: as many bytes as characters. */
function headBytes(tenant: Tenant, line: string): number {
  return (HEAD.exec(line)?.[0].length ?? 0) + subjectsOfTenant(tenant).length;
}

/** The segment went meanwhile: as good as erased. */
function noFile(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  throw error;
}
