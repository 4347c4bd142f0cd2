/** What a client says it can read of the two forms an answer has. */
export interface AcceptedForms {
  json: boolean;
  events: boolean;
}

/** Media types know no capitals, may be whole families, and are refused by `q=0`. No header takes all. */
export function acceptedForms(header: string | null): AcceptedForms {
  const ranges = (header ?? "")
    .split(",")
    .map((range) => range.split(";").map((part) => part.trim().toLowerCase()))
    .filter(([type, ...parameters]) => type !== "" && !parameters.some(isRefusal))
    .map(([type]) => type ?? "");
  if (ranges.length === 0) return { json: true, events: true };
  return {
    json: ranges.some((range) => ["*/*", "application/*", "application/json"].includes(range)),
    events: ranges.some((range) => ["*/*", "text/*", "text/event-stream"].includes(range)),
  };
}

function isRefusal(parameter: string): boolean {
  return /^q=0(?:\.0*)?$/.test(parameter);
}
