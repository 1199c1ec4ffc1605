import type { Fact } from "../fact.js";
import { judged, type SecurityFinding } from "../finding.js";
import type { Updates } from "../host-parts.js";

const OLD_DAYS = 7;
const MOST_NAMED = 8;

export function judgeUpdates(node: string, fact: Fact<Updates>): readonly SecurityFinding[] {
  const place = { node, at: "security updates" };
  return judged(fact, place, ({ ageDays, security }): readonly SecurityFinding[] => {
    const old: readonly SecurityFinding[] =
      ageDays !== undefined && ageDays <= OLD_DAYS
        ? []
        : [
            {
              ...place,
              severity: "unknown",
              found: `not known: ${ageDays === undefined ? "apt has no lists of packages" : `apt's lists are ${ageDays} days old`}`,
              fix: `On ${node}: \`apt-get update\`, then run the drill again`,
            },
          ];
    const named = security.slice(0, MOST_NAMED).join(", ");
    const more = security.length > MOST_NAMED ? ` and ${security.length - MOST_NAMED} more` : "";
    return security.length === 0
      ? old
      : [
          ...old,
          {
            ...place,
            severity: "warning",
            found: `${security.length} pending: ${named}${more}`,
            fix: `Write \`updates: security\` under \`base\`, or empty the node first and then on ${node}: \`apt-get dist-upgrade\``,
          },
        ];
  });
}
