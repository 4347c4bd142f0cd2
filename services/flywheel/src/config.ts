import { TextEnum } from "@lilux/protocol";
import {
  flywheelDatabaseSettings,
  processSettings,
  readSettings,
  type SettingsOf,
  setting,
} from "@lilux/runtime";
import { Type } from "typebox";

export const flywheelSettings = {
  ...processSettings(9096),
  ...flywheelDatabaseSettings,
  keptDays: setting(
    "LILUX_FLYWHEEL_DAYS",
    "How long a turn is kept for training, in days.",
    Type.Integer({ minimum: 1, maximum: 3_650 }),
    { default: 365 },
  ),
  artefacts: setting(
    "LILUX_FLYWHEEL_ARTEFACTS",
    "A folder that models' files are kept in, named by their hashes. A backup of the database does not hold it.",
    Type.String({ minLength: 1 }),
    { defaultText: "none: they are kept in the database" },
  ),
  artefactsMibMax: setting(
    "LILUX_FLYWHEEL_ARTEFACTS_MIB_MAX",
    "How large that folder may become, in MiB. A model that does not fit is refused.",
    Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    { default: 1_024 },
  ),
  inFlightMax: setting(
    "LILUX_FLYWHEEL_IN_FLIGHT_MAX",
    "How many interactions are taken in at once.",
    Type.Integer({ minimum: 1, maximum: 1_000 }),
    { default: 4 },
  ),
  datasetTurnsMax: setting(
    "LILUX_FLYWHEEL_DATASET_TURNS_MAX",
    "The newest turns of a tenant that one dataset is made of, at most.",
    Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    { default: 100_000 },
  ),
  evaluationSets: setting(
    "LILUX_FLYWHEEL_EVALUATION_SETS",
    "Folders and JSONL files of lines that models are judged by, with commas between them: no dataset has a row that is nearly one of them.",
    Type.String(),
    {
      defaultText: "those of the checkout, where it is one",
      read: (paths) =>
        paths
          .split(",")
          .map((path) => path.trim())
          .filter((path) => path !== ""),
    },
  ),
  gateConfidence: setting(
    "LILUX_FLYWHEEL_GATE_CONFIDENCE",
    "How sure it has to be that a candidate is better than the live model before it is tried on anybody, in percent.",
    Type.Integer({ minimum: 50, maximum: 99 }),
    { default: 95 },
  ),
  gateCasesMin: setting(
    "LILUX_FLYWHEEL_GATE_CASES_MIN",
    "Lines that a candidate has to be judged by.",
    Type.Integer({ minimum: 1, maximum: 2_000 }),
    { default: 50 },
  ),
  canaryTurnsMin: setting(
    "LILUX_FLYWHEEL_CANARY_TURNS_MIN",
    "Turns that a canary has to have answered before it may become live.",
    Type.Integer({ minimum: 0, maximum: 100_000 }),
    { default: 100 },
  ),
  actErrorPercent: setting(
    "LILUX_FLYWHEEL_ACT_ERROR_PERCENT",
    "Of calls that Enter runs at once, the share that may be wrong where a tenant has its own bar fitted, in percent.",
    Type.Number({ minimum: 0.1, maximum: 20 }),
    { default: 2 },
  ),
  mlflowUrl: setting(
    "MLFLOW_TRACKING_URI",
    "An MLflow server that is told of training runs and what came of them, such as http://localhost:5000. What it does not take is left out.",
    Type.String(),
    { defaultText: "none", read: readHttpUrl },
  ),
  mlflowToken: setting(
    "MLFLOW_TRACKING_TOKEN",
    "What MLflow is shown as a bearer token. It is a secret.",
    Type.String({ minLength: 1 }),
    { defaultText: "none" },
  ),
  fit: setting(
    "LILUX_FLYWHEEL_FIT",
    "Whether a ranker is fitted each night for every tenant that agreed and sent something new: off; candidates, which the gate judges and which then wait for a person; stages, which go on by themselves to shadow, canary and live.",
    TextEnum(["off", "candidates", "stages"]),
    { default: "off" },
  ),
  fitHour: setting(
    "LILUX_FLYWHEEL_FIT_HOUR",
    "The hour of the night at which that begins, UTC.",
    Type.Integer({ minimum: 0, maximum: 23 }),
    { default: 3 },
  ),
  fitCanaryPercent: setting(
    "LILUX_FLYWHEEL_FIT_CANARY_PERCENT",
    "Of a tenant's sessions that a canary answers which goes on by itself, in percent.",
    Type.Integer({ minimum: 1, maximum: 50 }),
    { default: 10 },
  ),
  watchMs: setting(
    "LILUX_FLYWHEEL_WATCH_MS",
    "How often it is looked at what turns say of a canary, in ms.",
    Type.Integer({ minimum: 100, maximum: 3_600_000 }),
    { default: 5_000 },
  ),
};

export type FlywheelConfig = SettingsOf<typeof flywheelSettings>;

function readHttpUrl(value: string): string {
  if (/^https?:\/\//.test(value) && URL.canParse(value)) return value;
  throw new Error("must be an address that begins with http:// or https://");
}

/** Throws `config_invalid` naming every variable that cannot be used. */
export function flywheelConfig(env: Readonly<Record<string, string | undefined>>): FlywheelConfig {
  return readSettings(flywheelSettings, env);
}
