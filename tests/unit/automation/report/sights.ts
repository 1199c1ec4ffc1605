import type { BackupsAnswer } from "../../../../automation/doctor/backups.js";
import type { PastDrill } from "../../../../automation/history/drills.js";
import type { PastRun } from "../../../../automation/history/runs.js";
import type { Material } from "../../../../automation/report/material.js";
import type { TimedStep } from "../../../../automation/report/timing.js";
import { ringCluster, specOf } from "../../config/plan/stacks.js";
import { NOW_MS, soundDevice } from "../doctor/sound.js";
import { materialOf } from "./material.js";

/** What a host may say that wants to be more than text. */
export const HOSTILE = `<script>alert(1)</script><img src=x onerror="alert('2')">\u001b[31m&amp;'"`;

const at = (minutesAgo: number): string => new Date(NOW_MS - minutesAgo * 60_000).toISOString();

export const UP: PastRun = {
  version: 1,
  stack: "frege",
  verb: "up",
  on: "workbench",
  beganAt: at(90),
  seconds: 124.2,
  status: 0,
  changes: { create: 97, update: 3, same: 4 },
  errors: [],
  looked: 0,
  differences: [],
  runLog: "/runs/one.jsonl",
};

export const REFRESH: PastRun = {
  ...UP,
  verb: "refresh",
  beganAt: at(30),
  seconds: 6.1,
  changes: { update: 1, same: 103 },
  looked: 104,
  differences: [
    {
      name: "russell-ssh",
      kind: "host/Files",
      isGone: false,
      what: ["/etc/ssh/sshd_config.d/00-proxmox-ha.conf was changed by hand"],
    },
  ],
};

const CRASH: PastDrill = {
  version: 1,
  stack: "frege",
  on: "workbench",
  endedAt: at(600),
  status: 0,
  outcome: {
    drill: "crash",
    node: "russell",
    lostTheMaster: false,
    times: {
      absentS: 3.4,
      offConfirmedS: 9.8,
      lockS: 121,
      guestsUpS: { "vm:100": 131.5 },
      memberAgainS: 190,
    },
    guests: ["vm:100"],
    floorS: 120,
    problems: [],
    interrupted: false,
  },
};

const VERIFY: PastDrill = {
  ...CRASH,
  endedAt: at(620),
  status: 1,
  outcome: {
    drill: "verify",
    pairs: [
      { by: "frege", node: "russell", ok: true, why: "" },
      { by: "russell", node: "frege", ok: false, why: "the login was refused" },
    ],
    watchdogOnly: [],
    troubles: [],
  },
};

const RESTORE: PastDrill = {
  ...CRASH,
  endedAt: at(640),
  outcome: {
    drill: "restore",
    restores: [
      {
        guest: "test-vm",
        vmid: 100,
        volume: "nfs-backups:backup/vzdump-qemu-100-2026_11_20-01_00_00.vma.zst",
        isGood: true,
        restoredSeconds: 41,
        seconds: 88,
        why: "it ran for 20 s",
      },
    ],
    without: [],
  },
};

const SECURITY: PastDrill = {
  ...CRASH,
  endedAt: at(650),
  status: 1,
  outcome: {
    drill: "security",
    nodes: ["frege", "russell", "wittgenstein"],
    unreachable: [],
    findings: [
      {
        severity: "error",
        node: "russell",
        at: "tcp 4444",
        found: "<nc> waits at 0.0.0.0:4444",
        fix: "stop its unit",
      },
      { severity: "warning", at: "user root@pam", found: "one factor", fix: "add one" },
    ],
  },
};

const KINDS = [
  "host/settings",
  "host/files",
  "host/packages",
  "host/network",
  "host/paths",
  "pvecm/cluster",
  "pvecm/member",
  "pvesm/gate",
  "fencing/proof",
];

/** As a run of two minutes leaves them. */
export const STEPS: readonly TimedStep[] = KINDS.flatMap((kind, row) =>
  ["frege", "russell", "wittgenstein"].flatMap((host, column) => {
    const beganMs = NOW_MS - 5_400_000 + row * 12_000 + column * 700;
    const step = { host, kind, failed: false };
    return [
      { ...step, verb: `look at ${kind}`, changed: false, beganMs, endedMs: beganMs + 900 },
      {
        ...step,
        verb: `bring about ${kind}`,
        changed: true,
        beganMs: beganMs + 1_000,
        endedMs: beganMs + 9_000,
      },
    ];
  }),
);

