import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import type { Stage } from "../fence/stage.js";
import { expectedPorts, usesNfs } from "./expected-ports.js";
import { SEVERITIES, type SecurityFinding } from "./finding.js";
import { judgeSight } from "./judge-sight.js";
import { observeHost } from "./observe.js";
import type { SecurityReport } from "./report.js";

/** `drill security`: looks at every host, by itself and from here, and changes nothing. */
export async function drillSecurity(stage: Stage): Promise<SecurityReport> {
  const { plan } = stage;
  const nfs = usesNfs(plan.storages);
  const sights = await Promise.all(
    plan.nodes.map(async ({ connection }) => {
      const expected = expectedPorts({ ...plan, sshPort: connection.port });
      return { ...(await observeHost(stage, connection, expected, nfs)), expected };
    }),
  );
  const findings = judgeSight(sights, plan, Date.now());
  const unreachable = sights.filter(({ answers }) => !answers).map(({ node }) => node);
  const nodes = plan.nodes.map(({ name }) => name);
  return {
    status: statusOf(findings, unreachable.length === nodes.length),
    drill: "security",
    nodes,
    unreachable,
    findings: findings.toSorted(
      (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
    ),
  };
}

/** What nobody knows proves nothing, so that it counts as what is wrong. */
export function statusOf(
  findings: readonly Pick<SecurityFinding, "severity">[],
  nobodyAnswers: boolean,
): ExitStatus {
  if (nobodyAnswers) {
    return EXIT.unreachable;
  }
  return findings.some(({ severity }) => severity === "error" || severity === "unknown")
    ? EXIT.failed
    : EXIT.done;
}
