import { randomBytes } from "node:crypto";
import {
  announceReplica,
  type Bus,
  type BusMessage,
  type DeploymentBook,
  hearGone,
  isOfSubject,
  type Subscription,
  subjects,
  tenantOfSubject,
} from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import { loggedError, parseTraceparent } from "@lilux/core/telemetry";
import {
  createParser,
  LibraryChange,
  LiluxError,
  type Prediction,
  PredictRequest,
  type Tenant,
} from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { NearContext } from "../context/near-context.ts";
import type { LessonBooks } from "../lessons/lesson-books.ts";
import { embedTexts } from "../predict/embed-texts.ts";
import type { EngineSlot } from "../predict/engine-slot.ts";
import type { Predictor } from "../predict/predictor.ts";
import { answerAnchors } from "./answer-anchors.ts";
import { answerStudy } from "./answer-study.ts";
import { answerTrial } from "./answer-trial.ts";

export interface ServeBusDeps {
  bus: Bus;
  predictor: Predictor;
  slot: EngineSlot;
  context: NearContext;
  lessons: Pick<LessonBooks, "changed" | "letGo">;
  book: Pick<DeploymentBook, "changed">;
  clock: Clock;
  logger: Logger;
}

const QUEUE = "router";
const parser = createParser(PredictRequest, "keystroke");
const changeParser = createParser(LibraryChange, "library change");

/**
 * Answers keystrokes and embeddings, and listens for changes of libraries and
 * contexts. A keystroke may be sent to any router, or to this one by the name it
 * announces: so a second try can go to another one.
 */
export function serveBus(deps: ServeBusDeps): Subscription[] {
  const { bus, slot, context, lessons, book, clock } = deps;
  const replica = randomBytes(9).toString("base64url");
  const takeKeystroke = (message: BusMessage) => onKeystroke(message, deps);
  const answering = [
    bus.respond(subjects.ofAll("keystroke"), takeKeystroke, { queue: QUEUE }),
    bus.respond(subjects.keystrokesTo(replica), takeKeystroke),
    bus.respond(subjects.ofAllTenants("embed"), (message) => onEmbed(message, slot), {
      queue: QUEUE,
    }),
    bus.respond(subjects.ofAllTenants("trial"), (message) => onTrial(message, { slot, clock }), {
      queue: QUEUE,
    }),
  ];
  const leave = announceReplica(bus, { group: QUEUE, replica });
  return [
    { close: async () => leave() },
    ...answering,
    bus.subscribe(subjects.ofAllTenants("library"), ({ subject, body }) => {
      const change = changeParser.is(body) ? body : undefined;
      slot.current()?.libraries.changed(placeOf(subject).tenant, change);
    }),
    bus.subscribe(subjects.ofAllTenants("learnt"), ({ subject }) => {
      const { tenant } = placeOf(subject);
      lessons.changed(tenant);
      slot.current()?.libraries.learnt(tenant);
    }),
    // Contexts of its sessions go of themselves, in seconds.
    hearGone(bus, (tenant) => {
      lessons.letGo(tenant);
      slot.current()?.libraries.letGo(tenant);
    }),
    bus.subscribe(subjects.ofAllTenants("deployed"), ({ subject }) => {
      book.changed(placeOf(subject).tenant);
    }),
    bus.subscribe(subjects.ofAll("context"), ({ subject }) => {
      const { tenant, session } = placeOf(subject);
      context.invalidate(tenant, session);
    }),
  ];
}

async function onKeystroke(
  message: BusMessage,
  { predictor, logger }: ServeBusDeps,
): Promise<Prediction> {
  const request = parser.parse(message.body);
  const { session } = placeOf(message.subject);
  if (!isOfSubject(request, message.subject) || request.sessionId !== session) {
    throw new LiluxError("forbidden", {
      cause: new Error("the body's tenant or session is not the subject's"),
    });
  }
  try {
    return await predictor.predict(request, { traceparent: message.traceparent });
  } catch (error) {
    reportFailure(error, message, logger);
    throw error;
  }
}

async function onEmbed(message: BusMessage, slot: EngineSlot): Promise<unknown> {
  const borrowed = slot.borrow();
  try {
    return await embedTexts(placeOf(message.subject).tenant, message.body, borrowed.engine);
  } finally {
    borrowed.giveBack();
  }
}

async function onTrial(
  { subject, body }: BusMessage,
  { slot, clock }: { slot: EngineSlot; clock: Clock },
): Promise<unknown> {
  const borrowed = slot.borrow();
  try {
    const { engine } = borrowed;
    return await answererOf(body)(placeOf(subject).tenant, body, { engine, clock });
  } finally {
    borrowed.giveBack();
  }
}

/** One door for all that makes or judges a tenant's model: whoever may do one may do the others. */
function answererOf(body: unknown) {
  const asks = typeof body === "object" && body !== null ? body : {};
  if ("study" in asks) return answerStudy;
  return "anchors" in asks ? answerAnchors : answerTrial;
}

/** `lilux.v1.<tenant>.<kind>.<session>`: only verified credentials make subjects. */
function placeOf(subject: string): { tenant: Tenant; session: string } {
  const [, , , , session = ""] = subject.split(".");
  return { tenant: tenantOfSubject(subject), session };
}

/** What is shed is counted; a log line is for what an operator should look at. Never the text. */
function reportFailure(thrown: unknown, message: BusMessage, logger: Logger): void {
  const traceId = parseTraceparent(message.traceparent)?.traceId;
  const error = loggedError(thrown, { logger, message: "prediction failed", fields: { traceId } });
  if (error.code !== "router_unavailable") return;
  logger.error({ err: error, cause: error.cause, traceId }, "prediction failed");
}
