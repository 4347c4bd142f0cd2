import {
  abortError,
  type Clock,
  createMailbox,
  deadlineSignal,
  untilAborted,
} from "@lilux/core/async";
import { digestCall } from "@lilux/core/calls";
import {
  type ExecuteEvent,
  type ExecuteRequest,
  type ExecuteResult,
  executeDeadlines,
  LiluxError,
} from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { AuditTrail } from "../audit/audit-trail.ts";
import { type CallAudit, createCallAudit } from "../audit/call-audit.ts";
import type { Questions } from "../consent/questions.ts";
import type { CallFacts, CallObserver } from "../door/observe-call.ts";
import { parsers } from "../door/parsers.ts";
import type { Libraries } from "../library/libraries.ts";
import type { Registry } from "../registry/registry.ts";
import { registryCaller } from "../registry/registry-caller.ts";
import type { WriteDeps } from "../write/write-context.ts";
import type { CallLog, EarlierCall, NamedCall } from "./call-log.ts";
import { prepareRun, type RunContext } from "./prepare-run.ts";
import type { RecordedResults } from "./recorded-results.ts";
import type { ScriptDeps } from "./script-call.ts";

export interface ExecuteDeps {
  libraries: Libraries;
  registry: Registry;
  observer: CallObserver;
  records: RecordedResults;
  calls: CallLog;
  scripts: ScriptDeps;
  writes: WriteDeps;
  trail: AuditTrail;
  questions: Questions;
  clock: Clock;
}

/** Lines nobody has read yet; beyond, they are only in the result's logs. */
const PROGRESS_LINES_MAX = 1_000;

/** `KiwiApi.execute`: progress as it comes, then one result. Leaving the loop stops the work. */
export function createExecuteCall(deps: ExecuteDeps): KiwiApi["execute"] {
  return async function* (given, options): AsyncGenerator<ExecuteEvent> {
    const request = parsers.execute(given);
    const startedAt = performance.now();
    const left = new AbortController();
    const caller = options?.signal;
    const signal = deadlineSignal(
      options?.deadlineMs ?? executeDeadlines(deps.scripts.settings.runMsMax).toolCore,
      caller === undefined ? left.signal : AbortSignal.any([left.signal, caller]),
    );
    let ended: LiluxError | undefined = new LiluxError("cancelled");
    try {
      const progress = createMailbox<string>({ max: PROGRESS_LINES_MAX, whenFull: "refuse" });
      const call = { name: "execute", arguments: request.arguments } as const;
      const audit = createCallAudit(deps, { request, call }, options);
      const by = registryCaller(request.tenant, options?.mandate);
      const secondPerson = options?.mandate?.secondPerson;
      const onProgress = (line: string): void => void progress.push(line);
      const { mandate } = options ?? {};
      const running = { by, mandate, audit, signal, onProgress, secondPerson };
      const outcome = executeOnce(deps, request, running);
      const end = (): void => progress.end();
      outcome.then(end, end);
      signal.addEventListener("abort", end, { once: true });
      for await (const text of progress) yield { type: "progress", text };
      const result = await untilAborted(outcome, signal);
      ended = undefined;
      yield { type: "result", result };
    } catch (thrown) {
      ended = LiluxError.from(thrown);
      throw ended;
    } finally {
      left.abort();
      const { traceparent } = options ?? {};
      deps.observer.note(factsOf(request), { startedAt, error: ended, traceparent });
    }
  };
}

/** Runs a call id at most once; a repeat answers what the first run came to. */
async function executeOnce(
  deps: ExecuteDeps,
  request: ExecuteRequest,
  running: Pick<RunContext, "by" | "mandate" | "audit" | "signal" | "onProgress" | "secondPerson">,
): Promise<ExecuteResult> {
  const { libraries, registry, records, scripts, writes, questions } = deps;
  const { audit, signal } = running;
  if (signal.aborted) throw abortError(signal);
  const { tenant, callId } = request;
  const digest = digestCall({ name: "execute", arguments: request.arguments });
  const named = { tenant, callId, digest };
  const record = beginRecord(records, named, audit);
  if (record.kind === "known") return record.result;
  const held = new DisposableStack();
  let next: NextStep;
  try {
    const library = await libraries.of(tenant);
    const context = { library, registry, scripts, writes, questions, held, ...running };
    next = await nextStep(deps, request, { named, prepare: () => prepareRun(request, context) });
    if (next.kind === "known") {
      held.dispose();
      audit.repeated();
      const result = await next.result();
      record.settle(Promise.resolve(result));
      return result;
    }
  } catch (error) {
    held.dispose();
    audit.ended(LiluxError.from(error));
    record.abandon(error);
    throw error;
  }
  const outcome = next.run();
  record.settle(outcome);
  // Of the run itself, which a caller who leaves does not see to its end.
  outcome.then(
    ({ status }) => audit.ended(undefined, status),
    (error: unknown) => {
      deps.observer.fault(factsOf(request), error);
      audit.ended(LiluxError.from(error));
    },
  );
  return outcome;
}

/** What is to be done about a call id that this process does not know. */
type NextStep = { kind: "known"; result: EarlierCall } | { kind: "new"; run: EarlierCall };

interface NextOptions {
  named: NamedCall;
  prepare(): Promise<() => Promise<ExecuteResult>>;
}

/**
 * Also across the death of a tool core: what one has begun none begins again.
 * What only reads may be read again, and is not on record.
 */
async function nextStep(
  { calls }: ExecuteDeps,
  { arguments: { item_type, action } }: ExecuteRequest,
  { named, prepare }: NextOptions,
): Promise<NextStep> {
  const onlyReads = action === "run" && item_type !== "script";
  if (onlyReads) return { kind: "new", run: await prepare() };
  let run: () => Promise<ExecuteResult>;
  try {
    run = await prepare();
  } catch (error) {
    // It may be refused because it was done: then that is the answer.
    const result = await calls.find(named).catch(() => undefined);
    if (result === undefined) throw error;
    return { kind: "known", result };
  }
  const result = await calls.begin(named);
  if (result !== undefined) return { kind: "known", result };
  return { kind: "new", run: () => recorded(run, named, calls) };
}

async function recorded(run: EarlierCall, named: NamedCall, calls: CallLog) {
  try {
    const result = await run();
    calls.ended(named, { result });
    return result;
  } catch (error) {
    calls.ended(named, { error: LiluxError.from(error) });
    throw error;
  }
}

function beginRecord(
  records: RecordedResults,
  call: Parameters<RecordedResults["begin"]>[0],
  audit: CallAudit,
): ReturnType<RecordedResults["begin"]> {
  try {
    const record = records.begin(call);
    if (record.kind === "known") audit.repeated();
    return record;
  } catch (error) {
    audit.ended(LiluxError.from(error));
    throw error;
  }
}

function factsOf({ tenant, arguments: given }: ExecuteRequest): CallFacts {
  const { item_type, item_id, action } = given;
  return { call: "execute", tenant, item_type, item_id, action };
}
