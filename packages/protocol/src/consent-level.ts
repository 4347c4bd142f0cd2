import type { Static } from "typebox";
import { TextEnum } from "./text-enum.ts";

/**
 * How much of a tenant's turns may be kept for training. `none`: nothing, which is the default.
 * `metrics`: that there was a turn and how it went, no text and no call. `redacted`: texts and calls
 * with what looks private replaced. `full`: as they were sent. Each allows more than the one before.
 */
export const CONSENT_LEVELS = ["none", "metrics", "redacted", "full"] as const;
export const ConsentLevel = TextEnum(CONSENT_LEVELS);
export type ConsentLevel = Static<typeof ConsentLevel>;
