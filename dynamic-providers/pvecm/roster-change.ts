import { Failure } from "../../config/failure/failure.js";
import { consentTo, holdsOn, lackOf } from "../../config/plan/consents.js";
import { dayOf } from "../transport/base/clock.js";

interface Roster {
  readonly cluster: string;
  readonly nodes: readonly string[];
  readonly ids: Readonly<Record<string, number>>;
  readonly installations: Readonly<Record<string, number>>;
  readonly qdevice?: string | undefined;
  readonly consent: Readonly<Record<string, string>>;
}

/** Why the list of nodes must not become this one, from the two lists alone. */
export function againstRoster(before: Roster, wanted: Roster, nowMs: number): Failure | undefined {
  const today = dayOf(nowMs);
  return (
    againstMissing(before, wanted, today) ??
    againstOtherIds(before, wanted) ??
    againstInstallations(before, wanted, today) ??
    againstVoteless(before, wanted, today)
  );
}

function againstMissing(before: Roster, wanted: Roster, today: string): Failure | undefined {
  const gone = before.nodes.filter((node) => !wanted.nodes.includes(node));
  const refused = gone.filter((node) => !consents(wanted, node, today));
  const [first] = refused;
  if (first === undefined) {
    return undefined;
  }
  const names = refused.join(", ");
  const ended = wanted.consent[consentTo.node(first)];
  return new Failure("refused", {
    tried: `to take ${names} out of ${wanted.cluster}`,
    where: "",
    cameBack: `refused, nothing was changed: the stack file no longer has ${names}, and ${lackOf(ended, "leaving a node out does not remove it from the cluster")}`,
    doNext: `If it shall leave for good, move its guests away, switch it off, and write \`consent: {"${consentTo.node(first)}": <last day, as ${today}>}\`; otherwise put it back. A node that never joined goes the same way, and nothing is done to it.`,
  });
}

/** Another id would be another member to corosync, and the addresses of rings follow from it. */
function againstOtherIds(before: Roster, wanted: Roster): Failure | undefined {
  const moved = wanted.nodes.filter(
    (node) => before.ids[node] !== undefined && before.ids[node] !== wanted.ids[node],
  );
  if (moved.length === 0) {
    return undefined;
  }
  const were = moved.map((node) => `${node} from ${before.ids[node]} to ${wanted.ids[node]}`);
  const lines = moved.map((node) => `\`id: ${before.ids[node]}\` under \`nodes.${node}\``);
  return new Failure("refused", {
    tried: `to give nodes of ${wanted.cluster} other ids`,
    where: "",
    cameBack: `refused, nothing was changed: the stack file would move the id of ${were.join(", ")}, and a member's id and the addresses that follow from it stay as they are`,
    doNext: `Write ${lines.join(", ")}.`,
  });
}

function againstInstallations(before: Roster, wanted: Roster, today: string): Failure | undefined {
  for (const node of wanted.nodes) {
    const was = before.installations[node] ?? 1;
    const now = wanted.installations[node] ?? 1;
    if (!before.nodes.includes(node) || was === now) {
      continue;
    }
    const ended = wanted.consent[consentTo.node(node)];
    if (now < was) {
      return new Failure("refused", {
        tried: `to go back to installation ${now} of ${node}`,
        where: "",
        cameBack: `refused, nothing was changed: installation ${was} of it has joined ${wanted.cluster}`,
        doNext: `Write \`installation: ${was}\` under \`nodes.${node}\`; the number only ever rises.`,
      });
    }
    if (!consents(wanted, node, today)) {
      return new Failure("refused", {
        tried: `to replace ${node} in ${wanted.cluster}`,
        where: "",
        cameBack: `refused, nothing was changed: the member that ${node} was would lose its vote, and ${lackOf(ended, "the stack file does not consent to that")}`,
        doNext: `If the old machine is off for good, write \`consent: {"${consentTo.node(node)}": <last day, as ${today}>}\`; otherwise write \`installation: ${was}\`.`,
      });
    }
  }
  return undefined;
}

/** Its vote may be what an even number of nodes keeps its quorum by. */
function againstVoteless(before: Roster, wanted: Roster, today: string): Failure | undefined {
  if (before.qdevice === undefined || wanted.qdevice !== undefined) {
    return undefined;
  }
  const ended = wanted.consent[consentTo.qdevice];
  if (holdsOn(ended, today)) {
    return undefined;
  }
  return new Failure("refused", {
    tried: `to take the QDevice out of ${wanted.cluster}`,
    where: "",
    cameBack: `refused, nothing was changed: the stack file no longer has \`corosync.qdevice\`, and ${lackOf(ended, "leaving it out does not take its vote away")}`,
    doNext: `If its vote shall go for good, write \`consent: {${consentTo.qdevice}: <last day, as ${today}>}\`; otherwise put it back.`,
  });
}

const consents = ({ consent }: Roster, node: string, today: string): boolean =>
  holdsOn(consent[consentTo.node(node)], today);
