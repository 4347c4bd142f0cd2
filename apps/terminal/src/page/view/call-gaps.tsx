import type { Candidate } from "@lilux/protocol";

/** What a call leaves out of the line, or lacks: it will not run as it stands. */
export function CallGaps({
  parameters = [],
  unread = [],
}: Pick<Candidate, "parameters" | "unread">) {
  const missing = parameters.flatMap(({ name, origin }) => (origin === "missing" ? [name] : []));
  const gaps = [
    ...(unread.length === 0 ? [] : [`leaves out ${unread.join(", ")}`]),
    ...(missing.length === 0 ? [] : [`needs ${missing.join(", ")}`]),
  ];
  if (gaps.length === 0) return null;
  return <span class="call-gaps">{gaps.join("; ")}</span>;
}
