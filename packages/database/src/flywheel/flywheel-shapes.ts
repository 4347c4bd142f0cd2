import type {
  Call,
  ConsentLevel,
  DatasetManifest,
  DatasetRow,
  Interaction,
  OfTenant,
  ReviewVerdict,
  Tenant,
} from "@lilux/protocol";

/** What a tenant and its people have agreed to. */
export interface Consent {
  level: ConsentLevel;
  /** Keys the placeholders of what is redacted. */
  salt: string;
  /** What was sent before is not kept, in Unix milliseconds. */
  since: number;
  /** Who takes no part whatever the tenant says. */
  peopleOut: ReadonlySet<string>;
}

type Turn = Extract<Interaction, { type: "turn" }>;
export type Rating = OfTenant<Omit<Extract<Interaction, { type: "feedback" }>, "type" | "comment">>;

/** A turn's record as it may be kept: of one at level `metrics` there is no text and no call. */
export interface NewTurn {
  tenant: Tenant;
  sessionId: string;
  turnId: string;
  person: string;
  /** Unix milliseconds. */
  at: number;
  level: Exclude<ConsentLevel, "none">;
  redactionVersion: number;
  record: Turn;
}

export interface StoredTurn extends NewTurn {
  /** Rises in the order of storing. */
  position: number;
}

/** A turn whose record this version cannot read, as it lies there: no other turn is lost for it. */
export interface UnreadableTurn extends Omit<StoredTurn, "record"> {
  record: unknown;
}

/** A page of kept turns, oldest first. */
export interface TurnsPage {
  turns: StoredTurn[];
  unreadable: UnreadableTurn[];
  /** Where the next page begins; undefined behind the last one. */
  next: number | undefined;
}

export interface NewDataset {
  tenant: Tenant;
  manifest: DatasetManifest;
  rows: readonly { row: DatasetRow; turnPosition: number }[];
}

/** What somebody said of the label that a rule gave a turn's call. */
export interface Review {
  tenant: Tenant;
  turnPosition: number;
  rule: string;
  /** The beginning of the call's digest; `none` for "no call". */
  callDigest: string;
  verdict: ReviewVerdict;
  /** Of a fix: the call that was meant; null is "no call". */
  meant?: Call | null;
  reviewer: string;
  /** Unix milliseconds. */
  at: number;
}
