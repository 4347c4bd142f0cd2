import { assertTenant, LiluxError } from "@lilux/protocol";

const PREFIX = "lilux.v1";
const TOKEN = /^[A-Za-z0-9_-]{1,128}$/;

/** The only place where subjects are made. Session ids are our own, and checked all the same. */
export const subjects = {
  keystroke: (tenant: string, session: string) => build(tenant, "keystroke", session),
  turn: (tenant: string, session: string) => build(tenant, "turn", session),
  event: (tenant: string, session: string) => build(tenant, "event", session),
  /** Asks whichever gateway holds a session to let go of it. */
  handover: (tenant: string, session: string) => build(tenant, "handover", session),
  context: (tenant: string, session: string) => build(tenant, "context", session),
  interaction: (tenant: string) => build(tenant, "interaction"),
  /** Decisions of the tool core. */
  audit: (tenant: string) => build(tenant, "audit"),
  library: (tenant: string) => build(tenant, "library"),
  embed: (tenant: string) => build(tenant, "embed"),
  /** The same of every tenant, for services that serve all of them. */
  ofAll: (kind: "keystroke" | "turn" | "event" | "context" | "handover") => `${PREFIX}.*.${kind}.*`,
  ofAllTenants: (kind: "interaction" | "audit" | "library" | "embed") => `${PREFIX}.*.${kind}`,
} as const;

function build(tenant: string, kind: string, session?: string): string {
  const head = `${PREFIX}.${assertTenant(tenant)}.${kind}`;
  if (session === undefined) return head;
  if (!TOKEN.test(session)) {
    throw new LiluxError("internal", { cause: new Error("a session id outside [A-Za-z0-9_-]") });
  }
  return `${head}.${session}`;
}
