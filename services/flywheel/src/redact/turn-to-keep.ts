import { lowerConsent } from "@lilux/core/access";
import type { Consent, NewTurn } from "@lilux/database";
import { Call, createParser, type Interaction, type OfTenant } from "@lilux/protocol";
import { REDACTION_VERSION } from "./private-patterns.ts";
import type { RedactionKey } from "./redact-text.ts";
import { redactText } from "./redact-text.ts";
import { redactValue } from "./redact-value.ts";

type Turn = Extract<Interaction, { type: "turn" }>;

/** Whoever did not say, in a library nobody has keys for. */
const SOMEBODY = "somebody";
const calls = createParser(Call, "a redacted call", "internal");

/** The turn as consent, and what its tenant said when it was sent, let it be kept; undefined where they do not. */
export function turnToKeep(turn: OfTenant<Turn>, consent: Consent): NewTurn | undefined {
  const { tenant, sessionId, turnId, at, person = SOMEBODY } = turn;
  const level = lowerConsent(consent.level, turn.consent ?? consent.level);
  const isBefore = at < consent.since;
  if (level === "none" || isBefore || consent.peopleOut.has(person)) return undefined;
  const record = recordAt(level, turn, { salt: consent.salt, session: `${tenant}/${sessionId}` });
  const redactionVersion = level === "redacted" ? REDACTION_VERSION : 0;
  return { tenant, sessionId, turnId, person, at, level, redactionVersion, record };
}

function recordAt(level: NewTurn["level"], turn: Turn, key: RedactionKey): Turn {
  switch (level) {
    case "full":
      return turn;
    case "metrics":
      // Which calls there were says what was wanted; how sure they were does not.
      return { ...turn, text: "", response: "", predicted: [], calls: [] };
    case "redacted":
      return {
        ...turn,
        text: redactText(turn.text, key),
        response: redactText(turn.response, key),
        predicted: turn.predicted.map((one) => ({ ...one, call: redactCall(one.call, key) })),
        calls: turn.calls.map((one) => ({ ...one, call: redactCall(one.call, key) })),
      };
  }
}

function redactCall(call: Call, key: RedactionKey): Call {
  return calls.parse(redactValue(call, key));
}
