import type { ScriptRunner } from "../runner/script-runner.ts";
import { openEgressProxy } from "./egress-proxy.ts";
import type { EgressRules } from "./egress-rules.ts";

/** A runner whose scripts with the network get a proxy of their own, and nothing else of it. */
export function egressRunner(runner: ScriptRunner, rules: EgressRules): ScriptRunner {
  return {
    ...runner,
    async run(request, supervision) {
      const { network } = request.access;
      if (network === undefined) return runner.run(request, supervision);
      const proxy = await openEgressProxy(network, { rules, openToOthers: runner.runsAsOther });
      try {
        const end = await runner.run({ ...request, proxySocket: proxy.socketPath }, supervision);
        return { ...end, refusedHosts: proxy.refused() };
      } finally {
        await proxy.close();
      }
    },
  };
}
