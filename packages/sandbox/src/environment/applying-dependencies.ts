import { LiluxError } from "@lilux/protocol";
import { evaluateMarker, type MarkerValues } from "./evaluate-marker.ts";

/**
 * Those of the declared dependencies whose environment marker holds on this
 * Python; one that does not apply is neither needed nor refused. Throws
 * `dependency_refused` for a marker that cannot be read. Pure.
 */
export function applyingDependencies(
  dependencies: readonly string[],
  values: MarkerValues,
): string[] {
  return dependencies.filter((written) => {
    const marker = markerOf(written);
    const holds = marker === undefined ? true : evaluateMarker(marker, values);
    if (holds !== undefined) return holds;
    const shown = written.trim().slice(0, 80);
    throw new LiluxError("dependency_refused", {
      message: `The dependency "${shown}" has an environment marker that cannot be read. Write it as: tomli>=2; python_version < "3.11".`,
      details: { field: "dependencies", packages: [shown] },
    });
  });
}

const LENGTH_MAX = 300;

/** After the first semicolon; after an address it takes a space before it. */
function markerOf(written: string): string | undefined {
  if (written.length > LENGTH_MAX) return undefined;
  const at = written.search(written.includes("@") ? /\s;/ : /;/);
  return at < 0 ? undefined : written.slice(written.indexOf(";", at) + 1);
}
