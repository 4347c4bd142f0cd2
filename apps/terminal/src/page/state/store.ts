import type { Action } from "./action.ts";
import { reduce } from "./reduce.ts";
import { type InitialOptions, initialState, type TerminalState } from "./terminal-state.ts";

/** The page's state and the one way to change it. */
export interface Store {
  state(): TerminalState;
  dispatch(action: Action): void;
  /** Called after every change; returns how to stop. */
  subscribe(listener: () => void): () => void;
}

export function createStore(options: InitialOptions = {}): Store {
  let current = initialState(options);
  const listeners = new Set<() => void>();
  return {
    state: () => current,
    dispatch(action) {
      const next = reduce(current, action);
      if (next === current) return;
      current = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
