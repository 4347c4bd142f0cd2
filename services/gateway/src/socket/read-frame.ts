import { readJson } from "@lilux/core/json";
import {
  CLIENT_FRAMES,
  type ClientFrame,
  createParser,
  LiluxError,
  type Parser,
} from "@lilux/protocol";

const TYPES = Object.keys(CLIENT_FRAMES);
const parsers: Readonly<Record<string, Parser<ClientFrame>>> = Object.fromEntries(
  Object.entries(CLIENT_FRAMES).map(([type, schema]) => [type, createParser(schema, type)]),
);

/** A frame, or a typed error that names what is wrong with it and carries its turnId if it has one. */
export type ReadFrame =
  | { ok: true; frame: ClientFrame }
  | { ok: false; error: LiluxError; turnId: string | undefined };

/** Reads one text frame by its `type`. Never throws. */
export function readFrame(text: string): ReadFrame {
  let value: unknown;
  try {
    value = readJson(text, "frame");
  } catch (thrown) {
    if (thrown instanceof LiluxError) return { ok: false, error: thrown, turnId: undefined };
    return { ok: false, error: new LiluxError("malformed_frame"), turnId: undefined };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const message = "A frame must be a JSON object with a type.";
    return { ok: false, error: new LiluxError("malformed_frame", { message }), turnId: undefined };
  }
  const turnId = turnIdOf(value);
  const type = "type" in value ? value.type : undefined;
  const parser =
    typeof type === "string" && Object.hasOwn(parsers, type) ? parsers[type] : undefined;
  if (parser === undefined) return { ok: false, error: unknownType(type), turnId };
  try {
    return { ok: true, frame: parser.parse(value) };
  } catch (thrown) {
    return { ok: false, error: LiluxError.from(thrown), turnId };
  }
}

function unknownType(type: unknown): LiluxError {
  const known = TYPES.join(", ");
  const given =
    typeof type === "string" ? `type "${type.slice(0, 64)}" is not known` : "type is missing";
  return new LiluxError("unknown_frame_type", {
    message: `The frame's ${given}. Known types: ${known}.`,
    details: { field: "type", known: TYPES },
  });
}

const TURN_ID = /^[A-Za-z0-9_.:-]{1,128}$/;

function turnIdOf(value: object): string | undefined {
  const turnId = "turnId" in value ? value.turnId : undefined;
  return typeof turnId === "string" && TURN_ID.test(turnId) ? turnId : undefined;
}
