import { losesNode } from "../../drill/kinds.js";
import type { DrillOutcome, NodeDrillReport } from "../../drill/outcome.js";
import { EXIT } from "../../engine/exit-status.js";
import type { Severity } from "../../security-drill/finding.js";
import { placeOf } from "../../security-drill/report.js";
import { atMost, type Figure, type Judged, judged, notTried } from "../judged.js";
import { OFF_CONFIRMED_S, recoveryLimitS } from "../limits.js";

/** What a drill proves of the cluster, by its figures. One that was cut short proves nothing. */
export function judgeDrill(outcome: DrillOutcome): Judged {
  if (outcome.status === EXIT.interrupted) {
    return notTried("it was interrupted, and everything is restored");
  }
  switch (outcome.drill) {
    case "identify":
      return notTried("a lit lamp proves nothing");
    case "verify": {
      const bad = outcome.pairs.filter(({ ok }) => !ok);
      const all = outcome.pairs.length;
      return judged(
        [
          {
            what: "pairs that are sure",
            value: `${all - bad.length} of ${all}`,
            limit: `all ${all}`,
          },
        ],
        [
          ...bad.map(({ by, node, why }) => `${by} could not switch off ${node}: ${why}`),
          ...outcome.troubles,
        ],
      );
    }
    case "security": {
      const of = (severity: Severity) =>
        outcome.findings.filter((finding) => finding.severity === severity);
      // What nobody knows proves nothing, so that it counts as what is wrong, as in the drill itself.
      const wrong = [...of("error"), ...of("unknown")];
      return judged(
        [
          { what: "errors", value: `${of("error").length}`, limit: "none" },
          { what: "not known", value: `${of("unknown").length}`, limit: "none" },
          { what: "warnings", value: `${of("warning").length}` },
        ],
        wrong.map((finding) => `${placeOf(finding)}: ${finding.found}`),
      );
    }
    case "restore":
      return judged(
        outcome.restores.map(({ guest, seconds, why }) => ({
          what: `${guest} came back`,
          value: `${seconds} s; ${why}`,
        })),
        outcome.restores.flatMap(({ guest, isGood, why, left }) => [
          ...(isGood ? [] : [`${guest}: ${why}`]),
          ...(left === undefined ? [] : [`${guest}: ${left}`]),
        ]),
      );
    default:
      return judgeLoss(outcome);
  }
}

const seconds = (value: number): string => `${value.toFixed(1)} s`;

function judgeLoss({
  drill,
  node,
  lostTheMaster,
  times,
  guests,
  problems,
}: NodeDrillReport): Judged {
  const told = (what: string, value: number | undefined): Figure[] =>
    value === undefined ? [] : [{ what, value: seconds(value) }];
  const off =
    times.offConfirmedS === undefined
      ? undefined
      : atMost("off confirmed", times.offConfirmedS, OFF_CONFIRMED_S, seconds);
  const starts = guests.flatMap((guest) => {
    const up = times.guestsUpS[guest];
    return up === undefined
      ? []
      : [atMost(`${guest} started`, up, recoveryLimitS(lostTheMaster), seconds)];
  });
  return judged(
    [
      { what: "node", value: `${node}${lostTheMaster ? ", the HA master" : ""}` },
      ...(losesNode(drill) ? told("left the membership", times.absentS) : []),
      ...(off === undefined ? [] : [off.figure]),
      ...told("HA took its lock", times.lockS),
      ...starts.map(({ figure }) => figure),
      ...told("member again", times.memberAgainS),
    ],
    [...problems, ...(off?.wrong ?? []), ...starts.flatMap(({ wrong }) => wrong)],
  );
}
