import { expect, test } from "vitest";
import { openDoors } from "./open-doors.ts";

const closed = {
  natsUrl: "nats://nats:4222",
  natsUser: "gateway",
  redisUrl: "redis://someone:word@redis:6379",
  redisUser: undefined,
  kiwiSecret: undefined,
  kiwiSecretFile: "s3cret-of-kiwi",
  orchestratorSecret: "s3cret-of-the-orchestrator",
  orchestratorSecretFile: undefined,
};

test("a neighbour that is used without a credential is named by the setting that is missing", () => {
  expect(openDoors(closed)).toEqual([]);
  expect(openDoors({ ...closed, natsUser: undefined })).toEqual(["LILUX_NATS_USER"]);
  expect(openDoors({ ...closed, redisUrl: "redis://redis:6379" })).toEqual(["LILUX_REDIS_USER"]);
  expect(openDoors({ ...closed, kiwiSecretFile: undefined })).toEqual(["LILUX_KIWI_SECRET_FILE"]);
  expect(openDoors({ ...closed, orchestratorSecret: undefined })).toEqual([
    "LILUX_ORCHESTRATOR_SECRET_FILE",
  ]);
  // A service without that neighbour has nothing to say about it.
  expect(openDoors({})).toEqual([]);
});
