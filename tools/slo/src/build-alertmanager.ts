import type { Objectives } from "./objectives.ts";

interface Silence {
  source_matchers: string[];
  target_matchers: string[];
  equal?: string[];
}

/**
 * One fault, one notification: a service or a server that is away silences what that does to
 * objectives, and a faster burn the slower ones of its objective. The two receivers have no address:
 * an installation gives them theirs.
 */
export function buildAlertmanager({ burns }: Objectives) {
  const away = 'alertname=~"LiluxServiceDown|LiluxServiceAbsent"';
  const troubled = 'alertname="LiluxDependencyTroubled"';
  const speeds = burns.map(({ speed }) => speed.toLowerCase());
  const slower = speeds.slice(0, -1).map((speed, at): Silence => {
    const others = speeds.slice(at + 1).join("|");
    return {
      source_matchers: [`burn="${speed}"`],
      target_matchers: [`burn=~"${others}"`],
      equal: ["objective"],
    };
  });
  const effects = 'alertname=~"Lilux.*Burn.*|LiluxTurnsNotStored|LiluxListsLate"';
  return {
    route: {
      receiver: "ticket",
      // What has one cause, and what of one objective, is one notification.
      group_by: ["cause", "objective", "alertname"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "4h",
      routes: [{ receiver: "page", matchers: ['severity="page"'] }],
    },
    inhibit_rules: [
      { source_matchers: [away], target_matchers: [troubled], equal: ["cause"] },
      { source_matchers: [away], target_matchers: [effects] },
      { source_matchers: [troubled], target_matchers: [effects] },
      {
        source_matchers: ['alertname="LiluxTurnsNotStored"'],
        target_matchers: ['objective="turns_accepted"'],
      },
      ...slower,
    ] satisfies Silence[],
    receivers: [{ name: "page" }, { name: "ticket" }],
  };
}
