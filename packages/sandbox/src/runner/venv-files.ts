import { dirname } from "node:path";
import type { PythonFacts } from "./python-facts.ts";

/** The files of a virtual environment, by their place in it. */
export interface VenvFiles {
  /** A link to the interpreter. */
  interpreter: { path: string; target: string };
  config: { path: string; text: string };
  searchPaths: { path: string; text: string };
}

/**
 * The smallest virtual environment there is: Python looks for `pyvenv.cfg`
 * beside its own folder, and reads search paths from a `.pth` file, even when it
 * is told to trust nothing else (`-I`). The system's own packages stay unseen.
 */
export function venvFiles(python: PythonFacts, searchPaths: readonly string[]): VenvFiles {
  return {
    interpreter: { path: "bin/python3", target: python.executable },
    config: {
      path: "pyvenv.cfg",
      text: `home = ${dirname(python.executable)}\ninclude-system-site-packages = false\n`,
    },
    searchPaths: {
      path: `lib/python${python.version}/site-packages/lilux.pth`,
      text: `${searchPaths.join("\n")}\n`,
    },
  };
}
