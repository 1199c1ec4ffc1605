import { diskSize, gib } from "../findings/figures.js";
import type { CephPlan } from "./ceph.js";
import type { CephDashboardPlan } from "./ceph-dashboard.js";
import { type CephRoom, type ForecastInputs, forecast } from "./ceph-forecast.js";
import { columns, plural } from "./describe-text.js";

/** Of its OSDs no more is told than what the forecast needs, so that it can be told of those that were seen as well. */
type ToldCeph = Omit<CephPlan, "osds"> & Pick<ForecastInputs, "osds">;

/** What Ceph will be: who carries it, what fits into it, and what it takes from the hosts. */
export function describeCeph(ceph: ToldCeph): string[] {
  const { rooms, monthsUntilNearFull, groupsPerOsd, memory } = forecast(ceph);
  const beside = (names: readonly string[]): string =>
    names.join(", ") === ceph.monitors.join(", ") ? "beside them" : `on ${names.join(", ")}`;
  return [
    ...(ceph.withheld.length === 0
      ? []
      : [`not made by this version, because the file asks for ${ceph.withheld.join(", ")}`]),
    `${ceph.release}, monitors on ${ceph.monitors.join(", ")}; managers ${beside(ceph.managers)}`,
    ...(ceph.metadataServers.length === 0
      ? []
      : [`metadata servers ${beside(ceph.metadataServers)}`]),
    ...(ceph.dashboard === undefined ? [] : [dashboardLine(ceph.dashboard)]),
    `${plural(ceph.osds.length, "OSD")}, public network ${ceph.publicNetwork}, replication over ${ceph.clusterNetwork}`,
    ...columns([
      ...ceph.pools.map(({ name, size, minSize, pgs, erasure }) => [
        `pool ${name}`,
        erasure === undefined
          ? `${size} copies, serves with ${minSize}`
          : `${erasure.data} + ${erasure.parity} parts, serves with ${erasure.data + 1}`,
        pgs === undefined ? "" : `${pgs} placement groups to start with`,
      ]),
      ...ceph.filesystems.map(({ name, pgs }) => [
        `file system ${name}`,
        "3 copies, serves with 2",
        `${pgs} placement groups to start with`,
      ]),
    ]),
    ...(rooms.length === 0
      ? ["how much fits is not told: the file does not name the size of each disk"]
      : rooms.flatMap(roomLines)),
    ...(monthsUntilNearFull === undefined
      ? []
      : [
          `at ${diskSize(ceph.growthBytes ?? 0)} a month it warns after ${plural(monthsUntilNearFull, "month")}, counted from an empty one`,
        ]),
    `${groupsPerOsd} placement groups on each OSD to start with; Ceph refuses beyond 250`,
    ...(ceph.settings.some(({ field }) => field === "osds.memoryTarget")
      ? [`each OSD aims at ${gib(ceph.osdMemoryBytes)} of memory`]
      : []),
    ...columns(
      memory
        .filter(({ bytes }) => bytes > 0)
        .map(({ node, bytes }) => [node, `its daemons take ${gib(bytes)} of memory`]),
    ),
  ];
}

function dashboardLine({ addresses, port, users }: CephDashboardPlan): string {
  const who =
    users.length === 0
      ? "nobody may log in"
      : users.map(({ name, role }) => `${name} (${role})`).join(", ");
  return `dashboard on port ${port} of ${Object.values(addresses).join(", ")}: ${who}`;
}

function roomLines(room: CephRoom): string[] {
  const { class: bound, raw, layout, nearFull, alike, largest, withoutLargest } = room;
  const on = bound === undefined ? "" : ` on disks of the class ${bound}`;
  return [
    `${diskSize(raw)} raw${on}; ${diskSize(nearFull)} of data in ${shownLayout(layout)} fit before Ceph warns of its fullest disk (85 %), and ${diskSize(alike)} would if all disks filled alike`,
    withoutLargest === undefined
      ? `without ${largest} data is served with a ${layout.data === 1 ? "copy" : "part"} less and cannot heal: there is no other host for that ${layout.data === 1 ? "copy" : "part"}`
      : `without ${largest} ${diskSize(withoutLargest)} fit with all ${layout.data === 1 ? "copies" : "parts"}: with more data than that a lost host cannot be healed`,
  ];
}

const shownLayout = ({ parts, data }: CephRoom["layout"]): string =>
  data === 1 ? `${parts} copies` : `${data} + ${parts - data} parts`;
