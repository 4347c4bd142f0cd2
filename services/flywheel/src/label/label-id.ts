import { digestCall } from "@lilux/core/calls";
import type { Call } from "@lilux/protocol";

const DIGEST_CHARACTERS = 12;

/** What a label is of, of all labels of a turn: a rule gives one call at most one. */
export interface LabelKey {
  turnPosition: number;
  rule: string;
  callDigest: string;
}

/** `none` for "no call". */
export function shortDigest(call: Call | null): string {
  return call === null ? "none" : digestCall(call).slice(0, DIGEST_CHARACTERS);
}

export function labelId({ turnPosition, rule, callDigest }: LabelKey): string {
  return `${turnPosition}.${rule}.${callDigest}`;
}

/** Of an id that has the form of one. */
export function labelKeyOf(id: string): LabelKey {
  const [position = "", rule = "", callDigest = ""] = id.split(".");
  return { turnPosition: Number(position), rule, callDigest };
}
