import { randomBytes } from "node:crypto";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Each run leaves one more file: what ran twice is seen, whatever was answered. */
const STAMP = `"""Leaves a stamp in the work folder."""
__permissions__ = [{"verb": "write", "resource": "filesystem", "path": "work/**"}]
__inputs__ = [{"name": "tag", "type": "string", "required": True}]
import json, pathlib, sys, time, uuid
tag = sys.argv[1].removeprefix("--tag=")
time.sleep(0.2)
pathlib.Path("/project/work", f"{tag}.{uuid.uuid4().hex}").write_text("x")
print(json.dumps({"stamped": tag}))
`;
const NOTE = "---\ntitle: Pumps\ntags: [pumps]\n---\nPumps leak at the seal.\n";

/** A library with a script whose runs can be counted. */
export async function writeStampLibrary(project: string): Promise<void> {
  await mkdir(join(project, ".ai", "knowledge"), { recursive: true });
  await mkdir(join(project, ".ai", "scripts"), { recursive: true });
  await mkdir(join(project, "work"));
  await writeFile(join(project, ".ai", "scripts", "stamp.py"), STAMP);
  await writeFile(join(project, ".ai", "knowledge", "pumps.md"), NOTE);
  // Started by root, scripts run as somebody else.
  await chmod(project, 0o755);
  await chmod(join(project, "work"), 0o777);
}

export const newTag = (): string => `t${randomBytes(6).toString("hex")}`;

/** How often each tag was stamped. */
export async function countStamps(project: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const name of await readdir(join(project, "work"))) {
    // What a process that was killed had not finished writing.
    if (name.startsWith(".")) continue;
    const tag = name.split(".")[0] ?? "";
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return counts;
}
