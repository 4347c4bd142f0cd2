import { createContext } from "preact";
import { useContext, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import type { Controller } from "../session/controller.ts";
import type { Store } from "../state/store.ts";
import type { TerminalState } from "../state/terminal-state.ts";

/** What every part of the page is handed. */
export interface Terminal {
  store: Store;
  controller: Controller;
}

export const TerminalContext = createContext<Terminal | null>(null);

export function useController(): Controller {
  return useTerminal().controller;
}

/**
 * A piece of the state. The component renders again only when that piece is
 * another object, so typing never touches the history.
 */
export function useSelected<T>(select: (state: TerminalState) => T): T {
  const { store } = useTerminal();
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  const value = select(store.state());
  const shown = useRef(value);
  shown.current = value;
  const latest = useRef(select);
  latest.current = select;
  useLayoutEffect(
    () =>
      store.subscribe(() => {
        if (latest.current(store.state()) !== shown.current) renderAgain(0);
      }),
    [store],
  );
  return value;
}

function useTerminal(): Terminal {
  const terminal = useContext(TerminalContext);
  if (terminal === null) throw new Error("This component stands outside the terminal.");
  return terminal;
}
