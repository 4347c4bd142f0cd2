import { ASKED, askedToDelete, DONE, opened } from "./scenario-parts.ts";
import type { Scenario } from "./stage.ts";

/** What a network takes, and what a client makes of it. */
export const LOST_CONNECTIONS: readonly Scenario[] = [
  {
    name: "lost-while-running",
    guarantee:
      "a connection lost in the middle of an answer is resumed where it stopped: no event twice, none missing",
    async play(stage) {
      const { network, perform, until, say, passed } = stage;
      await opened(stage);
      perform({ do: "submit", text: "explain the deploy, 界 and all", turnId: "t1" });
      say("t1", { type: "turn-start", path: "slow" }, { type: "text-delta", text: "First the " });
      await until({ offset: 3 });
      network.loseNext("text-delta");
      say("t1", { type: "text-delta", text: "tests run, " });
      await passed("text-delta", 2);
      network.cut();
      await passed("hello", 2);
      say("t1", { type: "plan-update", steps: [{ title: "explain", state: "done" }] });
      say("t1", { type: "text-delta", text: "then it ships." }, DONE);
      await until({ ended: "t1" });
      perform({ do: "ask", text: "thanks", turnId: "t2" });
      say(
        "t2",
        { type: "turn-start", path: "slow" },
        { type: "text-delta", text: "Gladly." },
        DONE,
      );
      await until({ ended: "t2" });
    },
  },
  {
    name: "unheard-commits",
    guarantee:
      "a line whose acknowledgement, or which itself, was lost is sent again under its id, and runs once",
    async play(stage) {
      const { network, perform, until, say, passed } = stage;
      await opened(stage);
      network.loseNext("turn-accepted");
      perform({ do: "submit", text: "one", turnId: "t1" });
      await passed("turn-accepted");
      network.loseNext("submit");
      perform({ do: "submit", text: "two", turnId: "t2" });
      await passed("submit", 2);
      network.cut();
      await until({ state: "reconnecting" });
      perform({ do: "ask", text: "three", turnId: "t3" });
      await until({ offset: 3 });
      for (const turnId of ["t1", "t2", "t3"]) {
        say(
          turnId,
          { type: "turn-start", path: "slow" },
          { type: "text-delta", text: turnId },
          DONE,
        );
        await until({ ended: turnId });
      }
    },
  },
  {
    name: "a-yes-on-a-lost-connection",
    guarantee:
      "a yes that the network lost is said again once the session is recovered, and counts once",
    async play(stage) {
      const { network, perform, until, say, passed } = stage;
      await askedToDelete(stage);
      network.loseNext("confirm");
      perform({ do: "confirm", turnId: "t1", callId: "c1", approve: true });
      await passed("confirm");
      network.cut();
      await passed("confirm", 2);
      say("t1", {
        type: "call-end",
        callId: "c1",
        ok: true,
        result: { status: "success" },
        durationMs: 5,
      });
      await until({ offset: 5 });
      say("t1", { ...ASKED, callId: "c2" });
      await until({ offset: 6 });
      network.cut();
      await until({ state: "reconnecting" });
      perform({ do: "confirm", turnId: "t1", callId: "c2", approve: false });
      await passed("confirm", 3);
      say("t1", DONE);
      await until({ ended: "t1" });
    },
  },
  {
    name: "a-yes-that-arrived",
    guarantee:
      "a yes that had arrived before the connection was lost is not an error when it is said again",
    async play(stage) {
      const { network, perform, until, say, passed } = stage;
      await askedToDelete(stage);
      perform({ do: "confirm", turnId: "t1", callId: "c1", approve: true });
      await passed("confirm");
      network.cut();
      await passed("error");
      say(
        "t1",
        { type: "call-end", callId: "c1", ok: true, result: { status: "success" }, durationMs: 5 },
        DONE,
      );
      await until({ ended: "t1" });
    },
  },
  {
    name: "a-hole-and-a-repeat",
    guarantee: "an event told twice is handed out once, and a missing one is asked for again",
    async play(stage) {
      const { network, perform, until, say } = stage;
      await opened(stage);
      perform({ do: "submit", text: "list it", turnId: "t1" });
      network.repeatNext("turn-start");
      say("t1", { type: "turn-start", path: "slow" });
      await until({ offset: 2 });
      network.loseNext("plan-update");
      say(
        "t1",
        { type: "plan-update", steps: [{ title: "list", state: "running" }] },
        { type: "text-delta", text: "All." },
      );
      await until({ offset: 4 });
      say("t1", DONE);
      await until({ ended: "t1" });
    },
  },
  {
    name: "a-session-that-is-gone",
    guarantee:
      "turns of a session that the server knows no more are reported lost, each as it stood, and the next ones run",
    async play(stage) {
      const { network, perform, until, say, passed, forgetEverything } = stage;
      await opened(stage);
      perform({ do: "submit", text: "one", turnId: "t1" });
      await until({ offset: 1 });
      network.loseNext("submit");
      perform({ do: "submit", text: "two", turnId: "t2" });
      await passed("submit", 2);
      network.cut();
      await forgetEverything();
      await until({ ended: "t2" });
      perform({ do: "submit", text: "three", turnId: "t3" });
      say("t3", { type: "turn-start", path: "slow" }, { type: "text-delta", text: "anew" }, DONE);
      await until({ ended: "t3" });
    },
  },
  {
    name: "a-gateway-that-restarts",
    guarantee:
      "a server that says goodbye is connected again, and a turn that ran is told to its end",
    async play(stage) {
      const { perform, until, say, passed, replaceGateway } = stage;
      await opened(stage);
      perform({ do: "submit", text: "one", turnId: "t1" });
      say("t1", { type: "turn-start", path: "slow" }, { type: "text-delta", text: "half " });
      await until({ offset: 3 });
      const replaced = replaceGateway();
      await until({ ended: "t1" });
      await replaced;
      await passed("session-start", 2);
      await until({ state: "open" });
      perform({ do: "submit", text: "two", turnId: "t2" });
      say("t2", { type: "turn-start", path: "slow" }, { type: "text-delta", text: "whole" }, DONE);
      await until({ ended: "t2" });
    },
  },
];
