import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { LEAST_OSD_BYTES } from "../plan/ceph-settings.js";
import type { Ceph } from "./ceph-osds.js";

export const settingCodes = {
  "ceph/memory-target": {
    severity: "error",
    about: "An OSD below 2 GiB cannot work; 4 GiB is the default and 8 GiB is recommended.",
  },
  "ceph/low-memory-target": {
    severity: "warning",
    about: "Below 4 GiB an OSD slows down under load.",
  },
  "ceph/down-out-interval": {
    severity: "error",
    about:
      "When a down OSD counts as lost before its host can be up again, each restart moves the data of a whole host.",
  },
} as const satisfies CodeTable;
const draft = drafter(settingCodes);

const GIB = 2 ** 30;

/** What is set for all daemons of a kind. */
export function settingDrafts(ceph: Ceph): Draft[] {
  return [...memory(ceph), ...downOut(ceph)];
}

function memory({ osds: { memoryTarget } }: Ceph): Draft[] {
  if (memoryTarget === undefined || memoryTarget === "auto") {
    return [];
  }
  const path = ["ceph", "osds", "memoryTarget"];
  const amount = `${(memoryTarget / GIB).toFixed(1)} GiB`;
  if (memoryTarget < LEAST_OSD_BYTES) {
    return [
      draft(
        "ceph/memory-target",
        path,
        `An OSD cannot live on ${amount}.`,
        "Write at least 2GiB; 4GiB is the default.",
      ),
    ];
  }
  return memoryTarget < 4 * GIB
    ? [
        draft(
          "ceph/low-memory-target",
          path,
          `${amount} for each OSD is below the default of 4 GiB.`,
          "Write 4GiB, or fewer OSDs on a host with little memory.",
        ),
      ]
    : [];
}

/** What a server takes to restart, firmware and memory test included. */
const RESTART_MS = 5 * 60_000;

function downOut({ downOutInterval }: Ceph): Draft[] {
  return downOutInterval === undefined || downOutInterval >= RESTART_MS
    ? []
    : [
        draft(
          "ceph/down-out-interval",
          ["ceph", "downOutInterval"],
          `After ${Math.round(downOutInterval / 1_000)} s a down OSD would count as lost, and a host takes up to ${RESTART_MS / 60_000} minutes to restart.`,
          "Write at least 5m; Ceph's own are 10m.",
        ),
      ];
}
