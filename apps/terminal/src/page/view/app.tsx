import { useCallback } from "preact/hooks";
import type { TerminalState } from "../state/terminal-state.ts";
import { Announcer } from "./announcer.tsx";
import { Approvals } from "./approvals.tsx";
import { Composer } from "./composer.tsx";
import { ContextPanel } from "./context-panel.tsx";
import { Header } from "./header.tsx";
import { KeyHelp } from "./key-help.tsx";
import { usePageKeys } from "./page-keys.ts";
import { type Terminal, TerminalContext } from "./terminal-context.ts";
import { Toast } from "./toast.tsx";
import { Transcript } from "./transcript.tsx";

export interface AppProps extends Terminal {
  scroll(pages: number): void;
}

/** The whole page. It renders once; its parts select what they show. */
export function App({ store, controller, scroll }: AppProps) {
  const read = useCallback((): TerminalState => store.state(), [store]);
  usePageKeys({ controller, read });
  return (
    <TerminalContext value={{ store, controller }}>
      <div class="page">
        <Header />
        <div class="body">
          <div class="column">
            <Composer read={read} scroll={scroll} />
            <Approvals />
            <Transcript />
          </div>
          <ContextPanel />
        </div>
        <Toast />
        <KeyHelp />
        <Announcer />
      </div>
    </TerminalContext>
  );
}
