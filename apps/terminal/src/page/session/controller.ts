import type { ClientTurn, LiluxClient } from "@lilux/client";
import { readScope } from "@lilux/core/text";
import type { Call, SearchHit, TurnKind } from "@lilux/protocol";
import type { AcceptKey } from "../state/accept-key.ts";
import { filledCall, leadingRun } from "../state/call-fields.ts";
import type { Command } from "../state/key-command.ts";
import { rowsOf, wishOf } from "../state/rows.ts";
import type { Store } from "../state/store.ts";
import type { ListedLibrary } from "../state/terminal-state.ts";
import type { BrowseWish } from "../text/browse-wish.ts";
import { callText, chosenText } from "../text/call-parts.ts";
import { openedKey } from "../text/opened-key.ts";
import type { KeystrokeClock } from "./keystroke-clock.ts";
import type { LoadAnswer } from "./load-item.ts";
import { typeLine } from "./type-line.ts";

/** Everything a person can do to the page: sends what it means and shows it at once. */
export interface Controller {
  type(text: string): void;
  perform(command: Command): void;
  settle(seq: number): void;
  confirm(turnId: string, callId: string, approve: boolean): void;
  /** Answers a call of somebody else. */
  approve(approvalId: string, approve: boolean, reason: string): void;
  rate(turnId: string, rating: "up" | "down"): void;
  toggleItem(callId: string, hit: SearchHit): void;
  toggleContext(open: boolean): void;
  toggleHelp(open: boolean): void;
  dismissNotice(): void;
  /** Of what a budget has come to, the oldest that is shown. */
  dismissBudget(): void;
  /** Runs or opens exactly this, as a person asked for on a list. */
  choose(call: Call): void;
  /** Runs the leading call with what its fields hold; false while something that is needed is empty. */
  runFilled(texts: ReadonlyMap<string, string>): boolean;
  clearRecents(): void;
  /** Lists the library, so that what is in it, or that nothing is, can be told. */
  lookAtLibrary(): void;
  /** Which key accepts the first suggestion, on this device. */
  chooseAcceptKey(key: AcceptKey): void;
}

export interface ControllerDeps {
  client: LiluxClient;
  store: Store;
  clock: KeystrokeClock;
  load(hit: SearchHit): Promise<LoadAnswer>;
  /** Brings the newest turn into sight. */
  showNewest(): void;
  /** What there is to list; rejects when it cannot be had. */
  listLibrary(): Promise<ListedLibrary>;
  /** Unix milliseconds. */
  now(): number;
  keepAcceptKey(key: AcceptKey): void;
  newId(): string;
}

export function createController(deps: ControllerDeps): Controller {
  const { client, store } = deps;
  return {
    type(text) {
      store.dispatch({ type: "line-changed", text, seq: typeLine(deps, text) });
      if (wishOf(text) !== null) void listLibrary(deps);
    },
    perform: (command) => perform(deps, command),
    settle: (seq) => store.dispatch({ type: "line-settled", seq }),
    confirm(turnId, callId, approve) {
      // An answer that cannot be sent is not shown as given.
      if (client.state() !== "open") return;
      client.confirm(turnId, callId, approve);
      store.dispatch({ type: "confirm-answered", turnId, callId, approve });
    },
    approve(approvalId, approve, reason) {
      client.approve(approvalId, approve, reason === "" ? undefined : reason);
    },
    rate(turnId, rating) {
      if (client.state() !== "open") return;
      client.feedback(turnId, rating);
      store.dispatch({ type: "turn-rated", turnId, rating });
    },
    toggleItem: (callId, hit) => void toggleItem(deps, callId, hit),
    toggleContext: (open) => store.dispatch({ type: "context-toggled", open }),
    toggleHelp: (open) => store.dispatch({ type: "help-toggled", open }),
    choose(call) {
      if (client.state() !== "closed") choose(deps, call);
    },
    runFilled(texts) {
      const state = store.state();
      const leader = leadingRun(state);
      const call = leader === null ? null : filledCall(leader, texts);
      if (call === null || client.state() === "closed") return false;
      commitCall(deps, call, state.line.text.trim());
      return true;
    },
    lookAtLibrary: () => void listLibrary(deps),
    chooseAcceptKey(key) {
      store.dispatch({ type: "accept-key-chosen", key });
      deps.keepAcceptKey(key);
    },
    clearRecents: () => store.dispatch({ type: "recents-cleared" }),
    dismissNotice: () => store.dispatch({ type: "notice-dismissed" }),
    dismissBudget: () => store.dispatch({ type: "budget-read" }),
  };
}

