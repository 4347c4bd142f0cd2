import { minutesOf } from "./build-rules.ts";
import type { Burn, Objective } from "./objectives.ts";

export interface RuleTests {
  rule_files: string[];
  evaluation_interval: string;
  tests: RuleTest[];
}

interface RuleTest {
  name: string;
  interval: string;
  input_series: { series: string; values: string }[];
  alert_rule_test: { eval_time: string; alertname: string; exp_alerts: object[] }[];
}

/** So often is measured and judged: short enough for the shortest window of the burn. */
const EVERY_MINUTES: Readonly<Record<Burn["speed"], number>> = {
  Fast: 2,
  Steady: 10,
  Slow: 60,
  Creeping: 120,
};
const BUSY_PER_MINUTE = 1_000;

/**
 * Tests for `promtool test rules`: an objective is silent at 0.9 of a burn's factor and alarms at 1.1 of
 * it; half of everything bad alarms nobody where few things happen, or where a Prometheus is new.
 */
export function buildRuleTests(
  objective: Objective,
  burn: Burn,
  { withGuards }: { withGuards: boolean },
): RuleTests {
  const guards = [quietTest(objective, burn), newTest(objective, burn)];
  return {
    rule_files: [`../../rules/${objective.name}.yml`],
    evaluation_interval: `${EVERY_MINUTES[burn.speed]}m`,
    tests: [
      burnTest(objective, burn, { at: 1.1, alarms: true }),
      burnTest(objective, burn, { at: 0.9, alarms: false }),
      // Their expressions are the same for all: one objective's are enough, and take a third of the time.
      ...(withGuards ? guards : []),
    ],
  };
}

interface Case {
  name: string;
  badRatio: number;
  perMinute: number;
  lastsMinutes: number;
  alarms: boolean;
}

function burnTest(
  objective: Objective,
  burn: Burn,
  { at, alarms }: { at: number; alarms: boolean },
): RuleTest {
  return testOf(objective, burn, {
    name: `${objective.name} ${alarms ? "alarm" : "do not alarm"} at ${at} of the ${burn.speed} factor`,
    badRatio: at * burn.factor * (1 - objective.target),
    perMinute: BUSY_PER_MINUTE,
    lastsMinutes: minutesOf(burn.long) + 4 * EVERY_MINUTES[burn.speed] + minutesOf(burn.long) / 10,
    alarms,
  });
}

function quietTest(objective: Objective, burn: Burn): RuleTest {
  return testOf(objective, burn, {
    name: `${objective.name}: half of a few does not alarm ${burn.speed}`,
    badRatio: 0.5,
    perMinute: (0.9 * objective.least) / minutesOf(burn.long),
    lastsMinutes: minutesOf(burn.long) + 4 * EVERY_MINUTES[burn.speed] + minutesOf(burn.long) / 10,
    alarms: false,
  });
}

/** The fast one would be right to alarm as soon as it knows enough; the others know too little. */
function newTest(objective: Objective, burn: Burn): RuleTest {
  return testOf(objective, burn, {
    name: `${objective.name}: a Prometheus that is new does not alarm ${burn.speed}`,
    badRatio: 0.5,
    perMinute: BUSY_PER_MINUTE,
    lastsMinutes: Math.floor(minutesOf(burn.seen) * 0.9),
    alarms: false,
  });
}

function testOf(objective: Objective, burn: Burn, given: Case): RuleTest {
  const every = EVERY_MINUTES[burn.speed];
  const steps = Math.max(1, Math.floor(given.lastsMinutes / every));
  const share = { all: 1, good: 1 - given.badRatio, bad: given.badRatio, none: 0 };
  const counters = Object.entries(objective.series).map(([series, of]) => {
    const step = Number((given.perMinute * every * share[of]).toFixed(6));
    return { series, values: `0+${step}x${steps}` };
  });
  const up = `up{job="lilux",service="${objective.service}"}`;
  return {
    name: given.name,
    interval: `${every}m`,
    input_series: [...counters, { series: up, values: `1x${steps}` }],
    alert_rule_test: [
      {
        eval_time: `${steps * every}m`,
        alertname: `${objective.alert}Burn${burn.speed}`,
        exp_alerts: given.alarms ? [alarm(objective, burn)] : [],
      },
    ],
  };
}

function alarm({ name, says, runbook }: Objective, { speed, severity, gone }: Burn): object {
  return {
    exp_labels: { severity, objective: name, burn: speed.toLowerCase() },
    exp_annotations: { summary: `${says}; ${gone} at this pace.`, runbook },
  };
}
