import { assertTenant, LiluxError } from "@lilux/protocol";

const SESSION = /^[A-Za-z0-9_-]{1,128}$/;

/** The only place where keys are made. The session is hash-tagged: its keys share a slot. */
export const keys = {
  context: (tenant: string, session: string) => build("context", tenant, session),
  history: (tenant: string, session: string) => build("history", tenant, session),
} as const;

function build(kind: string, tenant: string, session: string): string {
  if (!SESSION.test(session)) {
    throw new LiluxError("internal", { cause: new Error("a session id outside [A-Za-z0-9_-]") });
  }
  return `lilux:v1:${kind}:${assertTenant(tenant)}:{${session}}`;
}
