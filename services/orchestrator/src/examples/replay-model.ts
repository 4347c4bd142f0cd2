import { type Example, type ExampleStep, LiluxError, type Prediction } from "@lilux/protocol";
import type {
  Decided,
  DecideRequest,
  LanguageModel,
  ModelEvent,
  ModelRequest,
  ModelToolCall,
} from "../model/language-model.ts";
import { MARK_STEP_TOOL } from "../model/tool-definitions.ts";

/** What a model was asked, and what the example's assistant answered. */
export type AskedRound =
  | {
      kind: "answer" | "continuation";
      request: ModelRequest;
      text: string;
      calls: ModelToolCall[];
      /** It did not end there: the router's answer came. */
      cut?: boolean;
    }
  | { kind: "decision"; request: DecideRequest; option: number };

export interface ReplayModel extends LanguageModel {
  readonly asked: AskedRound[];
  /** Answers of the example that nobody asked for. */
  left(): number;
}

/** The router's answer, where it comes in the middle of the message. */
export interface LateAnswer {
  release(prediction: Prediction): void;
}

/** The orchestrator stops a model as soon as it hears of a late answer worth it. */
const STOPPED_WITHIN_MS = 10_000;

/** A model that says and does what the example's assistant did, and keeps what it was asked. */
export function createReplayModel(example: Example, late: LateAnswer): ReplayModel {
  const answers = example.steps.filter(({ by }) => by === "model");
  const asked: AskedRound[] = [];
  let next = 0;
  const callIds = { given: 0 };
  return {
    name: "replay",
    capabilities: { continuesMessage: true, followsSteps: true, generative: true },
    asked,
    left: () => answers.length + 1 - next,
    async *stream(request, signal) {
      const step = answers[next];
      if (next > answers.length) throw unrecorded(example, "more answers of the model");
      next += 1;
      const text = step === undefined ? example.response : (step.say ?? "");
      const calls = step === undefined ? [] : toolCallsOf(step, callIds);
      const kind = request.continuesMessage === true ? "continuation" : "answer";
      const cut = step?.cut === true ? { cut: true } : {};
      asked.push({ kind, request: copyOf(request), text, calls, ...cut });
      if (text !== "") yield { type: "text", text };
      if (step?.cut === true) await cutOff(example, late, signal);
      for (const call of calls) yield { type: "tool-call", call } satisfies ModelEvent;
    },
    async structured() {
      throw new LiluxError("llm_unavailable");
    },
    async decide(request) {
      const { verdict } = example;
      if (verdict === undefined) return undefined;
      const option = verdict ?? request.options.length - 1;
      asked.push({
        kind: "decision",
        request: { ...request, messages: [...request.messages] },
        option,
      });
      return decided(request, option);
    },
  };
}

/** Says so much, and then waits to be stopped, as a server does whose stream is closed. */
async function cutOff(example: Example, late: LateAnswer, signal: AbortSignal): Promise<never> {
  if (example.prediction === null) throw unrecorded(example, "a prediction that comes late");
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  late.release(example.prediction);
  const nobody = setTimeout(
    () =>
      reject(unrecorded(example, "a late answer that the turn stops for: whole, and above act")),
    STOPPED_WITHIN_MS,
  );
  return promise.finally(() => clearTimeout(nobody));
}

function toolCallsOf({ marks = [], calls }: ExampleStep, ids: { given: number }): ModelToolCall[] {
  const newId = (): string => {
    ids.given += 1;
    return `call_${ids.given}`;
  };
  const marked = marks.map((mark) => ({
    id: newId(),
    name: MARK_STEP_TOOL.name,
    arguments: JSON.stringify(mark),
  }));
  const made = calls.map(({ call }) => ({
    id: newId(),
    name: call.name,
    arguments: JSON.stringify(call.arguments),
  }));
  return [...marked, ...made];
}

/** As sure as a model can be, so that the turn takes the path that it took. */
function decided({ options }: DecideRequest, option: number): Decided {
  const sure = 0.999;
  const others = (1 - sure) / Math.max(1, options.length - 1);
  return {
    probabilities: options.map((_, at) => (at === option ? sure : others)),
    form: "token",
    model: "replay",
  };
}

function copyOf(request: ModelRequest): ModelRequest {
  return { ...request, messages: [...request.messages] };
}

function unrecorded({ id }: Example, what: string): LiluxError {
  const message = `Example ${id} does not play as it is written: it lacks ${what}. Capture it again.`;
  return new LiluxError("invalid_request", { message });
}
