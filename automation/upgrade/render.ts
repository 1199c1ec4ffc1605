import { list } from "../../config/findings/enumeration.js";
import type { NodeUpgrade, UpgradePlan } from "./plan.js";

/** So many packages are named; the others are counted. */
const NAMED = 12;

/** What an upgrade would do, for a person who has to agree. */
export function planLines({ nodes, current }: UpgradePlan, major: number): string[] {
  if (nodes.length === 0) {
    return ["Every node is up to date, as far as the lists there tell. Nothing is to do."];
  }
  return [
    "Nodes are upgraded one after the other, each out of service meanwhile:",
    ...nodes.flatMap((one, at) => [`${at + 1}. ${headOf(one)}`, ...detailsOf(one)]),
    ...(current.length === 0 ? [] : [`Up to date: ${list(current)}.`]),
    `In all ${timeOf(nodes)}.`,
    `This stays within Proxmox VE ${major}: the way to another major is not gone by this command.`,
  ];
}

const headOf = ({ node, changes, seconds }: NodeUpgrade): string =>
  `${node}: ${changes.length} ${changes.length === 1 ? "package" : "packages"}, ${seconds === undefined ? "no earlier upgrade tells how long" : `about ${minutes(seconds)}`}`;

function detailsOf({
  changes,
  removed,
  held,
  restart,
  ceph,
  isHalfInstalled,
  listsAgeS,
}: NodeUpgrade): string[] {
  const said = [
    ...(isHalfInstalled ? ["dpkg was cut there in the middle of a package: mended first"] : []),
    ...changes
      .slice(0, NAMED)
      .map(({ name, from, to }) => `${name} ${from === undefined ? "(new)" : `${from} ->`} ${to}`),
    ...(changes.length > NAMED ? [`and ${changes.length - NAMED} more (\`--json\` has all)`] : []),
    ...(removed.length === 0 ? [] : [`removes ${list(removed)}`]),
    ...(held.length === 0 ? [] : [`stay as they are, because they are held: ${list(held)}`]),
    ...restart.map((why) => `restarts: ${why}`),
    ...(restart.length === 0
      ? [
          ceph
            ? "no restart; Ceph's daemons start anew"
            : "no restart, unless a package asks for one",
        ]
      : []),
    `by lists that are ${age(listsAgeS)} old; the upgrade fetches them first`,
  ];
  return said.map((line) => `   ${line}`);
}

function timeOf(nodes: readonly NodeUpgrade[]): string {
  const known = nodes.flatMap(({ seconds }) => seconds ?? []);
  return known.length < nodes.length
    ? "it takes a time that no earlier upgrade tells"
    : `it takes about ${minutes(known.reduce((sum, one) => sum + one, 0))}, by earlier upgrades`;
}

const minutes = (seconds: number): string => `${Math.max(1, Math.round(seconds / 60))} min`;

const age = (seconds: number): string =>
  seconds < 7_200
    ? minutes(seconds)
    : seconds < 172_800
      ? `${Math.round(seconds / 3_600)} h`
      : `${Math.round(seconds / 86_400)} days`;
