import { describe, expect, it } from "vitest";
import { keyCommand, type LineKey } from "./key-command.ts";
import { reduce } from "./reduce.ts";
import { after, committed, predicted, typed } from "./testing.ts";

function key(name: string, more: Partial<LineKey> = {}): LineKey {
  const code = /^\d$/.test(name) ? `Digit${name}` : name;
  return {
    key: name,
    code,
    shift: false,
    alt: false,
    control: false,
    composing: false,
    caretAtEnd: true,
    ...more,
  };
}

const shown = after(typed("find email scr", 1), predicted(1));
const settled = reduce(shown, { type: "line-settled", seq: 1 });

describe("Tab", () => {
  it("commits the first candidate", () => {
    expect(keyCommand(shown, key("Tab"))).toEqual({ do: "commit", index: 0 });
  });
  it("moves the focus as everywhere else when nothing is shown, and backwards always", () => {
    expect(keyCommand(after(typed("hm", 1)), key("Tab"))).toBeNull();
    expect(keyCommand(shown, key("Tab", { shift: true }))).toBeNull();
  });
});

describe("digits", () => {
  it("with Alt commit their rank at any time", () => {
    expect(keyCommand(shown, key("2", { alt: true }))).toEqual({ do: "commit", index: 1 });
  });
  it("alone commit once typing paused after a letter", () => {
    expect(keyCommand(settled, key("2"))).toEqual({ do: "commit", index: 1 });
  });
  it("alone are text while typing goes on", () => {
    // Fails when digitsCommit leaves `settled` out.
    expect(keyCommand(shown, key("2"))).toBeNull();
  });
  it("alone are text after a space, where a number begins", () => {
    const spaced = after(typed("top ", 1), predicted(1), { type: "line-settled", seq: 1 });
    expect(keyCommand(spaced, key("2"))).toBeNull();
  });
  it("alone are text inside the line", () => {
    expect(keyCommand(settled, key("2", { caretAtEnd: false }))).toBeNull();
  });
  it("are text where no candidate has that rank, or the list is for an older line", () => {
    expect(keyCommand(settled, key("7"))).toBeNull();
    const stale = after(typed("find", 1), predicted(1), typed("finds", 2), {
      type: "line-settled",
      seq: 2,
    });
    expect(keyCommand(stale, key("1"))).toBeNull();
  });
});

describe("Enter", () => {
  it("submits the line, or commits the marked candidate", () => {
    expect(keyCommand(shown, key("Enter"))).toEqual({ do: "submit" });
    const marked = reduce(shown, { type: "candidate-walked", to: 1 });
    expect(keyCommand(marked, key("Enter"))).toEqual({ do: "commit", index: 1 });
  });
  it("does nothing on an empty line, nor while an input method composes", () => {
    expect(keyCommand(after(), key("Enter"))).toBeNull();
    expect(keyCommand(shown, key("Enter", { composing: true }))).toBeNull();
  });
});

describe("arrows", () => {
  it("walk down into the list and back up to the line", () => {
    expect(keyCommand(shown, key("ArrowDown"))).toEqual({ do: "walk-candidates", to: 0 });
    const marked = reduce(shown, { type: "candidate-walked", to: 0 });
    expect(keyCommand(marked, key("ArrowUp"))).toEqual({ do: "walk-candidates", to: null });
  });
  it("walk up through earlier lines and bring the draft back", () => {
    const state = after(committed("t1", "first"), committed("t2", "second"), typed("dra", 3));
    expect(keyCommand(state, key("ArrowUp"))).toEqual({ do: "walk-inputs", to: 1 });
    const up = reduce(state, { type: "inputs-walked", to: 1, text: "second", seq: 4 });
    expect(up.line).toMatchObject({ text: "second", draft: "dra" });
    expect(keyCommand(up, key("ArrowDown"))).toEqual({ do: "walk-inputs", to: null });
  });
});

describe("Escape", () => {
  it("leaves the list, then cancels the running turn, then clears the line", () => {
    const running = after(committed("t1", "one"), typed("next", 2), predicted(2));
    const marked = reduce(running, { type: "candidate-walked", to: 0 });
    expect(keyCommand(marked, key("Escape"))).toEqual({ do: "walk-candidates", to: null });
    expect(keyCommand(running, key("Escape"))).toEqual({ do: "cancel", turnId: "t1" });
    expect(keyCommand(shown, key("Escape"))).toEqual({ do: "clear" });
    expect(keyCommand(after(), key("Escape"))).toBeNull();
  });
});

it("Escape clears the line while a cancel could not be sent", () => {
  const lost = after(committed("t1", "one"), typed("next", 2), {
    type: "connection-changed",
    phase: "reconnecting",
    retryAt: null,
    error: null,
  });
  expect(keyCommand(lost, key("Escape"))).toEqual({ do: "clear" });
});

describe("other keys", () => {
  it("Ctrl+E asks the orchestrator", () => {
    expect(keyCommand(shown, key("e", { control: true }))).toEqual({ do: "ask" });
  });
  it("? shows the keys on an empty line and is text otherwise", () => {
    expect(keyCommand(after(), key("?"))).toEqual({ do: "help", open: true });
    expect(keyCommand(shown, key("?"))).toBeNull();
  });
});
