import type { TurnEnd, TurnEvent, TurnRequest } from "@lilux/protocol";
import type { RunTurn } from "@lilux/rpc";
import OpenAI from "openai";
import type { TestGateway } from "./start-gateway.ts";

/** The SDK as its users have it, without its second tries unless a test is about them. */
export function openAiAt({ http }: Pick<TestGateway, "http">, apiKey = "unused"): OpenAI {
  return new OpenAI({ baseURL: `${http}/v1`, apiKey, maxRetries: 0, logLevel: "off" });
}

export const HELLO = [{ role: "user", content: "what is a mutex good for?" }] as const;
export const ASK = { model: "lilux", messages: [...HELLO] };
/** A tool of the caller's own. */
export const WEATHER = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather of a town.",
    parameters: { type: "object", properties: { town: { type: "string" } } },
  },
} as const;

type Event = TurnEvent extends infer Each
  ? Each extends TurnEvent
    ? Omit<Each, "turnId">
    : never
  : never;

export interface ScriptedChats {
  runTurn: RunTurn;
  /** What was asked, in order. */
  requests: TurnRequest[];
}

/** Turns that tell what a test says, each its own, the last one again and again. */
export function scriptedChats(
  ...turns: readonly ((request: TurnRequest) => readonly Event[])[]
): ScriptedChats {
  const requests: TurnRequest[] = [];
  return {
    requests,
    runTurn: async function* (request) {
      requests.push(request);
      const { turnId } = request.turn;
      const told = turns[Math.min(requests.length, turns.length) - 1]?.(request) ?? [];
      for (const event of [{ type: "turn-start", path: "slow" } as const, ...told]) {
        yield { ...event, turnId } as TurnEvent;
      }
    },
  };
}

export const says = (text: string): Event => ({ type: "text-delta", text });

export const ends = (rest: Partial<TurnEnd> = {}): Event => ({
  type: "turn-end",
  outcome: "completed",
  usage: { model: "qwen", promptTokens: 21, completionTokens: 7, calls: 0, durationMs: 5 },
  ...rest,
});