function perform(deps: ControllerDeps, command: Command): void {
  const { client, store } = deps;
  if (client.state() === "closed" && COMMITS.has(command.do)) return;
  switch (command.do) {
    case "commit":
      commit(deps, command.index);
      break;
    case "submit":
      submit(deps);
      break;
    case "ask":
      ask(deps);
      break;
    case "browse":
      browse(deps, command.wish);
      break;
    case "clear-transcript":
      store.dispatch({ type: "transcript-cleared" });
      break;
    case "fields":
      // Where the focus goes is the page's part.
      break;
    case "recents":
      store.dispatch({ type: "recents-opened" });
      break;
    case "cancel":
      client.cancel(command.turnId);
      break;
    case "walk-inputs":
      walkInputs(deps, command.to);
      break;
    case "walk-candidates":
      store.dispatch({ type: "candidate-walked", to: command.to });
      break;
    case "clear":
      store.dispatch({ type: "line-changed", text: "", seq: typeLine(deps, "") });
      break;
    case "help":
      store.dispatch({ type: "help-toggled", open: command.open });
      break;
  }
}

function browse(deps: ControllerDeps, wish: BrowseWish): void {
  const text = deps.store.state().line.text.trim();
  typeLine(deps, "");
  deps.store.dispatch({ type: "browsed", turnId: deps.newId(), text, wish, at: deps.now() });
  void listLibrary(deps);
  deps.showNewest();
}

/** What was listed before stays where it cannot be listed anew. */
async function listLibrary({ store, listLibrary }: ControllerDeps): Promise<void> {
  const library = await listLibrary().catch(() => null);
  if (library !== null) store.dispatch({ type: "library-listed", library });
}

function walkInputs(deps: ControllerDeps, to: number | null): void {
  const { line, inputs } = deps.store.state();
  const text = to === null ? line.draft : (inputs[to]?.text ?? "");
  deps.store.dispatch({ type: "inputs-walked", to, text, seq: typeLine(deps, text) });
}

/** What a session that ended for good can no longer take; the page says so. */
const COMMITS = new Set<Command["do"]>(["commit", "submit", "ask", "cancel"]);

function commit(deps: ControllerDeps, index: number): void {
  const state = deps.store.state();
  const row = rowsOf(state)[index];
  if (row === undefined) return;
  if (row.kind === "recent") {
    deps.store.dispatch({ type: "line-changed", text: row.text, seq: typeLine(deps, row.text) });
    return;
  }
  if (row.kind === "match") {
    choose(deps, row.match.call);
    return;
  }
  if (state.prediction === null) return;
  const { predictionId } = state.prediction;
  // A person sees the line they typed; a candidate of an empty line names itself.
  const text = state.line.text.trim() || callText(row.candidate.call);
  const turn = deps.client.accept(row.index, { predictionId });
  begin(deps, turn, { kind: "accept", text, chosen: row.candidate.call });
}

function submit(deps: ControllerDeps): void {
  const { line, prediction } = deps.store.state();
  const text = line.text.trim();
  if (text === "") return;
  // The prediction that said what Enter will do is the one that it then does.
  const exact = prediction !== null && prediction.seq === line.seq;
  const options = exact ? { predictionId: prediction.predictionId } : {};
  begin(deps, deps.client.submit(text, options), { kind: "submit", text, chosen: null });
}

/** Commits exactly this call. The line says what it is, so that it can be sent again. */
function choose(deps: ControllerDeps, call: Call): void {
  commitCall(deps, call, chosenText(call));
}

function commitCall(deps: ControllerDeps, call: Call, text: string): void {
  begin(deps, deps.client.choose(call, { text }), { kind: "accept", text, chosen: call });
}

function ask(deps: ControllerDeps): void {
  const line = deps.store.state().line.text.trim();
  const scope = readScope(line);
  const text = scope?.kind === "ask" ? scope.rest : line;
  if (text === "") return;
  begin(deps, deps.client.ask(text), { kind: "ask", text, chosen: null });
}

function begin(
  { store, showNewest, now }: ControllerDeps,
  { turnId, ended }: ClientTurn,
  about: { kind: TurnKind; text: string; chosen: Call | null },
): void {
  store.dispatch({ type: "turn-committed", turnId, ...about, at: now() });
  showNewest();
  // Its own turn-end has been shown by then; this is for an end that only the client knows of.
  void ended.then((end) => store.dispatch({ type: "turn-ended-here", end }));
}

async function toggleItem(
  { store, load }: ControllerDeps,
  callId: string,
  hit: SearchHit,
): Promise<void> {
  const key = openedKey(callId, hit.item_type, hit.qualified_id);
  if (store.state().opened[key] !== undefined) {
    store.dispatch({ type: "item-closed", key });
    return;
  }
  store.dispatch({ type: "item-opening", key });
  const answer = await load(hit);
  if (store.state().opened[key]?.state !== "loading") return;
  if (answer.ok) store.dispatch({ type: "item-opened", key, result: answer.result });
  else store.dispatch({ type: "item-failed", key, error: answer.error });
}