const PAST: Partial<Material> = {
  runs: { entries: [REFRESH, UP], unread: [] },
  timed: { run: UP, steps: STEPS },
  drills: { entries: [CRASH, VERIFY, RESTORE, SECURITY], unread: [] },
};

const frege = () =>
  specOf("frege", {
    backup: { jobs: { nightly: { schedule: "01:00", storage: "nfs-backups", select: "all" } } },
  });

const saved: BackupsAnswer = {
  told: true,
  node: "frege",
  jobs: new Map([
    [
      "nightly",
      {
        guests: [
          { kind: "vm", vmid: 100, name: "test-vm", node: "frege", bytes: 0 },
          { kind: "vm", vmid: 101, name: "newcomer", node: "russell", bytes: 0 },
        ],
        backups: [
          {
            volume: "nfs-backups:backup/one",
            madeAtMs: NOW_MS - 5 * 3_600_000,
            vmid: 100,
            bytes: 2 ** 31,
          },
        ],
      },
    ],
  ]),
  unsaved: ["ct:200 scratch"],
  restores: { "100": { atMs: NOW_MS - 40_000_000, isGood: true, seconds: 41, volume: "one" } },
};

/** Clusters as a report may find them. */
export const sights = {
  well: () =>
    materialOf(frege(), {
      observation: {
        devices: ["frege", "russell", "wittgenstein"].map(soundDevice),
        backups: saved,
      },
      material: PAST,
    }),
  "a dead node": () => materialOf(frege(), { dead: ["russell"], material: PAST }),
  "no quorum": () =>
    materialOf(frege(), { dead: ["russell", "wittgenstein"], withoutQuorum: true }),
  "nobody answers": () => materialOf(frege(), { dead: ["frege", "russell", "wittgenstein"] }),
  Ceph: () => materialOf(specOf("pve1"), { material: PAST }),
  "sixteen nodes": () => materialOf(ringCluster(16), { dead: ["node-7"] }),
  "hostile hosts": () =>
    materialOf(specOf("pve1"), {
      view: (view) => ({
        ha: [
          ...view.ha,
          `service ${HOSTILE.replaceAll(" ", "")} (${HOSTILE.replaceAll(/[ ,()]/g, "")}, started)`,
        ],
        neighbours: [{ port: "eno1", name: HOSTILE, farPort: HOSTILE }],
        storages: { "pbs-pve1": HOSTILE },
        membership: {
          ...view.membership,
          pveVersion: HOSTILE,
          linksDown: [HOSTILE],
          guests: [HOSTILE],
        },
        ceph: { kind: "silent", why: HOSTILE },
        fencer: {
          state: HOSTILE,
          ageS: 1,
          matrix: {
            time: 0,
            rows: [
              {
                by: view.node,
                node: "pve1-node2",
                kind: HOSTILE,
                address: HOSTILE,
                ok: false,
                passing: false,
                power: HOSTILE,
                why: HOSTILE,
              },
            ],
          },
        },
      }),
      facts: (facts) => ({
        kernel: HOSTILE,
        brokenPackages: HOSTILE,
        nics: facts.nics.map((nic) => ({ ...nic, name: HOSTILE })),
        disks: (facts.disks ?? []).map((disk) => ({ ...disk, model: HOSTILE })),
      }),
      observation: {
        devices: [
          {
            ...soundDevice("pve1-node1"),
            outcome: { kind: "failed", failure: "protocol", why: HOSTILE, doNext: HOSTILE },
          },
        ],
        backups: { told: false, node: HOSTILE, why: HOSTILE, doNext: HOSTILE },
      },
      material: {
        madeOn: HOSTILE,
        file: {
          findings: [
            { code: "x/y", severity: "warning", path: HOSTILE, what: HOSTILE, fix: HOSTILE },
          ],
          acknowledged: 0,
        },
        runs: {
          entries: [
            {
              ...REFRESH,
              on: HOSTILE,
              errors: [HOSTILE],
              differences: [{ name: HOSTILE, kind: HOSTILE, isGone: false, what: [HOSTILE] }],
            },
          ],
          unread: [HOSTILE],
        },
        timed: {
          run: UP,
          steps: STEPS.map((step) => ({ ...step, host: HOSTILE, verb: HOSTILE, kind: HOSTILE })),
        },
        drills: {
          entries: [
            {
              ...VERIFY,
              outcome: { drill: "verify", pairs: [], watchdogOnly: [HOSTILE], troubles: [HOSTILE] },
            },
          ],
          unread: [],
        },
      },
    }),
} as const;
