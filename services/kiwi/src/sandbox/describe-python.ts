import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { PythonFacts } from "./script-runner.ts";

const DESCRIBE_MS = 5_000;

const DESCRIBE = `
import json, os, sys, sysconfig
print(json.dumps({
    "executable": os.path.realpath(sys.executable),
    "prefix": os.path.realpath(sys.base_prefix),
    "version": "%d.%d" % sys.version_info[:2],
    "platform": sysconfig.get_platform(),
}))
`;

/** The real interpreter behind a `python3` that may be a shim; undefined when it does not start. */
export async function describePython(python: string): Promise<PythonFacts | undefined> {
  try {
    const { stdout } = await promisify(execFile)(python, ["-I", "-c", DESCRIBE], {
      timeout: DESCRIBE_MS,
    });
    const { prefix, ...facts } = JSON.parse(stdout) as Omit<PythonFacts, "folders"> & {
      prefix: string;
    };
    return { ...facts, folders: facts.executable.startsWith("/usr/") ? [] : [prefix] };
  } catch {
    return undefined;
  }
}
