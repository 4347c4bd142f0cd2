import type { McpApprovals } from "@lilux/mcp";
import { Approval, ApprovalState, createParser, LiluxError } from "@lilux/protocol";
import { Type } from "typebox";
import type { RestClient } from "./rest-client.ts";

const WHAT = "the instance's answer";
const Me = Type.Object({
  person: Type.String(),
  verbs: Type.Array(Type.String()),
  secondPerson: Type.Optional(Type.Array(Type.String())),
});
const parsers = {
  me: createParser(Me, WHAT, "internal"),
  waiting: createParser(Type.Object({ waiting: Type.Array(Approval) }), WHAT, "internal"),
  state: createParser(ApprovalState, WHAT, "internal"),
};

/** A host lists tools before it does anything else, and is not kept for an instance that starts. */
const LISTED_WITHIN_MS = 5_000;
const DEADLINE_MS = 10_000;

/** What approvers do at a running instance, through its REST door; who they are the credential says. */
export function createRestApprovals(client: Pick<RestClient, "request">): McpApprovals {
  const get = (path: string, deadlineMs = DEADLINE_MS) => client.request({ path, deadlineMs });

  async function waitingFor(): Promise<Approval[]> {
    return parsers.waiting.parse(await get("/v1/approvals")).waiting;
  }

  return {
    waitingFor,
    async mayApprove() {
      try {
        const { verbs, secondPerson = [] } = parsers.me.parse(
          await get("/v1/me", LISTED_WITHIN_MS),
        );
        return verbs.includes("approve") && secondPerson.length > 0;
      } catch {
        // The tools are there all the same for who calls them by name.
        return false;
      }
    },
    async toAnswer(_by, approvalId) {
      const found = (await waitingFor()).find((one) => one.approvalId === approvalId);
      if (found !== undefined) return found;
      throw await whyNot(approvalId);
    },
    async answer(_by, { approvalId, ...body }) {
      const path = `/v1/approvals/${encodeURIComponent(approvalId)}`;
      await client.request({ method: "POST", path, body, deadlineMs: DEADLINE_MS });
    },
  };

  /** Those that wait and are not listed are one's own. */
  async function whyNot(approvalId: string): Promise<LiluxError> {
    try {
      const answer = await get(`/v1/approvals/${encodeURIComponent(approvalId)}`);
      const { state } = parsers.state.parse(answer);
      if (state === "waiting") return new LiluxError("second_person_required");
      return new LiluxError("approval_over", { details: { state } });
    } catch (thrown) {
      const error = LiluxError.from(thrown);
      return error.code === "not_found" ? new LiluxError("approval_over") : error;
    }
  }
}
