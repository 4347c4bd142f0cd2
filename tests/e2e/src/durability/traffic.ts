import { callTurns, createItems, runStamps } from "./callers.ts";
import { abandon, commitFor, person } from "./people.ts";
import { createWitnessed, type Witnessed } from "./witnessed.ts";

const PEOPLE = 3;
const CALLERS = 3;

export interface Traffic {
  witnessed: Witnessed;
  /** Commits a turn and goes away for ever, once it is accepted. */
  abandon(): Promise<void>;
  /** Lets nobody commit anything more, and waits for the requests in flight. */
  stop(): Promise<void>;
  close(): void;
}

/** People at sockets, callers of turns and of calls; some of each never come back. */
export function driveTraffic(url: string): Traffic {
  const witnessed = createWitnessed();
  const stopped = new AbortController();
  const { signal } = stopped;
  const clients = Array.from({ length: PEOPLE }, () => person(url, witnessed));
  const loops = [
    ...clients.map((client) => commitFor(client, signal)),
    ...Array.from({ length: CALLERS }, () => callTurns(url, witnessed, signal)),
    createItems(url, witnessed, signal),
    runStamps(url, witnessed, signal),
  ];
  const all = loops.map((loop) =>
    loop.catch((error: unknown) => void witnessed.broken.push(String(error))),
  );
  return {
    witnessed,
    abandon: () => abandon(url, witnessed),
    async stop() {
      stopped.abort();
      await Promise.all(all);
    },
    close() {
      stopped.abort();
      for (const client of clients) client.close();
    },
  };
}
