import {
  formatTraceparent,
  type Log,
  loggedError,
  parseTraceparent,
  startTrace,
} from "@lilux/core/telemetry";
import {
  type Confirmation,
  createParser,
  LiluxError,
  LoadArguments,
  SearchArguments,
  type Tenant,
} from "@lilux/protocol";
import type { KiwiCallOptions } from "@lilux/rpc";
import {
  type CallToolRequest,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequiredResult,
  isInputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  type RequestStateCodec,
  type ServerContext,
} from "@modelcontextprotocol/server";
import {
  AnswerApprovalArguments,
  APPROVAL_TOOLS,
  ListApprovalsArguments,
} from "./approval-tools.ts";
import { type Asked, answerIn, canAsk } from "./ask-person.ts";
import { callAnswer, listApprovals } from "./call-approvals.ts";
import type { CallOutcome, CallsInFlight } from "./calls-in-flight.ts";
import { ERROR_META_KEY, errorResult } from "./error-result.ts";
import { HelpArguments, helpOn } from "./help-topics.ts";
import { withoutNulls } from "./lenient-message.ts";
import { mandateOf } from "./mandates.ts";
import type { McpApprovals } from "./mcp-approvals.ts";
import type { McpKiwi } from "./mcp-kiwi.ts";
import type { McpDeadlines } from "./mcp-limits.ts";
import { renderExecute, renderLoad, renderSearch } from "./render-result.ts";
import { type AskedInput, runAsked } from "./run-asked.ts";
import { callIdOf, runExecute } from "./run-execute.ts";
import { ExecuteToolArguments, TOOL_NAMES, TOOLS, type ToolName } from "./tool-definitions.ts";

export interface CallToolDeps {
  kiwi: McpKiwi;
  /** Undefined where no tenant can want a second person. */
  approvals: McpApprovals | undefined;
  limits: McpDeadlines;
  calls: CallsInFlight;
  logger: Log;
}

/** Whose call it is, and over which connection. */
export interface Caller {
  tenant: Tenant;
  /** Names the connection for as long as its request ids are its own; absent without one. */
  connectionId: string | undefined;
  /** What was declared at the handshake, in the revisions that have one. */
  capabilities(): ClientCapabilities | undefined;
  sealed: RequestStateCodec<Asked>;
}

type Answered = CallToolResult | InputRequiredResult;

const parsers = {
  search: createParser(SearchArguments, "search"),
  load: createParser(LoadArguments, "load"),
  execute: createParser(ExecuteToolArguments, "execute"),
  help: createParser(HelpArguments, "help"),
  listApprovals: createParser(ListApprovalsArguments, "list_approvals"),
  answerApproval: createParser(AnswerApprovalArguments, "answer_approval"),
};

const PROGRESS_CHARACTERS_MAX = 2_000;

/**
 * `tools/call`. A tool that fails answers `isError` with our typed error, which
 * the model reads; only a tool that does not exist is the protocol's error.
 */
export async function callTool(
  { name, arguments: given }: CallToolRequest["params"],
  context: ServerContext,
  { deps, caller }: { deps: CallToolDeps; caller: Caller },
): Promise<Answered> {
  const tool = TOOL_NAMES.find((known) => known === name);
  if (tool === undefined) {
    const message = `There is no tool of that name. There are ${TOOL_NAMES.join(", ")}.`;
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, message);
  }
  const line = { logger: deps.logger, message: "mcp call failed", fields: { tool } };
  const work = async (): Promise<Answered> => {
    try {
      return await answer(tool, given ?? {}, { context, deps, caller });
    } catch (thrown) {
      return errorResult(loggedError(errorOf(thrown, context), line));
    }
  };
  return deps.calls
    .run({ tenant: caller.tenant, tool, work, outcomeOf })
    .catch((thrown: unknown) => errorResult(loggedError(thrown, line)));
}

interface Call {
  context: ServerContext;
  deps: CallToolDeps;
  caller: Caller;
}

async function answer(tool: ToolName, sent: object, call: Call): Promise<Answered> {
  const { context, deps, caller } = call;
  const { tenant } = caller;
  const given = withoutNulls(sent, requiredBy(tool));
  switch (tool) {
    case "help": {
      const result = helpOn(parsers.help.parse(given));
      return { content: text(result.text), structuredContent: result };
    }
    case "search": {
      const request = { tenant, arguments: parsers.search.parse(given) };
      const result = await deps.kiwi.search(request, optionsOf(context, deps.limits.kiwiWithinMs));
      return { content: text(renderSearch(result)), structuredContent: result };
    }
    case "load":
      return load(given, call);
    case "execute":
      return execute(given, call);
    case "list_approvals":
      parsers.listApprovals.parse(given);
      return listApprovals(deps.approvals, mandateOf(context.http?.req));
    case "answer_approval":
      return answerOf(parsers.answerApproval.parse(given), call);
  }
}

function requiredBy(tool: ToolName): readonly string[] {
  return (
    [...TOOLS, ...APPROVAL_TOOLS].find(({ name }) => name === tool)?.inputSchema.required ?? []
  );
}

