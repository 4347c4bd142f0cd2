import type { Objectives } from "./objectives.ts";

interface Silence {
  source_matchers: string[];
  target_matchers: string[];
  equal?: string[];
}

/** Who is told, where the file is made for one place. */
export type ReceivedBy = (name: string) => object;

/**
 * One fault, one notification: a service or a server that is away silences what that does to
 * objectives, and a faster burn the slower ones of its objective. The two receivers have no address:
 * an installation gives them theirs.
 */
export function buildAlertmanager(
  { burns, objectives, alerts }: Objectives,
  receivedBy: ReceivedBy = () => ({}),
) {
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
  const effects = [
    ...objectives.map(({ name, causedBy }) => [`objective="${name}"`, causedBy] as const),
    ...alerts.flatMap(({ alert, hushed }) =>
      hushed === undefined ? [] : [[`alertname="${alert}"`, hushed.by] as const],
    ),
  ].map(
    ([target, causes]): Silence => ({
      source_matchers: [`cause=~"${causes.join("|")}"`],
      target_matchers: [target],
    }),
  );
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
      ...effects,
      {
        source_matchers: ['alertname="LiluxTurnsNotStored"'],
        target_matchers: ['objective="turns_accepted"'],
      },
      ...slower,
    ] satisfies Silence[],
    receivers: ["page", "ticket"].map((name) => ({ name, ...receivedBy(name) })),
  };
}
