import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Call, createParser, InputSpec, ItemType } from "@lilux/protocol";
import { type Static, Type } from "typebox";

const DATA = join(import.meta.dirname, "..", "..", "..", "training", "router", "data");

/** One line of a session, and what it asks for. */
const WarmTurn = Type.Object({
  text: Type.String({ minLength: 1 }),
  call: Type.Union([Call, Type.Null()]),
  /** The work moves on to something else with it. */
  switch: Type.Optional(Type.Boolean()),
  /** Beside the usual thinking and typing. */
  pauseSeconds: Type.Optional(Type.Number({ minimum: 0 })),
});
export type WarmTurn = Static<typeof WarmTurn>;

const WarmSession = Type.Object({
  id: Type.String(),
  theme: Type.String(),
  turns: Type.Array(WarmTurn),
});
export type WarmSession = Static<typeof WarmSession>;

const WarmItem = Type.Object({
  item_type: ItemType,
  item_id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  category: Type.String(),
  tags: Type.Optional(Type.Array(Type.String())),
  inputs: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Partial(InputSpec)]))),
});
export type WarmItem = Static<typeof WarmItem>;

const sessionParser = createParser(WarmSession, "a session");
const itemsParser = createParser(Type.Array(WarmItem), "items.json");

export type WarmHalf = "development" | "held-out";

/** Which libraries the sessions of a half are about; the other half's are never tuned on. */
export const WARM_LIBRARIES: Readonly<Record<WarmHalf, readonly string[]>> = {
  development: ["demo", "blind", "harbour"],
  "held-out": ["roastery", "school", "theatre"],
};

const ITEMS: Readonly<Record<string, string>> = {
  demo: "demo/items.json",
  blind: "blind/items.json",
  roastery: "roastery/items.json",
};

export function readWarmSessions(half: WarmHalf, library: string): WarmSession[] {
  const file = join(DATA, "sessions", half, `${library}.jsonl`);
  const rows = readFileSync(file, "utf8").split("\n");
  return rows.filter((row) => row !== "").map((row) => sessionParser.parse(JSON.parse(row)));
}

/** Lines that mean no call whatever was said before. */
export function readTalk(): string[] {
  const rows = readFileSync(join(DATA, "sessions", "talk.txt"), "utf8").split("\n");
  return rows.filter((row) => row !== "");
}

export function readWarmItems(library: string): WarmItem[] {
  const file = join(DATA, ITEMS[library] ?? `sessions/libraries/${library}.json`);
  const items = itemsParser.parse(JSON.parse(readFileSync(file, "utf8")));
  // Where two items share an id, the file gives the qualified one.
  return items.map((item) => ({ ...item, item_id: item.item_id.split("/").at(-1) ?? "" }));
}
