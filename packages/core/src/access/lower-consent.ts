import { CONSENT_LEVELS, type ConsentLevel } from "@lilux/protocol";

/** What both of them let be kept. */
export function lowerConsent(one: ConsentLevel, other: ConsentLevel): ConsentLevel {
  return CONSENT_LEVELS.indexOf(one) < CONSENT_LEVELS.indexOf(other) ? one : other;
}
