import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { PythonFacts } from "./python-facts.ts";

const DESCRIBE_MS = 5_000;

/** The values of environment markers are those of the specification of dependency specifiers. */
const DESCRIBE = `
import json, os, platform, sys, sysconfig
def full(version):
    text = "%d.%d.%d" % version[:3]
    return text if version.releaselevel == "final" else text + version.releaselevel[0] + str(version.serial)
print(json.dumps({
    "executable": os.path.realpath(sys.executable),
    "prefix": os.path.realpath(sys.base_prefix),
    "version": "%d.%d" % sys.version_info[:2],
    "platform": sysconfig.get_platform(),
    "markers": {
        "implementation_name": sys.implementation.name,
        "implementation_version": full(sys.implementation.version),
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": platform.python_version(),
        "python_version": "%d.%d" % sys.version_info[:2],
        "sys_platform": sys.platform,
        "extra": "",
    },
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
