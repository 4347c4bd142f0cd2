import { assertTenant, LiluxError, type Tenant } from "@lilux/protocol";

const PREFIX = "lilux.v1";
const TOKEN = /^[A-Za-z0-9_-]{1,128}$/;

/** The only place where subjects are made. Session ids are our own, and checked all the same. */
export const subjects = {
  keystroke: (tenant: Tenant, session: string) => build(tenant, "keystroke", session),
  turn: (tenant: Tenant, session: string) => build(tenant, "turn", session),
  event: (tenant: Tenant, session: string) => build(tenant, "event", session),
  /** Asks whichever gateway holds a session to let go of it. */
  handover: (tenant: Tenant, session: string) => build(tenant, "handover", session),
  /** That a turn is being run, or that it has ended, for whoever would otherwise end it. */
  turnNews: (tenant: Tenant, session: string) => build(tenant, "turn-news", session),
  /** Which calls of the tenant wait for a second person, and what became of them. */
  approval: (tenant: Tenant) => build(tenant, "approval"),
  /** An approver's answer, for the gateway that asked. */
  approvalAnswer: (tenant: Tenant, holder: string) => build(tenant, "approval-answer", holder),
  /** Those of every tenant, for one gateway. */
  approvalAnswers: (holder: string) => `${PREFIX}.*.approval-answer.${token(holder)}`,
  context: (tenant: Tenant, session: string) => build(tenant, "context", session),
  interaction: (tenant: Tenant) => build(tenant, "interaction"),
  /** Decisions of the tool core. */
  audit: (tenant: Tenant) => build(tenant, "audit"),
  /** One call of the tool core, under a name made of its id. */
  call: (tenant: Tenant, name: string) => build(tenant, "call", name),
  library: (tenant: Tenant) => build(tenant, "library"),
  embed: (tenant: Tenant) => build(tenant, "embed"),
  /** What followed what in the tenant's sessions. */
  habit: (tenant: Tenant) => build(tenant, "habit"),
  /** What the tenant's lines taught its router. */
  lesson: (tenant: Tenant) => build(tenant, "lesson"),
  /** That there is a new one. */
  learnt: (tenant: Tenant) => build(tenant, "learnt"),
  /** What a model wrote for the tenant's items. */
  phrasing: (tenant: Tenant) => build(tenant, "phrasing"),
  /** Asks an orchestrator to write for items, or what was written. */
  teach: (tenant: Tenant) => build(tenant, "teach"),
  /** Consent, kept turns and datasets of the tenant. */
  flywheel: (tenant: Tenant) => build(tenant, "flywheel"),
  /** Which models answer the tenant. */
  deployment: (tenant: Tenant) => build(tenant, "deployment"),
  /** That it is another one now. */
  deployed: (tenant: Tenant) => build(tenant, "deployed"),
  /** Asks a router how a candidate reads lines. */
  trial: (tenant: Tenant) => build(tenant, "trial"),
  /** Asks one part of the server to delete what it holds of the tenant. */
  deletion: (tenant: Tenant, part: string) => build(tenant, "deletion", part),
  /** That the tenant is being deleted: whoever holds something of it in memory lets go. */
  gone: (tenant: Tenant) => build(tenant, "gone"),
  /** A keystroke for one member of the group that answers them, rather than for any. */
  keystrokeTo: (replica: string, tenant: Tenant, session: string) =>
    `${build(tenant, "keystroke", session)}.${token(replica)}`,
  /** What members of a group that can all do the same say about themselves. */
  replicas: (group: string) => `lilux.replicas.${token(group)}`,
  /** The same of every tenant, for services that serve all of them. */
  ofAll: (
    kind:
      | "keystroke"
      | "turn"
      | "event"
      | "context"
      | "handover"
      | "turn-news"
      | "call"
      | "approval-answer",
  ) => `${PREFIX}.*.${kind}.*`,
  /** What one part of the server is asked to delete, of every tenant. */
  deletions: (part: string) => `${PREFIX}.*.deletion.${part === "*" ? part : token(part)}`,
  ofAllTenants: (
    kind:
      | "interaction"
      | "approval"
      | "audit"
      | "library"
      | "embed"
      | "lesson"
      | "habit"
      | "learnt"
      | "phrasing"
      | "teach"
      | "flywheel"
      | "deployment"
      | "deployed"
      | "trial"
      | "gone",
  ) => `${PREFIX}.*.${kind}`,
  /** `*`: to each of them. */
  keystrokesTo: (replica: string) =>
    `${PREFIX}.*.keystroke.*.${replica === "*" ? replica : token(replica)}`,
} as const;

/** The head of every subject of a tenant, and of no other's. */
export function subjectsOfTenant(tenant: Tenant): string {
  return `${PREFIX}.${assertTenant(tenant)}.`;
}

function build(tenant: Tenant, kind: string, session?: string): string {
  const head = `${PREFIX}.${assertTenant(tenant)}.${kind}`;
  return session === undefined ? head : `${head}.${token(session)}`;
}

function token(text: string): string {
  if (TOKEN.test(text)) return text;
  throw new LiluxError("internal", { cause: new Error("a name outside [A-Za-z0-9_-]") });
}
