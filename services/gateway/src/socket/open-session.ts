import { setTimeout as sleep } from "node:timers/promises";
import { FRAME_SIZES, type Hello, LiluxError, type SessionStart } from "@lilux/protocol";
import type { Caller } from "../access/caller.ts";
import type { ResumeTokens } from "../access/resume-tokens.ts";
import { type GatewayConfig, PADDING } from "../config.ts";
import type { ThresholdsOf } from "../predict/tenant-thresholds.ts";
import type { ResumeSession } from "../resume/resume-session.ts";
import type { Session, SessionConnection } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import type { StoredEvent } from "../session/stored-event.ts";
import type { FrameWriter } from "./frame-writer.ts";

const PACE_ABOVE_BYTES = 256 * 1024;
const PACE_MS = 10;
const CATCH_UP_WITHIN_MS = 10_000;

export interface OpenSessionDeps {
  sessions: Sessions;
  resume: ResumeSession;
  tokens: ResumeTokens;
  config: GatewayConfig;
  thresholdsOf: ThresholdsOf;
}

export interface Opening {
  caller: Caller;
  hello: Hello;
  writer: FrameWriter;
  connection: SessionConnection;
  /** The session belongs to this connection from now on. */
  onAttached(session: Session): void;
}

/**
 * Answers hello. After `session-start` come the missed events in order, then
 * live ones: the step from one to the other is synchronous, so there is neither
 * a hole nor a repeat. The connection that showed the session before is closed.
 * Resolves with undefined when the socket closed meanwhile.
 */
export async function openSession(
  { caller, hello, writer, connection, onAttached }: Opening,
  deps: OpenSessionDeps,
): Promise<Session | undefined> {
  const { sessions, resume, config } = deps;
  const claim = hello.resume;
  const padding = paddingFor(hello, config);
  if (padding !== undefined) writer.pad(padding);
  const resumed = claim && (await resume({ caller, ...claim }));
  if (!writer.isOpen()) return undefined;
  if (claim === undefined || resumed === undefined) {
    const session = sessions.open(caller.tenant);
    session.caller = caller;
    connect(session, connection);
    onAttached(session);
    writer.send(sessionStart(session, { padding, caller, recovered: false, deps }));
    show(session, writer);
    return session;
  }
  const { session, missed } = resumed;
  session.connection?.replace();
  session.caller = caller;
  connect(session, connection);
  onAttached(session);
  writer.send(sessionStart(session, { padding, caller, recovered: true, deps }));
  await catchUp({ session, missed, offset: claim.offset, writer, connection });
  return session;
}

interface CatchUp {
  session: Session;
  missed: readonly StoredEvent[];
  offset: number;
  writer: FrameWriter;
  connection: SessionConnection;
}

/** Sends what was missed no faster than it is read, then what comes. */
async function catchUp({ session, missed, offset, writer, connection }: CatchUp): Promise<void> {
  const deadlineAt = Date.now() + CATCH_UP_WITHIN_MS;
  let cursor = offset;
  let batch = missed.length > 0 ? missed : session.log.since(cursor);
  while (batch.length > 0) {
    for (const { event, json } of batch) {
      if (event.offset !== cursor + 1) throw new LiluxError("slow_reader");
      writer.send(event, json);
      cursor = event.offset;
      while (writer.bufferedBytes() > PACE_ABOVE_BYTES) {
        if (Date.now() > deadlineAt) throw new LiluxError("slow_reader");
        await sleep(PACE_MS);
      }
    }
    if (!writer.isOpen() || session.connection !== connection) return;
    batch = session.log.since(cursor);
  }
  show(session, writer);
}

function connect(session: Session, connection: SessionConnection): void {
  session.connection = connection;
  session.expiresAt = undefined;
}

function show(session: Session, writer: FrameWriter): void {
  session.log.watch((events) => {
    for (const { event, json } of events) writer.send(event, json);
  });
}

/** Undefined where the session's frames leave as they are. */
function paddingFor(hello: Hello, { padding = PADDING }: GatewayConfig) {
  const isWanted = hello.padded === true || padding.sessions === "all";
  return isWanted ? { tickMs: padding.tickMs, sizes: [...FRAME_SIZES] } : undefined;
}

interface Start {
  padding: ReturnType<typeof paddingFor>;
  caller: Caller;
  recovered: boolean;
  deps: OpenSessionDeps;
}

function sessionStart(
  { tenant, sessionId }: Session,
  { padding, caller, recovered, deps }: Start,
): SessionStart {
  return {
    type: "session-start",
    sessionId,
    resumeToken: deps.tokens.issue(caller, sessionId),
    limits: deps.config.limits.session,
    thresholds: deps.thresholdsOf(tenant),
    recovered,
    ...(padding === undefined ? {} : { padding }),
  };
}
