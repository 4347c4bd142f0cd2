import type { Call } from "@lilux/protocol";
import type {
  LanguageModel,
  ModelCapabilities,
  ModelEvent,
  ModelRequest,
  StructuredRequest,
} from "../model/language-model.ts";

/** One answer of the model, in the order in which they are asked for. */
export type ScriptedRound = (
  request: ModelRequest,
  signal: AbortSignal,
) => AsyncIterable<ModelEvent> | Iterable<ModelEvent>;

export interface ScriptedModel extends LanguageModel {
  /** What it was asked, so far. */
  requests: ModelRequest[];
}

export interface ModelScript {
  rounds: ScriptedRound[];
  structured?: (request: StructuredRequest, signal: AbortSignal) => Promise<unknown>;
  decide?: NonNullable<LanguageModel["decide"]>;
  capabilities?: Partial<ModelCapabilities>;
}

/** A model that says only what a test scripted: a further round is the test's failure. */
export function scriptedModel({
  rounds,
  structured,
  decide,
  capabilities,
}: ModelScript): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    name: "scripted",
    capabilities: {
      continuesMessage: true,
      followsSteps: true,
      generative: true,
      ...capabilities,
    },
    requests,
    ...(decide === undefined ? {} : { decide }),
    async *stream(request, signal) {
      const round = rounds[requests.length];
      requests.push({ ...request, messages: [...request.messages] });
      if (round === undefined) throw new Error(`round ${requests.length} is not scripted`);
      yield* round(request, signal);
    },
    async structured(request, signal) {
      if (structured === undefined) throw new Error("structured is not scripted");
      return structured(request, signal);
    },
  };
}

/** A round that says something, in pieces. */
export function says(...pieces: string[]): ScriptedRound {
  return () => pieces.map((text) => ({ type: "text", text }) as const);
}

/** A round that proposes calls, perhaps after some words. */
export function proposes(calls: readonly Call[], text = ""): ScriptedRound {
  return () => [
    ...(text === "" ? [] : [{ type: "text", text } as const]),
    ...calls.map((call, index) => {
      const id = `call_${index}`;
      const given = JSON.stringify(call.arguments);
      return { type: "tool-call", call: { id, name: call.name, arguments: given } } as const;
    }),
  ];
}

/** A round that says something and then waits until it is stopped, as an upstream does. */
export function saysThenHangs(
  text: string,
  onText: () => void,
  onClosed = () => {},
): ScriptedRound {
  return async function* (_request, signal) {
    yield { type: "text", text };
    onText();
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener(
      "abort",
      () => {
        onClosed();
        reject(signal.reason);
      },
      { once: true },
    );
    await promise;
  };
}
