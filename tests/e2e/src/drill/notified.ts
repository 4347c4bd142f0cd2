import { bodyOf, serveLocally } from "@lilux/testkit";

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
  const { url, close } = await serveLocally(async (request, response) => {
    const severity = request.url === "/page" ? "page" : "ticket";
    const told = JSON.parse(await bodyOf(request)) as Told;
    const alerts = told.alerts.filter(({ status }) => status === told.status).map(nameOf);
    all.push({ severity, status: told.status, alerts, group: told.groupKey, at: Date.now() });
    response.end();
  });
  return { url, all, close };
}

function nameOf({ labels }: { labels: Record<string, string> }): string {
  const told = labels["cause"] ?? labels["stream"] ?? labels["code"];
  const name = labels["alertname"] ?? "an alert without a name";
  return told === undefined ? name : `${name} (${told})`;
}
