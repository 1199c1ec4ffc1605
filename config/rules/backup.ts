import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { isCalendarEvent } from "../plan/calendar-event.js";
import { cephStorageIds } from "../plan/storage.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "backup/unknown-storage": {
    severity: "error",
    about: "A backup job writes to a storage that does not exist.",
  },
  "backup/not-for-backups": {
    severity: "error",
    about: "The storage of a backup job does not hold backups.",
  },
  "backup/inside-cluster": {
    severity: "error",
    about: "Backups in the cluster's own Ceph are lost together with what they protect.",
  },
  "backup/server-inside": {
    severity: "error",
    about: "A backup server that runs in the cluster goes down with what it protects.",
  },
  "backup/local": {
    severity: "warning",
    about: "Backups on a disk of the host are lost with the host.",
  },
  "backup/stop-mode": {
    severity: "warning",
    about: "Mode `stop` shuts every guest down for its backup, also those under HA.",
  },
  "backup/prune-conflict": {
    severity: "error",
    about:
      "Each job prunes all backups of its guests on a storage by its own rule: a job that keeps seven days deletes the monthly ones of another.",
  },
  "backup/no-prune": {
    severity: "warning",
    about: "Without a rule everything is kept until the storage is full.",
  },
  "backup/unknown-pool": {
    severity: "error",
    about: "A job selects a resource pool that is not declared.",
  },
  "backup/selects-nobody": {
    severity: "warning",
    about: "A job selects a resource pool in which this file puts no guest, so it saves nothing.",
  },
  "backup/unknown-guest": {
    severity: "warning",
    about: "A job names a guest that this file does not make.",
  },
  "backup/schedule": { severity: "error", about: "The schedule is no calendar event." },
  "backup/s3-plain": {
    severity: "error",
    about: "The backup server speaks HTTPS only to object storage.",
  },
  "backup/s3-without-server": {
    severity: "error",
    about: "Object storage stands behind a Proxmox Backup Server; without one nothing uses it.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

function check(facts: Facts): Draft[] {
  return [
    ...servers(facts),
    ...storages(facts),
    ...jobs(facts),
    ...pruning(facts),
    ...objectStorage(facts),
  ];
}

function jobsOf({ spec }: Facts) {
  return Object.entries(spec.backup?.jobs ?? {});
}

function servers({ spec }: Facts): Draft[] {
  const inside = new Map(
    Object.entries(spec.guests).flatMap(([name, { nics }]) =>
      nics.flatMap(({ address }): [string, string][] =>
        address === undefined ? [] : [[address, name]],
      ),
    ),
  );
  return Object.entries(spec.storage).flatMap(([id, { pbs }]) => {
    const guest =
      pbs === undefined ? undefined : (inside.get(pbs.server) ?? guestNamed(spec, pbs.server));
    return guest === undefined
      ? []
      : [
          draft(
            "backup/server-inside",
            ["storage", id, "pbs", "server"],
            `The backup server of ${id} is ${guest}, a guest of this cluster.`,
            "Use a Proxmox Backup Server on a machine outside of the cluster.",
          ),
        ];
  });
}

function guestNamed(spec: Facts["spec"], server: string): string | undefined {
  return spec.guests[server] === undefined ? undefined : server;
}

function storages(facts: Facts): Draft[] {
  const { spec } = facts;
  return jobsOf(facts).flatMap(([name, { storage }]): Draft[] => {
    const path = ["backup", "jobs", name, "storage"];
    if (cephStorageIds(spec).includes(storage) || spec.ceph?.pools[storage] !== undefined) {
      return [
        draft(
          "backup/inside-cluster",
          path,
          `Job ${name} writes into ${storage}, which lies in the Ceph that it should protect.`,
          "Write to a NAS or to a Proxmox Backup Server outside of the cluster.",
        ),
      ];
    }
    const declared = spec.storage[storage];
    if (declared === undefined) {
      return [
        draft(
          "backup/unknown-storage",
          path,
          `There is no storage ${storage}.`,
          `Write one of ${list(Object.keys(spec.storage)) || "those under `storage`"}.`,
        ),
      ];
    }
    return [
      ...(declared.content.includes("backup")
        ? []
        : [
            draft(
              "backup/not-for-backups",
              path,
              `Storage ${storage} holds ${list(declared.content)}, and no backups.`,
              "Add `backup` to its `content`, or use another storage.",
            ),
          ]),
      ...(declared.dir === undefined || declared.dir.shared
        ? []
        : [
            draft(
              "backup/local",
              path,
              `Storage ${storage} is a directory of each host.`,
              "Write to a NAS or to a backup server.",
            ),
          ]),
    ];
  });
}

function jobs(facts: Facts): Draft[] {
  const { spec } = facts;
  return jobsOf(facts).flatMap(([name, job]): Draft[] => {
    const path = ["backup", "jobs", name];
    const pool =
      typeof job.select === "object" && "pool" in job.select ? job.select.pool : undefined;
    const { key, ids: named } = guestsNamedBy(job.select);
    const ids = new Set(Object.values(spec.guests).map(({ id }) => id));
    return [
      ...(job.mode === "stop"
        ? [
            draft(
              "backup/stop-mode",
              [...path, "mode"],
              `Job ${name} shuts down each guest that it saves.`,
              "Write `mode: snapshot`, or leave `mode` out.",
            ),
          ]
        : []),
      ...(pool !== undefined && !spec.datacenter.pools.includes(pool)
        ? [
            draft(
              "backup/unknown-pool",
              [...path, "select", "pool"],
              `There is no resource pool ${pool}.`,
              "Add it to `datacenter.pools`.",
            ),
          ]
        : []),
      ...(pool !== undefined &&
      spec.datacenter.pools.includes(pool) &&
      Object.keys(spec.guests).length > 0 &&
      !Object.values(spec.guests).some((guest) => guest.pool === pool)
        ? [
            draft(
              "backup/selects-nobody",
              [...path, "select", "pool"],
              `No guest of this file is in the pool ${pool}, so ${name} saves nothing.`,
              `Add \`pool: ${pool}\` to the guests that it should save, or select others.`,
            ),
          ]
        : []),
      ...named.flatMap((id, index) =>
        ids.has(id)
          ? []
          : [
              draft(
                "backup/unknown-guest",
                [...path, "select", key, index],
                `This file makes no guest with the id ${id}.`,
                "Correct the id, or select by resource pool.",
              ),
            ],
      ),
      ...(isCalendarEvent(job.schedule)
        ? []
        : [
            draft(
              "backup/schedule",
              [...path, "schedule"],
              `"${job.schedule}" is no calendar event.`,
              "Write for example 02:00, sun 03:00, or *-*-01 04:00.",
            ),
          ]),
    ];
  });
}

function guestsNamedBy(select: ReturnType<typeof jobsOf>[number][1]["select"]) {
  if (typeof select === "object" && "except" in select) {
    return { key: "except", ids: select.except };
  }
  return {
    key: "guests",
    ids: typeof select === "object" && "guests" in select ? select.guests : [],
  };
}

function pruning(facts: Facts): Draft[] {
  const byStorage = new Map<string, { readonly name: string; readonly rule: string }[]>();
  for (const [name, { storage, prune }] of jobsOf(facts)) {
    if (prune !== undefined) {
      byStorage.set(storage, [
        ...(byStorage.get(storage) ?? []),
        { name, rule: JSON.stringify(Object.entries(prune).sort()) },
      ]);
    }
  }
  const conflicts = [...byStorage].flatMap(([storage, all]) =>
    all
      .filter(({ rule }) => rule !== all[0]?.rule)
      .map(({ name }) =>
        draft(
          "backup/prune-conflict",
          ["backup", "jobs", name, "prune"],
          `Jobs ${all[0]?.name} and ${name} keep different backups on ${storage}, and each deletes those of the other.`,
          "Write one combined `prune` at the storage, for example {keepDaily: 7, keepWeekly: 4, keepMonthly: 6}, and none at the jobs.",
        ),
      ),
  );
  // A backup server prunes by a job of its own; a client need not have the right.
  const endless = jobsOf(facts)
    .filter(
      ([, { storage, prune }]) =>
        prune === undefined &&
        facts.spec.storage[storage]?.content.includes("backup") === true &&
        facts.spec.storage[storage]?.pbs === undefined &&
        facts.spec.storage[storage]?.prune === undefined,
    )
    .map(([name, { storage }]) =>
      draft(
        "backup/no-prune",
        ["backup", "jobs", name],
        `Nothing deletes old backups of ${name} from ${storage}.`,
        "Add `prune: {keepDaily: 7, keepWeekly: 4, keepMonthly: 6}` to the storage.",
        { atKey: true },
      ),
    );
  return [...conflicts, ...endless];
}

function objectStorage({ spec }: Facts): Draft[] {
  const s3 = spec.backup?.s3;
  if (s3 === undefined) {
    return [];
  }
  return [
    ...(s3.endpoint.startsWith("https://")
      ? []
      : [
          draft(
            "backup/s3-plain",
            ["backup", "s3", "endpoint"],
            "The object storage is addressed without TLS.",
            "Write an https:// address.",
          ),
        ]),
    ...(Object.values(spec.storage).some(({ pbs }) => pbs !== undefined)
      ? []
      : [
          draft(
            "backup/s3-without-server",
            ["backup", "s3"],
            "There is object storage and no backup server in front of it.",
            "Declare the server under `storage` with `pbs`.",
            { atKey: true },
          ),
        ]),
  ];
}

export const backup: RuleSet = { subject: "Backup", codes, check };
