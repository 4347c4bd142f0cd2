import { describe, expect, it } from "vitest";
import { enterHint } from "./enter-hint.ts";
import { keyCommand } from "./key-command.ts";
import { reduce } from "./reduce.ts";
import { after, committed, key, predicted, typed } from "./testing.ts";

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

describe("another key to accept with", () => {
  const chosen = (key: "ArrowRight" | "Control+Enter") =>
    reduce(shown, { type: "accept-key-chosen", key });
  const first = { do: "commit", index: 0 };

  it("commits the first candidate in Tab's place, and Tab moves the focus", () => {
    expect(keyCommand(chosen("ArrowRight"), key("ArrowRight", { caretAtEnd: true }))).toEqual(
      first,
    );
    expect(keyCommand(chosen("Control+Enter"), key("Enter", { control: true }))).toEqual(first);
    for (const other of ["ArrowRight", "Control+Enter"] as const) {
      expect(keyCommand(chosen(other), key("Tab"))).toBeNull();
    }
  });

  it("is a key like any other within the text, and Enter alone stays Enter", () => {
    expect(keyCommand(chosen("ArrowRight"), key("ArrowRight", { caretAtEnd: false }))).toBeNull();
    expect(keyCommand(chosen("Control+Enter"), key("Enter"))).toEqual({ do: "submit" });
  });
});

describe("digits", () => {
  it("with Alt commit their rank at any time", () => {
    expect(keyCommand(shown, key("2", { rankModifier: true }))).toEqual({ do: "commit", index: 1 });
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

describe("keys of other layouts", () => {
  const rows: [layout: string, writes: string][] = [
    ["French", "&é\"'(-è_ç"],
    ["Czech", "+ěščřžýáí"],
    ["Slovak", "+ľščťžýáí"],
    ["Lithuanian", "ąčęėįšųū"],
    ["Vietnamese", "ăâêôồốđ₫ơ"],
    ["Turkish Q with Shift", "!'^+%&/()"],
    ["German with Shift", '!"§$%&/()'],
    ["Mac, US, Option", "¡™£¢∞§¶•ª"],
    ["Mac, German, Option", "¡“¶¢[]|{}"],
    ["Mac, French, Option", "ë“‘{¶«¡Ç"],
    ["Persian", "۱۲۳۴۵۶۷۸۹"],
  ];
  it.each(rows)("%s: what the digit row writes is text, unless it is a digit", (_name, writes) => {
    // Fails when the physical key decides.
    for (const [index, name] of [...writes].entries()) {
      const command = keyCommand(settled, key(name, { code: `Digit${index + 1}` }));
      expect(command, name).toBeNull();
    }
  });
  it("a digit typed with Shift, AltGr or a number pad chooses as a digit does", () => {
    const first = { do: "commit", index: 0 };
    expect(keyCommand(settled, key("1", { shift: true, plain: "&" }))).toEqual(first);
    expect(keyCommand(settled, key("1", { plain: "ą" }))).toEqual(first);
    expect(keyCommand(settled, key("1", { code: "Numpad1" }))).toEqual(first);
    expect(keyCommand(settled, key("1", { code: "Digit5", shift: true }))).toEqual(first);
    expect(keyCommand(shown, key("1", { shift: true, plain: "&" }))).toBeNull();
  });
  it("the number pad without its digits moves the caret", () => {
    expect(keyCommand(settled, key("End", { code: "Numpad1" }))).toBeNull();
  });
  it("a dead key begins a character", () => {
    for (const rankModifier of [false, true]) {
      expect(keyCommand(settled, key("Dead", { code: "Digit2", rankModifier }))).toBeNull();
    }
  });
  it("Alt and a key of the digit row choose where it holds letters or signs", () => {
    const pressed = (name: string, plain: string | null) =>
      keyCommand(settled, key(name, { code: "Digit2", plain, rankModifier: true }));
    const second = { do: "commit", index: 1 };
    expect(pressed("é", "é")).toEqual(second);
    expect(pressed("é", null)).toEqual(second);
    expect(pressed('"', '"')).toEqual(second);
  });
  it("Alt chooses nothing where it writes another sign than the key alone", () => {
    const written = { code: "Digit2", plain: "2", rankModifier: true };
    for (const name of ["[", "™", "@", "“", "€"]) {
      expect(keyCommand(settled, key(name, written)), name).toBeNull();
    }
  });
  it("Alt and the number pad enter a character by its code", () => {
    expect(keyCommand(settled, key("2", { code: "Numpad2", rankModifier: true }))).toBeNull();
  });
  it("Ctrl and E ask by the letter, and by its place where there are no Latin letters", () => {
    const ask = { do: "ask" };
    expect(keyCommand(shown, key("e", { code: "KeyD", control: true }))).toEqual(ask);
    expect(keyCommand(shown, key("у", { code: "KeyE", control: true }))).toEqual(ask);
    expect(keyCommand(shown, key("f", { code: "KeyE", control: true }))).toBeNull();
  });
});

describe("a line that is too long", () => {
  const long = after(typed(`${"word ".repeat(1_700)}END`, 1));
  it("is neither sent nor cut, and the hint says by how much", () => {
    // Fails when canCommit leaves isTooLong out.
    expect(long.line.text).toMatch(/END$/);
    expect(keyCommand(long, key("Enter"))).toBeNull();
    expect(keyCommand(long, key("e", { control: true }))).toBeNull();
    expect(enterHint(long)).toEqual({
      does: "refuse",
      excess: { characters: 8_503, charactersOver: 503, bytesOver: 0 },
    });
  });
  it("is one whose frame would be too large, though its characters are few", () => {
    const chinese = after(typed("字".repeat(7_000), 1));
    expect(enterHint(chinese)).toMatchObject({ does: "refuse", excess: { charactersOver: 0 } });
    expect(enterHint(after(typed("字".repeat(5_000), 1)))).toEqual({ does: "wait" });
  });
  it("takes its list away, and has it back once it fits", () => {
    const cut = after(typed("find email scr", 1), predicted(1), typed("x".repeat(9_000), 2));
    expect(cut.prediction).toBeNull();
    expect(keyCommand(after(typed("find", 3)), key("Enter"))).toEqual({ do: "submit" });
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
  it("F1 shows the keys, and ? is text: it begins a question", () => {
    expect(keyCommand(after(), key("F1"))).toEqual({ do: "help", open: true });
    expect(keyCommand(after(), key("?"))).toBeNull();
  });
});
