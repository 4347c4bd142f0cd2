import type {
  KeyRecord,
  KeyScope,
  PersonRecord,
  Role,
  SignIn,
  StorageBytes,
  Tenant,
  TenantLimitsGiven,
  TenantRecord,
  TenantSettings,
  TenantSettingsChange,
  TenantState,
} from "@lilux/protocol";

/** Who does something to a tenant, and when. It is put on record in the same transaction. */
export interface Act {
  actor: string;
  /** Unix milliseconds. */
  at: number;
}

export interface NewTenant {
  tenant: Tenant;
  plan: string;
  limits: TenantLimitsGiven;
  settings: TenantSettings;
}

export interface TenantChange {
  state?: Exclude<TenantState, "deleting"> | undefined;
  plan?: string | undefined;
  limits?: TenantLimitsGiven | undefined;
  settings?: TenantSettings | undefined;
  /** Of its settings only these, whatever the others are; null takes one back. Not beside `settings`. */
  settingsChange?: TenantSettingsChange | undefined;
  signIn?: SignIn | null | undefined;
}

export interface StoredNewKey {
  tenant: Tenant;
  keyId: string;
  /** In hexadecimal digits. The key itself is never stored. */
  secretSha256: string;
  name: string;
  scopes: KeyScope[];
  person: string | null;
  expiresAt: number | null;
}

/** What is needed to let in whoever brings a key. */
export interface KeyForEntry extends KeyRecord {
  tenant: Tenant;
  secretSha256: string;
  tenantState: TenantRecord["state"];
  /** Of the person whose key it is: undefined of a machine's; of one who is gone or suspended, `none`. */
  roleOfPerson: Role | "none" | undefined;
}

export interface NewPerson extends Omit<PersonRecord, "createdAt"> {
  tenant: Tenant;
}

/** What is counted once by its name, however often it is told. */
export interface CountedUse {
  tenant: Tenant;
  name: string;
  person: string;
  at: number;
  predictions?: number;
  scriptMs?: number;
}

/** What a tenant keeps, as it was measured. */
export interface MeasuredStorage {
  tenant: Tenant;
  /** Unix milliseconds. */
  at: number;
  bytes: StorageBytes;
}

/** What was taken, each time that it was taken. */
export interface TakenTotals {
  turns: number;
  calls: number;
  promptTokens: number;
  completionTokens: number;
  predictions: number;
  scriptMs: number;
}

export interface MonthTotals extends TakenTotals {
  /** Of what was kept. */
  byteHours: number;
}

/** What one turn took. */
export interface CountedTurn {
  tenant: Tenant;
  sessionId: string;
  turnId: string;
  person: string;
  at: number;
  calls: number;
  promptTokens: number;
  completionTokens: number;
}
