import { isSignedBy, sign } from "./sign.ts";

/** Proof that a client was given a session. Any gateway with the same secret can check it. */
export interface ResumeTokens {
  issue(tenant: string, sessionId: string): string;
  isValid(claim: { tenant: string; sessionId: string; resumeToken: string }): boolean;
}

export function createResumeTokens(secret: Buffer): ResumeTokens {
  return {
    issue: (tenant, sessionId) => sign(secret, "resume", [tenant, sessionId]),
    isValid: ({ tenant, sessionId, resumeToken }) =>
      isSignedBy(secret, "resume", { parts: [tenant, sessionId], signature: resumeToken }),
  };
}
