import { dirname, join } from "node:path";
import { flushFolder } from "@lilux/files";
import { keepMoved } from "./history.ts";
import { readCurrent } from "./read-current.ts";
import type { WriteParameters } from "./read-parameters.ts";
import { assertSame } from "./update-item.ts";
import type { PlannedWrite, WriteContext, WriteOutcome } from "./write-context.ts";
import { ensureRoot, existingTarget, type WriteTarget } from "./write-target.ts";

/** An item taken out of the library. Its file is kept among its versions. */
export function planDelete(context: WriteContext, parameters: WriteParameters): PlannedWrite {
  const { place, expectedSha256 } = parameters;
  const target = existingTarget(context.library, context.given, { place, evenBroken: true });
  let base = "";
  return {
    item: target.place,
    folder: target.folder,
    async check() {
      const root = await ensureRoot(context.files, target);
      const current = await readCurrent(root, target.place);
      if (expectedSha256 !== undefined) assertSame(target, current, expectedSha256);
      base = current.contentHash;
      return { item: context.library.itemAt(target.source, target.place.path), contents: [base] };
    },
    commit: () => commitDelete(context, target, base),
  };
}

async function commitDelete(
  { files: plain, clock }: WriteContext,
  target: WriteTarget,
  base: string,
): Promise<WriteOutcome> {
  const { place, source } = target;
  const files = target.folder.filesOf(plain);
  const root = await ensureRoot(files, target);
  const current = await readCurrent(root, place);
  assertSame(target, current, base);
  const path = join(root, place.path);
  const kept = { root, place, bytes: current.bytes, now: clock.unix() };
  const kept_version = await keepMoved(files, path, kept);
  // What was pulled has its signature beside it, which vouches for nothing now.
  await files.unlink(`${path}.lock`).catch(() => undefined);
  await flushFolder(files, dirname(path));
  return {
    source,
    path: place.path,
    qualified_id: place.qualified_id,
    changed: true,
    kept_version,
    note: `Create it with restore "${kept_version}" to have it back.`,
  };
}
