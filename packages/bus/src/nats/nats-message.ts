import { ErrorBody, LiluxError } from "@lilux/protocol";
import { headers, type Msg, type MsgHdrs } from "@nats-io/transport-node";
import { Value } from "typebox/value";
import { decodeBody, encodeBody } from "../encode-body.ts";

/** Header names are case-sensitive; this one is lower-case as the standard writes it. */
const TRACEPARENT = "traceparent";
const ERROR = "Lilux-Error";

export function outgoingHeaders(traceparent: string | undefined): { headers?: MsgHdrs } {
  if (traceparent === undefined) return {};
  const made = headers();
  made.set(TRACEPARENT, traceparent);
  return { headers: made };
}

export function traceparentOf(message: { headers?: MsgHdrs | undefined }): string | undefined {
  return message.headers?.get(TRACEPARENT) || undefined;
}

/** An error as an answer: its public body, marked by a header. */
export function errorAnswer(error: LiluxError): { text: string; headers: MsgHdrs } {
  const made = headers();
  made.set(ERROR, "1");
  return { text: encodeBody(error.toBody()), headers: made };
}

/** What a responder answered; throws the error it threw. */
export function readAnswer(message: Msg): unknown {
  const decoded = decodeBody(message.string());
  if (!decoded.readable) {
    throw new LiluxError("internal", { cause: new Error("an answer that is not JSON") });
  }
  if (!message.headers?.has(ERROR)) return decoded.body;
  throw Value.Check(ErrorBody, decoded.body)
    ? LiluxError.fromBody(decoded.body)
    : new LiluxError("internal", { cause: new Error("an error answer of another form") });
}
