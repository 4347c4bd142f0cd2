import { createServer, type IncomingMessage } from "node:http";

/** A notification that somebody got. */
export interface Notification {
  severity: "page" | "ticket";
  status: "firing" | "resolved";
  /** The alerts of it, by name and what tells them apart. */
  alerts: string[];
  /** What Alertmanager holds together as one story. */
  group: string;
  at: number;
}

export interface Notified {
  url: string;
  all: readonly Notification[];
  close(): Promise<void>;
}

interface Told {
  status: "firing" | "resolved";
  groupKey: string;
  alerts: { status: string; labels: Record<string, string> }[];
}

/** Whom Alertmanager tells: `/page` wakes somebody, `/ticket` waits for the morning. */
export async function createNotified(): Promise<Notified> {
  const all: Notification[] = [];
  const server = createServer(async (request, response) => {
    const severity = request.url === "/page" ? "page" : "ticket";
    const told = JSON.parse(await bodyOf(request)) as Told;
    const alerts = told.alerts.filter(({ status }) => status === told.status).map(nameOf);
    all.push({ severity, status: told.status, alerts, group: told.groupKey, at: Date.now() });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    all,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of request) body += String(part);
  return body;
}

function nameOf({ labels }: { labels: Record<string, string> }): string {
  const told = labels["cause"] ?? labels["stream"] ?? labels["code"];
  const name = labels["alertname"] ?? "an alert without a name";
  return told === undefined ? name : `${name} (${told})`;
}
