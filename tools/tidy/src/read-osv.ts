import type { Advisory } from "./advisory-faults.ts";

/** An advisory in the form of OSV, as github/advisory-database keeps it: what is used of it. */
interface OsvAdvisory {
  id: string;
  withdrawn?: string;
  database_specific?: { severity?: string };
  affected?: readonly OsvAffected[];
}

interface OsvAffected {
  package?: { ecosystem?: string; name?: string };
  ranges?: readonly { type?: string; events?: readonly OsvEvent[] }[];
  versions?: readonly string[];
  database_specific?: { last_known_affected_version_range?: string };
}

interface OsvEvent {
  introduced?: string;
  fixed?: string;
  last_affected?: string;
}

/** What an advisory says of packages of npm that are ours, one for each; none when it was withdrawn. */
export function readOsv(value: OsvAdvisory, names: ReadonlySet<string>): Advisory[] {
  if (value.withdrawn !== undefined) return [];
  const severity = value.database_specific?.severity?.toLowerCase() ?? "unknown";
  const ranges = new Map<string, string[]>();
  for (const affected of value.affected ?? []) {
    const { ecosystem, name = "" } = affected.package ?? {};
    if (ecosystem !== "npm" || !names.has(name)) continue;
    ranges.set(name, [...(ranges.get(name) ?? []), ...rangesOf(affected)]);
  }
  const url = `https://github.com/advisories/${value.id}`;
  return [...ranges].map(([name, vulnerable]) => ({
    id: value.id,
    name,
    severity,
    vulnerable,
    url,
  }));
}

/** Events come in order: one of `introduced` begins a range, one of the others ends it. */
function rangesOf({ ranges = [], versions = [], database_specific }: OsvAffected): string[] {
  const last = database_specific?.last_known_affected_version_range?.replaceAll(" ", "");
  const found: string[] = [...versions];
  for (const { events = [] } of ranges.filter(
    ({ type }) => type === "SEMVER" || type === "ECOSYSTEM",
  )) {
    let from: string | undefined;
    for (const { introduced, fixed, last_affected: until } of events) {
      if (introduced !== undefined) from = introduced === "0" ? ">=0.0.0-0" : `>=${introduced}`;
      if (from === undefined || (fixed ?? until) === undefined) continue;
      found.push(fixed === undefined ? `${from} <=${until}` : `${from} <${fixed}`);
      from = undefined;
    }
    if (from !== undefined) found.push(last === undefined ? from : `${from} ${last}`);
  }
  return found;
}