async function load(given: unknown, call: Call): Promise<Answered> {
  const { context, deps, caller } = call;
  const parsed = parsers.load.parse(given);
  const callId = callIdOf(caller.connectionId, context.mcpReq.id);
  const options = optionsOf(context, deps.limits.kiwiWithinMs);
  const asked = { name: "load", arguments: parsed } as const;
  const outcome = await runAsked(askedInput(call, asked, callId), {
    ...askingDeps(call),
    make: (id, confirmation) =>
      deps.kiwi.load(requestOf(caller, id, { arguments: parsed, confirmation }), options),
  });
  if ("question" in outcome) return outcome.question;
  const { result } = outcome;
  return { content: text(renderLoad(result)), structuredContent: result };
}

async function execute(given: unknown, call: Call): Promise<Answered> {
  const { context, deps, caller } = call;
  const { callId, ...parsed } = parsers.execute.parse(given);
  const named = callId ?? callIdOf(caller.connectionId, context.mcpReq.id);
  const options = optionsOf(context, deps.limits.executeWithinMs);
  const running = { kiwi: deps.kiwi, options, onProgress: progressTo(context) };
  const asked = { name: "execute", arguments: parsed } as const;
  const outcome = await runAsked(askedInput(call, asked, named), {
    ...askingDeps(call),
    make: (id, confirmation) =>
      runExecute(requestOf(caller, id, { arguments: parsed, confirmation }), running),
  });
  if ("question" in outcome) return outcome.question;
  const { result } = outcome;
  return { content: text(renderExecute(result)), structuredContent: result };
}

function answerOf(given: AnswerApprovalArguments, call: Call): Promise<Answered> {
  const by = mandateOf(call.context.http?.req);
  const { approvals } = call.deps;
  return callAnswer({ by, given, ...said(call) }, { approvals, ...askingDeps(call) });
}

function askedInput(call: Call, asked: AskedInput["call"], callId: string): AskedInput {
  return { call: asked, callId, ...said(call) };
}

/** What the client's person said, and to what. */
function said({ context: { mcpReq } }: Call): Pick<AskedInput, "answer" | "asked"> {
  return { answer: answerIn(mcpReq.inputResponses), asked: mcpReq.requestState<Asked>() };
}

function askingDeps({ context, caller }: Call) {
  return {
    canAsk: canAsk(capabilitiesIn(context) ?? caller.capabilities()),
    seal: (asked: Asked) => caller.sealed.mint(asked, context),
  };
}

/** Whoever speaks MCP is a model, whatever it says; its questions are its connection's. */
function requestOf<A>(
  { tenant, connectionId }: Caller,
  callId: string,
  { arguments: given, confirmation }: { arguments: A; confirmation: Confirmation | undefined },
) {
  return {
    tenant,
    callId,
    arguments: given,
    by: "model" as const,
    ...(connectionId === undefined ? {} : { origin: { sessionId: connectionId, turnId: callId } }),
    ...(confirmation === undefined ? {} : { confirmation }),
  };
}

/** What the request itself declares, in the revision whose requests do. */
function capabilitiesIn({ mcpReq }: ServerContext): ClientCapabilities | undefined {
  const envelope = mcpReq.envelope as Record<string, ClientCapabilities> | undefined;
  return envelope?.[CLIENT_CAPABILITIES_META_KEY];
}

/** Progress as notifications, when the client asked for them by a token. */
function progressTo({ mcpReq }: ServerContext): (text: string) => Promise<void> {
  const progressToken = mcpReq._meta?.progressToken;
  let progress = 0;
  return async (line) => {
    if (progressToken === undefined || mcpReq.signal.aborted) return;
    progress += 1;
    const message = line.slice(0, PROGRESS_CHARACTERS_MAX);
    const params = { progressToken, progress, message };
    await mcpReq.notify({ method: "notifications/progress", params });
  };
}

export function optionsOf(context: ServerContext, deadlineMs: number): KiwiCallOptions {
  return {
    deadlineMs,
    signal: plainAbort(context.mcpReq.signal),
    traceparent: traceparentOf(context),
    mandate: mandateOf(context.http?.req),
  };
}

/** The client's trace: from the request's `_meta`, as the protocol has it, or the HTTP header. */
function traceparentOf({ mcpReq, http }: ServerContext): string {
  const own = (mcpReq._meta as Record<string, unknown> | undefined)?.["traceparent"];
  const given = typeof own === "string" ? own : http?.req?.headers.get("traceparent");
  // No span is made of it, so none may be recorded as a part of it.
  return formatTraceparent({ ...startTrace(parseTraceparent(given ?? undefined)), sampled: false });
}

/** The protocol library aborts with reasons of its own; below, an abort is just an abort. */
function plainAbort(signal: AbortSignal): AbortSignal {
  const abort = new AbortController();
  if (signal.aborted) abort.abort();
  else signal.addEventListener("abort", () => abort.abort(), { once: true });
  return abort.signal;
}

function errorOf(thrown: unknown, { mcpReq }: ServerContext): LiluxError {
  return mcpReq.signal.aborted ? new LiluxError("cancelled") : LiluxError.from(thrown);
}

function outcomeOf(result: Answered): CallOutcome {
  if (isInputRequiredResult(result)) return "asked";
  if (result.isError !== true) return "ok";
  const { code } = (result._meta?.[ERROR_META_KEY] ?? {}) as { code?: string };
  if (code === "cancelled") return "cancelled";
  return code === "confirm_required" || code === "confirm_declined" ? "refused" : "failed";
}

function text(of: string): CallToolResult["content"] {
  return [{ type: "text", text: of }];
}
