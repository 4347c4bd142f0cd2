import type { ConfirmRequest, TurnEvent } from "@lilux/protocol";

/** Calls of one turn that wait for a person's yes. */
export interface OpenQuestions {
  take(event: TurnEvent): void;
  answered(callId: string): void;
  all(): readonly ConfirmRequest[];
}

export function createOpenQuestions(): OpenQuestions {
  const open = new Map<string, ConfirmRequest>();
  return {
    take(event) {
      if (event.type === "confirm-request") open.set(event.callId, event);
      else if (event.type === "call-start" || event.type === "call-end") open.delete(event.callId);
      else if (event.type === "turn-end") open.clear();
    },
    answered: (callId) => void open.delete(callId),
    all: () => [...open.values()],
  };
}
