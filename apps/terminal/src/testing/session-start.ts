import type { SessionStart } from "@lilux/protocol";

/** A session that begins, as a gateway says it. */
export const SESSION_START: SessionStart = {
  type: "session-start",
  sessionId: "s",
  resumeToken: "r",
  limits: {
    frameBytesMax: 16_384,
    textCharactersMax: 8_000,
    framesPerSecondMax: 200,
    turnsInFlightMax: 8,
    resumeWindowMs: 60_000,
  },
  thresholds: { show: 0.6, act: 0.85 },
  recovered: false,
};
