import type { StreamConfig } from "@nats-io/jetstream";

/** What an operator may have made larger than we would; all grow, none shrinks. */
const AT_LEAST = ["max_age", "max_bytes", "max_msgs_per_subject", "num_replicas"] as const;
/** What we need to be as it is. */
const EXACT = ["discard", "discard_new_per_subject", "duplicate_window", "allow_direct"] as const;

export type WantedStream = Partial<StreamConfig> & { name: string };

export interface MergedStream {
  /** What is to be changed; undefined when all is well as it is. */
  update: WantedStream | undefined;
  /** Where the stream is larger than ours, which stays so. */
  differs: readonly (typeof AT_LEAST)[number][];
}

/**
 * What a starting service changes about a stream that is there: it may grow in
 * copies, age and bytes, and never shrinks, as that would take away what
 * somebody was promised.
 */
export function mergeStream(existing: StreamConfig, wanted: WantedStream): MergedStream {
  const update: WantedStream = { name: wanted.name };
  const differs: (typeof AT_LEAST)[number][] = [];
  let isSame = true;
  const change = (fields: Partial<StreamConfig>): void => {
    Object.assign(update, fields);
    isSame = false;
  };
  for (const field of AT_LEAST) {
    const ours = wanted[field] ?? 0;
    if (isLarger(existing[field], ours)) differs.push(field);
    else if (existing[field] !== ours) change({ [field]: ours });
  }
  for (const field of EXACT) {
    const ours = wanted[field];
    if (ours !== undefined && (existing[field] ?? false) !== ours) change({ [field]: ours });
  }
  if (!isSameList(existing.subjects, wanted.subjects)) change({ subjects: wanted.subjects ?? [] });
  return { update: isSame ? undefined : update, differs };
}

/** The server writes "without a bound" as 0 or -1. */
function isLarger(there: number, ours: number): boolean {
  return there <= 0 || there > ours;
}

function isSameList(there: readonly string[] = [], ours: readonly string[] = []): boolean {
  return there.length === ours.length && ours.every((subject) => there.includes(subject));
}
