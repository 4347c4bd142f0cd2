import type { BudgetNotice } from "@lilux/protocol";
import { useEffect, useState } from "preact/hooks";
import type { Connection } from "../state/terminal-state.ts";
import { budgetSentence } from "../text/budget-sentence.ts";
import { useController, useSelected } from "./terminal-context.ts";

/** What is wrong with the connection, or an error of no turn. Lies over the page's foot. */
export function Toast() {
  const controller = useController();
  const connection = useSelected((state) => state.connection);
  const notice = useSelected((state) => state.notice);
  const budget = useSelected((state) => state.budgets[0]);
  if (connection.phase === "reconnecting" || connection.phase === "closed") {
    return <ConnectionToast connection={connection} />;
  }
  if (connection.phase === "connecting" && connection.error !== null) {
    return <ConnectionToast connection={connection} />;
  }
  if (notice === null) return budget === undefined ? null : <BudgetToast budget={budget} />;
  return (
    <div class="toast toast-notice" role="status">
      <p>
        <strong>{notice.message}</strong> <code class="quiet">{notice.code}</code>
      </p>
      <button type="button" class="button" onClick={() => controller.dismissNotice()}>
        Dismiss
      </button>
    </div>
  );
}

/** It is told this once, so it stays until somebody says that they read it. */
function BudgetToast({ budget }: { budget: BudgetNotice }) {
  const controller = useController();
  return (
    <div class="toast" role="status">
      <p>{budgetSentence(budget)}</p>
      <button type="button" class="button" onClick={() => controller.dismissBudget()}>
        I know
      </button>
    </div>
  );
}

function ConnectionToast({ connection }: { connection: Connection }) {
  const seconds = useSecondsUntil(connection.retryAt);
  const waiting = useSelected(
    (state) => state.turns.filter(({ phase }) => phase === "sending").length,
  );
  if (connection.phase === "closed") {
    return (
      <div class="toast toast-error">
        <p>
          <strong>Disconnected.</strong> {connection.error?.message ?? "The session has ended."}{" "}
          Reload the page to start again; what is shown here is kept until then.
        </p>
      </div>
    );
  }
  const lead = connection.everOpen ? "Reconnecting" : "No connection yet, trying again";
  return (
    <div class="toast toast-reconnecting">
      <p>
        <strong>
          {lead}
          {seconds > 0 ? ` in ${seconds} s` : "…"}
        </strong>{" "}
        <span class="quiet">
          Your line and history are kept, and running turns go on at the server.
          {waiting > 0 &&
            ` ${waiting} committed ${waiting === 1 ? "line is" : "lines are"} sent once connected.`}
        </span>
      </p>
    </div>
  );
}

function useSecondsUntil(at: number | null): number {
  const [now, setNow] = useState(performance.now());
  useEffect(() => {
    if (at === null) return;
    setNow(performance.now());
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, [at]);
  return at === null ? 0 : Math.max(0, Math.ceil((at - now) / 1_000));
}
