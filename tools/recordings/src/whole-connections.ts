import { DELETES, DONE, opened } from "./scenario-parts.ts";
import type { Scenario } from "./stage.ts";

/** What a person does while nothing is lost. */
export const WHOLE_CONNECTIONS: readonly Scenario[] = [
  {
    name: "typing-and-tab",
    guarantee:
      "of two predictions that come in the wrong order the newer one stays, and Tab commits it",
    async play(stage) {
      const { network, perform, passed, until, say } = stage;
      await opened(stage);
      network.delayNext("prediction");
      perform({ do: "type", text: "deploy to" });
      await passed("keystroke");
      perform({ do: "type", text: "deploy to staging" });
      await until({ predicted: 2 });
      perform({ do: "accept", index: 0, turnId: "t1" });
      await until({ offset: 1 });
      const run = {
        name: "execute",
        arguments: { item_type: "directive", item_id: "ship/deploy_staging", action: "run" },
      } as const;
      say(
        "t1",
        { type: "turn-start", path: "fast" },
        { type: "call-start", callId: "c1", call: run },
        { type: "call-progress", callId: "c1", text: "building", lines: 1 },
        { type: "call-end", callId: "c1", ok: true, result: { status: "success" }, durationMs: 5 },
        DONE,
      );
      await until({ ended: "t1" });
      perform({ do: "feedback", turnId: "t1", rating: "up" });
      await passed("feedback");
    },
  },
  {
    name: "cancel",
    guarantee: "a cancelled turn ends as cancelled, and the session goes on",
    async play(stage) {
      const { perform, until, say } = stage;
      await opened(stage);
      perform({ do: "ask", text: "tell me everything", turnId: "t1" });
      say(
        "t1",
        { type: "turn-start", path: "slow" },
        { type: "text-delta", text: "In the beginning " },
      );
      await until({ offset: 3 });
      perform({ do: "cancel", turnId: "t1" });
      await until({ ended: "t1" });
      perform({ do: "choose", call: DELETES, text: "delete clean_up", turnId: "t2" });
      say("t2", { type: "turn-start", path: "fast" }, DONE);
      await until({ ended: "t2" });
    },
  },
  {
    name: "take-back",
    guarantee: "what a write did is taken back by a call that names what the write left",
    async play(stage) {
      const { perform, until, say } = stage;
      await opened(stage);
      perform({ do: "submit", text: "note the tides", turnId: "t1" });
      const write = {
        name: "execute",
        arguments: {
          item_type: "knowledge",
          item_id: "tides",
          action: "update",
          parameters: { content: "High at six." },
        },
      } as const;
      const data = {
        changed: true,
        qualified_id: "sea/tides",
        source: "project",
        content_hash: "c".repeat(64),
        kept_version: "20260101T000000000Z-0123456789ab",
      };
      say(
        "t1",
        { type: "turn-start", path: "fast" },
        { type: "call-start", callId: "c1", call: write },
        {
          type: "call-end",
          callId: "c1",
          ok: true,
          result: { status: "success", data, metadata: {} },
          durationMs: 5,
        },
        DONE,
      );
      await until({ ended: "t1" });
      perform({ do: "undo", of: "t1", text: "take back: note the tides", turnId: "t2" });
      say("t2", { type: "turn-start", path: "fast" }, DONE);
      await until({ ended: "t2" });
    },
  },
  {
    name: "refusals",
    guarantee:
      "a refused commit ends its turn with the typed error, and a refused reply ends nothing",
    async play(stage) {
      const { perform, until, say } = stage;
      await opened(stage);
      perform({ do: "type", text: "deploy" });
      await until({ predicted: 1 });
      perform({ do: "accept", index: 7, turnId: "t1" });
      await until({ ended: "t1" });
      perform({ do: "submit", text: "one", turnId: "t2" });
      await until({ offset: 1 });
      perform({ do: "confirm", turnId: "t2", callId: "nobody-asked", approve: true });
      await until({ errors: 2 });
      say("t2", { type: "turn-start", path: "slow" });
      say("t2", {
        type: "turn-end",
        outcome: "failed",
        error: {
          code: "llm_unavailable",
          message: "The language model does not answer.",
          retryable: true,
        },
      });
      await until({ ended: "t2" });
    },
  },
];
