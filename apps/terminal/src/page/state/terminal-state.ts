import type {
  Approval,
  BrokenItem,
  BudgetNotice,
  Call,
  Candidate,
  ContextState,
  ContextWarmed,
  Degradation,
  Effect,
  EnterEffect,
  ErrorBody,
  ItemMatch,
  ItemSummary,
  LoadResult,
  PlanStep,
  PredictionFrame,
  Thresholds,
  TurnKind,
  TurnOutcome,
  TurnPath,
  Usage,
} from "@lilux/protocol";
import type { BrowseWish } from "../text/browse-wish.ts";
import type { CallOutcome } from "../text/call-outcome.ts";
import type { PastLine } from "../text/past-lines.ts";
import type { AcceptKey } from "./accept-key.ts";
import type { LineLimits } from "./line-excess.ts";

/** Bounds of what the page keeps; the oldest goes first. */
export const TURNS_MAX = 200;
export const INPUTS_MAX = 500;
export const LATENCIES_MAX = 60;
export const TURN_TEXT_CHARACTERS_MAX = 200_000;

/** How the page is connected. `retryAt` is in milliseconds of the page's clock. */
export interface Connection {
  phase: "connecting" | "open" | "reconnecting" | "closed";
  retryAt: number | null;
  error: ErrorBody | null;
  /** Whether a session was ever open: "reconnecting" is only true after one was. */
  everOpen: boolean;
}

/** The line being typed. */
interface Line {
  text: string;
  /** The `seq` of the newest keystroke sent; predictions of older ones are for another text. */
  seq: number;
  /** Typing paused long enough for a bare digit to mean a rank. */
  settled: boolean;
  /** Where ↑ has walked to in the inputs, or null while at the line itself. */
  walk: number | null;
  /** What stood in the line before ↑. */
  draft: string;
}

export type ShownCandidate = PredictionFrame["candidates"][number];

/** The newest prediction, for the text it was made for. */
export interface ShownPrediction {
  predictionId: string;
  seq: number;
  candidates: ShownCandidate[];
  /** What Enter will do, as the gateway says; null while nobody knows. */
  enter: EnterEffect | null;
  /** The likeliest call where none is sure enough to be offered. */
  closest: Candidate | null;
  /** Items to look at; no key runs one that was not chosen. */
  matches: ItemMatch[];
  degraded: Degradation[];
}

export interface Latency {
  routeMs: number;
  /** Keystroke sent to prediction received, on the page's clock. */
  roundTripMs: number;
}

export interface Context {
  state: ContextState;
  domain: string | null;
  confidence: number | null;
  candidates: ContextWarmed["candidates"];
}

export interface Thoughts {
  text: string;
  tokens: number;
}

interface TextEntry {
  kind: "text";
  text: string;
}
export interface CallEntry {
  kind: "call";
  callId: string;
  call: Call;
  /** `stopped`: a person stopped it, or its turn ended before it did. */
  state: "running" | CallOutcome;
  result?: unknown;
  error?: ErrorBody | undefined;
  durationMs?: number;
  /** The newest thing it said of itself, while it runs. */
  progress?: string;
}
export interface ConfirmEntry {
  kind: "confirm";
  callId: string;
  call: Call;
  effect: Effect;
  reason: string;
  answer: "yes" | "no" | "void" | null;
  /** Who asked cannot say yes. */
  isOthers?: boolean;
  /** What somebody else said of it. */
  told?: string;
}
/** What the page itself lists of the library. */
export interface LibraryEntry {
  kind: "library";
  wish: BrowseWish;
}
export type Entry = TextEntry | CallEntry | ConfirmEntry | LibraryEntry;

/** One committed line and everything that came of it. */
export interface Turn {
  turnId: string;
  text: string;
  kind: TurnKind;
  /** The candidate committed with Tab or a digit. */
  chosen: Call | null;
  phase: "sending" | "accepted" | "running" | "ended";
  path: TurnPath | null;
  entries: Entry[];
  steps: PlanStep[];
  /** What the model thought, for who looks on: a page that is loaded again has none of it. */
  thoughts: Thoughts | null;
  outcome: TurnOutcome | null;
  error: ErrorBody | null;
  usage: Usage | null;
  rating: "up" | "down" | null;
  /** The page answered it by itself: the server knows nothing of it. */
  isLocal?: boolean;
  /** It was under way when the page before this one was left. */
  isRestored?: boolean;
}

/** An item of the library, as lists show it. */
export type ListedItem = Pick<
  ItemSummary,
  "item_type" | "item_id" | "qualified_id" | "description" | "source" | "effect" | "version"
>;

/** The library as far as the page has asked for it; null before it did, or while it cannot be had. */
export interface ListedLibrary {
  items: ListedItem[];
  total: number;
  /** Files that cannot be read as items: with where, why, and what to do. */
  broken: BrokenItem[];
}

/** An item opened from a list of search hits. */
export type OpenedItem =
  | { state: "loading" }
  | { state: "loaded"; result: LoadResult }
  | { state: "failed"; error: ErrorBody };

export interface TerminalState {
  connection: Connection;
  thresholds: Thresholds;
  limits: LineLimits;
  acceptKey: AcceptKey;
  line: Line;
  prediction: ShownPrediction | null;
  /** The call that led and gave way to no other yet: shown dimmed, and no key runs it. */
  held: ShownCandidate | null;
  /** The rank ↓ has walked to in what is listed, from 0. */
  active: number | null;
  /** ↓ on the empty line has brought up the lines of before. */
  recentsOpen: boolean;
  library: ListedLibrary | null;
  /** Calls of others that wait for this person, the oldest first. */
  approvals: Approval[];
  context: Context;
  /** Newest last. */
  latencies: Latency[];
  /** Newest first. */
  turns: Turn[];
  /** Committed lines, newest last. */
  inputs: PastLine[];
  /** By `openedKey`. */
  opened: Record<string, OpenedItem>;
  /** An error that belongs to no turn. */
  notice: ErrorBody | null;
  /** Of a month's budgets that are nearly used up; told this once, so it stays until it was read. */
  budgets: BudgetNotice[];
  helpOpen: boolean;
  contextOpen: boolean;
  /** What a screen reader is told next; the number makes equal texts distinct. */
  announcement: { id: number; text: string };
}

export interface InitialOptions {
  /** Whether there is room for the context beside the history. */
  contextOpen?: boolean;
  inputs?: PastLine[];
  turns?: Turn[];
  acceptKey?: AcceptKey;
}

export function initialState({
  contextOpen = false,
  inputs = [],
  turns = [],
  acceptKey = "Tab",
}: InitialOptions = {}): TerminalState {
  return {
    connection: { phase: "connecting", retryAt: null, error: null, everOpen: false },
    thresholds: { show: 0.6, act: 0.85 },
    limits: { textCharactersMax: 8_000, frameBytesMax: 16_384 },
    acceptKey,
    line: { text: "", seq: 0, settled: false, walk: null, draft: "" },
    prediction: null,
    held: null,
    active: null,
    recentsOpen: false,
    library: null,
    approvals: [],
    context: { state: "cold", domain: null, confidence: null, candidates: [] },
    latencies: [],
    turns,
    inputs,
    opened: {},
    notice: null,
    budgets: [],
    helpOpen: false,
    contextOpen,
    announcement: { id: 0, text: "" },
  };
}
