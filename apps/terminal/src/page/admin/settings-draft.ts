import type { Effect, TenantSettings, TenantSettingsChange } from "@lilux/protocol";

export const EFFECTS = ["destructive", "write", "read"] as const satisfies readonly Effect[];

/** What one may choose by a word; the empty word is what holds where nobody chose. */
export const CHOICES = {
  thresholds: ["fitted", "standard", "strict"],
  speculation: ["on", "off"],
  consent: ["none", "metrics", "redacted", "full"],
} as const;
export type ChosenName = keyof typeof CHOICES;

export const LISTED = ["scriptPackages", "scriptHosts"] as const;
export type ListedName = (typeof LISTED)[number];

/** A tenant's settings as a form holds them: texts, and the empty one where nothing is set. */
export interface SettingsDraft {
  approvals: Record<Effect, string>;
  chosen: Record<ChosenName, string>;
  /** Undefined: all classes of scripts run. */
  scriptEffects: readonly Effect[] | undefined;
  /** A name a line. Undefined: all that the server allows. */
  listed: Record<ListedName, string | undefined>;
  modelPool: string;
  adapter: string;
  retentionDays: string;
}

export function draftOf(settings: TenantSettings): SettingsDraft {
  const { approvals = {}, modelPool = "", adapter = "", retention, scriptEffects } = settings;
  return {
    approvals: {
      destructive: approvals.destructive ?? "",
      write: approvals.write ?? "",
      read: approvals.read ?? "",
    },
    chosen: {
      thresholds: settings.thresholds ?? "",
      speculation: settings.speculation ?? "",
      consent: settings.consent ?? "",
    },
    scriptEffects,
    listed: {
      scriptPackages: settings.scriptPackages?.join("\n"),
      scriptHosts: settings.scriptHosts?.join("\n"),
    },
    modelPool,
    adapter,
    retentionDays: retention === undefined ? "" : String(retention.days),
  };
}

/** What a draft changes, and nothing else: what somebody else set meanwhile stays. Undefined for nothing. */
export function changeOf(
  draft: SettingsDraft,
  before: TenantSettings,
): TenantSettingsChange | undefined {
  const after = settingsIn(draft);
  const was = settingsIn(draftOf(before));
  const names = Object.keys(after).filter(
    (name) => JSON.stringify(after[name]) !== JSON.stringify(was[name]),
  );
  if (names.length === 0) return undefined;
  // The server says what is no value of one.
  return Object.fromEntries(names.map((name) => [name, after[name] ?? null]));
}

function settingsIn(draft: SettingsDraft): Record<string, unknown> {
  const { approvals, chosen, listed, retentionDays } = draft;
  const rules = Object.entries(approvals).filter(([, rule]) => rule !== "");
  const days = retentionDays.trim();
  return {
    approvals: rules.length === 0 ? undefined : Object.fromEntries(rules),
    thresholds: chosen.thresholds || undefined,
    speculation: chosen.speculation || undefined,
    consent: chosen.consent || undefined,
    scriptEffects: draft.scriptEffects && [...draft.scriptEffects],
    scriptPackages: namesIn(listed.scriptPackages),
    scriptHosts: namesIn(listed.scriptHosts),
    modelPool: draft.modelPool.trim() || undefined,
    adapter: draft.adapter.trim() || undefined,
    retention: days === "" ? undefined : { days: Number(days) },
  };
}

function namesIn(text: string | undefined): string[] | undefined {
  return text?.split(/[\s,]+/).filter((name) => name !== "");
}
