import { list } from "../../config/findings/enumeration.js";
import { utc } from "../maintenance/alarm.js";
import { backupRowsOf } from "./backups-view.js";
import { calendarRows } from "./calendar.js";
import { cephRows } from "./ceph-view.js";
import type { ClusterView } from "./cluster-view.js";
import { fencingRows } from "./fencing-view.js";
import { machineRow } from "./machine-view.js";
import { upgradeRows } from "./upgrade-view.js";

/** One screen about the cluster. */
export function renderClusterView(view: ClusterView): string {
  return `${[
    headOf(view),
    "",
    ...section(
      "Nodes",
      view.nodes.map((one) => [one.node, one.address, one.state, one.detail]),
    ),
    ...section(
      "Machines",
      view.machines.map(({ node, ...seen }) => machineRow(node, seen)),
    ),
    ...section(
      "Links",
      view.links.map((one) => [
        String(one.link),
        one.network,
        `priority ${one.priority}`,
        one.state,
      ]),
    ),
    ...section(
      "Ring",
      view.rings.map((one) => [`${one.from} -> ${one.to}`, one.through]),
    ),
    ...section(
      "Cables",
      [...view.cabling.differences, ...view.cabling.cables].map((line) => [line]),
    ),
    ...section(
      "Storage",
      view.storages.map((one) => [
        one.storage,
        ...Object.entries(one.states).map(([node, state]) => `${node} ${state}`),
      ]),
    ),
    ...section("Ceph", cephRows(view.ceph)),
    ...section("Backups", backupRowsOf(view.backups)),
    ...section("Calendar", calendarRows(view.calendar)),
    ...section(
      "Placement",
      view.placements.map(({ placement, nodes, strict, guests }) => [
        placement,
        Object.entries(nodes)
          .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
          .map(([node, priority]) => `${node} ${priority}`)
          .join(", ") + (strict ? " and nowhere else" : ""),
        guests.length === 0 ? "no guest follows it yet" : guests.join(", "),
      ]),
    ),
    ...section(
      "HA",
      view.ha.map((line) => [line]),
    ),
    ...section(
      "Out of service",
      view.maintenance.map(({ node, until, overdue }) => [
        node,
        `until ${utc(until)}`,
        overdue ? "OVERDUE: `maintenance off` brings it back" : "",
      ]),
    ),
    ...section("Upgrade", upgradeRows(view.upgrade)),
    ...section("Fencing", fencingRows(view.fencing)),
    ...section(
      "With one node less",
      view.losses.map((loss) => [
        `without ${loss.lost}`,
        loss.quorumStays ? "quorum stays" : "quorum is lost",
        fateOf(loss),
      ]),
    ),
    ...section(
      "To think about",
      view.verdict.map((line) => [line]),
    ),
  ]
    .join("\n")
    .trimEnd()}\n`;
}

function headOf({ cluster, quorum, healthy, nodes }: ClusterView): string {
  if (quorum.quorate) {
    return `${cluster}: ${healthy ? "healthy" : "works, but not all is well"}; quorum with ${quorum.votes} of ${quorum.expected} votes (${quorum.needed} needed)`;
  }
  const needed = `${quorum.needed} of ${quorum.expected} votes are needed`;
  if (quorum.known) {
    const said = nodes.filter(({ state }) => state === "no quorum").map(({ node }) => node);
    return `${cluster}: NO QUORUM, says ${list(said)}; ${needed}`;
  }
  const untold = nodes.filter(({ state }) => state === "cannot tell").map(({ node }) => node);
  if (untold.length > 0) {
    return `${cluster}: whether there is quorum is not known: /etc/pve cannot be read on ${list(untold)}; ${needed}`;
  }
  return nodes.some(({ state }) => state === "not a member")
    ? `${cluster}: no cluster yet: no node that answered is a member of it`
    : `${cluster}: no node answered in time, so whether there is quorum is not known; ${needed}`;
}

function fateOf({ moves, homeless, waiting }: ClusterView["losses"][number]): string {
  const parts = [
    ...Object.entries(moves).map(([guest, node]) => `${guest} goes to ${node}`),
    ...homeless.map((guest) => `${guest} has no home`),
    ...waiting.map((guest) => `${guest} waits for it`),
  ];
  return parts.length === 0 ? "no guest of the file is affected" : parts.join(", ");
}

/** A title and its rows, as columns; nothing without rows. */
export function section(title: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) {
    return [];
  }
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, at) => Math.max(all[at] ?? 0, cell.length)),
    [],
  );
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd();
  return [title, ...rows.map(line), ""];
}
