import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { normalPath } from "../plan/file-path.js";
import { cephStorageIds } from "../plan/storage.js";
import type { Facts } from "./facts.js";
import { systemPlace } from "./host-paths.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "identity/bind-user": {
    severity: "warning",
    about: "Proxmox binds with a distinguished name; a login name works on some directories only.",
  },
  "identity/duo-without-directory": {
    severity: "warning",
    about: "Duo as a PAM module protects users of the hosts only, and pushes also for root.",
  },
  "mounts/weka-network": {
    severity: "error",
    about:
      "A Weka client needs to know its network device (`net=`), and cores are dedicated only with one.",
  },
  "mounts/weka-options": { severity: "error", about: "The mount options exclude each other." },
  "mounts/same-path": { severity: "error", about: "Two file systems have one mount point." },
  "mounts/reserved-path": {
    severity: "error",
    about: "The mount point would hide a part of the host.",
  },
  "monitoring/unknown-storage": {
    severity: "error",
    about: "The containers stand on a storage that does not exist.",
  },
  "monitoring/storage-content": {
    severity: "error",
    about: "The storage does not hold containers.",
  },
  "monitoring/on-watched-storage": {
    severity: "warning",
    about: "When the storage fails, so does what should report it.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

function check(facts: Facts): Draft[] {
  return [...identity(facts), ...weka(facts), ...monitoring(facts)];
}

function identity({ spec }: Facts): Draft[] {
  const { activeDirectory, duo } = spec.identity ?? {};
  return [
    ...(activeDirectory === undefined || /^\w+=.+,\w+=.+/.test(activeDirectory.bindUser)
      ? []
      : [
          draft(
            "identity/bind-user",
            ["identity", "activeDirectory", "bindUser"],
            "The account is no distinguished name.",
            "Write for example CN=svc-pve,OU=Services,DC=corp,DC=example.",
          ),
        ]),
    ...(duo !== undefined && "pam" in duo && activeDirectory === undefined
      ? [
          draft(
            "identity/duo-without-directory",
            ["identity", "duo", "pam"],
            "Duo would guard the logins of system users, root's among them.",
            "Write `oidc` (single sign-on), or add `activeDirectory`.",
            { atKey: true },
          ),
        ]
      : []),
  ];
}

function weka({ spec }: Facts): Draft[] {
  const first = new Map<string, string>();
  return Object.entries(spec.mounts?.weka ?? {}).flatMap(
    ([name, { path: target, options }]): Draft[] => {
      const path = ["mounts", "weka", name];
      const findings: Draft[] = [];
      const known = first.get(normalPath(target));
      if (known === undefined) {
        first.set(normalPath(target), name);
      } else {
        findings.push(
          draft(
            "mounts/same-path",
            [...path, "path"],
            `${name} and ${known} are both mounted on ${target}.`,
            "Give each a path of its own.",
          ),
        );
      }
      if (systemPlace(target) !== undefined) {
        findings.push(
          draft(
            "mounts/reserved-path",
            [...path, "path"],
            `${target} belongs to the host.`,
            "Write a path such as /mnt/weka/shared.",
          ),
        );
      }
      if (!options.some((option) => option.startsWith("net="))) {
        findings.push(
          draft(
            "mounts/weka-network",
            [...path, "options"],
            `${name} does not say which network device Weka uses.`,
            "Add net=udp, or net=<device>/<address>/<prefix length>.",
          ),
        );
      }
      const udp = options.includes("net=udp");
      if (options.includes("num_cores=0") && !udp) {
        findings.push(
          draft(
            "mounts/weka-options",
            [...path, "options"],
            "num_cores=0 works with net=udp only.",
            "Write net=udp, or dedicate a core.",
          ),
        );
      }
      if (
        options.some((option) => option.startsWith("core=")) &&
        options.some((option) => option.startsWith("num_cores="))
      ) {
        findings.push(
          draft(
            "mounts/weka-options",
            [...path, "options"],
            "core= and num_cores= exclude each other.",
            "Keep one of the two.",
          ),
        );
      }
      return findings;
    },
  );
}

function monitoring({ spec }: Facts): Draft[] {
  const id = spec.monitoring?.storage;
  if (id === undefined) {
    return [];
  }
  const path = ["monitoring", "storage"];
  const pool = Object.entries(spec.ceph?.pools ?? {}).find(
    ([name, { application, storage }]) => application === "rbd" && (storage ?? name) === id,
  )?.[1];
  const content = spec.storage[id]?.content ?? pool?.content;
  const installed = ["local-lvm", "local-zfs"].includes(id);
  if (content === undefined && !installed) {
    return [
      draft(
        "monitoring/unknown-storage",
        path,
        `There is no storage ${id} for containers.`,
        `Write one of ${list([...Object.keys(spec.storage), ...cephStorageIds(spec), "local-lvm", "local-zfs"])}.`,
      ),
    ];
  }
  if (content !== undefined && !content.some((one) => one === "rootdir")) {
    return [
      draft(
        "monitoring/storage-content",
        path,
        `Storage ${id} does not hold containers.`,
        "Add `rootdir` to its `content`, or use another storage.",
      ),
    ];
  }
  return pool === undefined
    ? []
    : [
        draft(
          "monitoring/on-watched-storage",
          path,
          `The monitoring stands on ${id}, in the Ceph that it watches.`,
          "Write `local-zfs` or `local-lvm`, or let alerts also come from outside.",
        ),
      ];
}

export const services: RuleSet = { subject: "Identity, mounts and monitoring", codes, check };
