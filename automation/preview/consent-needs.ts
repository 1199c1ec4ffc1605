import { z } from "zod";
import { consentTo, holdsOn } from "../../config/plan/consents.js";
import { guestChange } from "./guest-change.js";
import { letGo } from "./let-go.js";
import type { PlannedChange } from "./planned-change.js";
import { diskChange, nodeOf, type Scene } from "./risks.js";

/** A consent that a step asks for. */
export interface ConsentNeed {
  /** `node.russell`. */
  readonly name: string;
  /** What it is for, and when it is asked for. */
  readonly why: string;
  /** What to write below `consent` in the stack file, with today as its last day. */
  readonly entry: string;
  /** Its last day, where the file has it and it holds. */
  readonly heldUntil?: string;
  /** Its last day, where the file has it and that is over. */
  readonly endedOn?: string;
}

type Asked = Pick<ConsentNeed, "name" | "why">;
type Needs = (change: PlannedChange, scene: Scene) => readonly Asked[];

/** The consents that a step asks for, whether the file has them or not. */
export function consentsFor(change: PlannedChange, scene: Scene, today: string): ConsentNeed[] {
  return needsOf(change)(change, scene).map(({ name, why }) => {
    const lastDay = scene.plan.consentDays[name];
    const holds = lastDay !== undefined && holdsOn(lastDay, today);
    const entry = `"${name}": ${today}`;
    const day = lastDay === undefined ? {} : holds ? { heldUntil: lastDay } : { endedOn: lastDay };
    return { name, why, entry, ...day };
  });
}

/** What to write into the stack file for consents that it lacks; today is the last day of each. */
export const lineOf = (needs: readonly Pick<ConsentNeed, "entry">[]): string =>
  `consent: {${needs.map(({ entry }) => entry).join(", ")}}`;

const NOTHING: Needs = () => [];
const goes = ({ action }: PlannedChange): boolean =>
  action === "remove" || action === "replace" || action === "remove old";

function needsOf({ kind, type }: PlannedChange): Needs {
  return type.startsWith("proxmoxve:storage/") ? native : (NEEDS[kind] ?? NOTHING);
}

const reboot: Needs = (change, { isNew }) => {
  const node = nodeOf(change);
  return node === undefined || isNew || goes(change) || change.after.policy !== "ask"
    ? []
    : [{ name: consentTo.reboot(node), why: "if the host has to start anew and is a member" }];
};

const guest: Needs = (change) => {
  const { restarts, mayRestart, consents } = guestChange(change);
  if (consents === undefined) {
    return [];
  }
  if (goes(change)) {
    return [{ name: consents.removal, why: "the guest is removed, with its disks" }];
  }
  return restarts && !mayRestart
    ? [{ name: consents.restart, why: "if the guest runs: only a restart brings it into effect" }]
    : [];
};

const VOLUMES = "if volumes lie on it, which stay on the server and are seen by no node";

/** Called by its storage, as `nfs-vms-definition`. */
const native: Needs = (change) =>
  goes(change)
    ? [{ name: consentTo.storage(change.name.replace(/-definition$/, "")), why: VOLUMES }]
    : [];

const storage: Needs = (change) => {
  const named = z.object({ storage: z.string() });
  const id = (named.safeParse(change.before).data ?? named.safeParse(change.after).data)?.storage;
  if (id === undefined) {
    return [];
  }
  if (goes(change)) {
    return letGo(change) === undefined ? [{ name: consentTo.storage(id), why: VOLUMES }] : [];
  }
  return change.action === "update" && change.touched.has("encryptionKey")
    ? [{ name: consentTo.storageKey(id), why: "nobody reads older backups with the new key alone" }]
    : [];
};

const osds: Needs = (change) => {
  const { wiped, leaving } = diskChange(change);
  const node = nodeOf(change);
  return [
    ...leaving.map((osd) => ({ name: consentTo.osd(osd), why: "it gives up its disk" })),
    ...(node === undefined
      ? []
      : wiped.map((serial) => ({
          name: consentTo.wipe(node, serial),
          why: "what lies on the disk goes",
        }))),
  ];
};

const locations: Needs = ({ action, before, after }) => {
  const hosts = z.object({ hosts: z.array(z.looseObject({ node: z.string() })) });
  const was = hosts.safeParse(before).data?.hosts ?? [];
  const is = hosts.safeParse(after).data?.hosts ?? [];
  return action !== "update"
    ? []
    : is
        .filter((host) => {
          const old = was.find(({ node }) => node === host.node);
          return old !== undefined && JSON.stringify(old) !== JSON.stringify(host);
        })
        .map(({ node }) => ({
          name: consentTo.move(node),
          why: "if it has OSDs: the data of all of them moves",
        }));
};

/** Each of what they list names its consent itself. */
const listed =
  (key: "daemons" | "pools", why: (kind: string | undefined) => string): Needs =>
  (change) => {
    const one = z.object({ consent: z.string(), kind: z.string().optional() });
    const named = z.array(one).safeParse(change.after[key]);
    return (named.data ?? []).map(({ consent: name, kind }) => ({ name, why: why(kind) }));
  };

const release: Needs = (change) =>
  goes(change)
    ? []
    : [{ name: consentTo.cephRelease, why: "one daemon after the other goes to the next release" }];

/** By kind. */
export const NEEDS: Readonly<Record<string, Needs>> = {
  "guest/Vm": guest,
  "guest/Container": guest,
  "host/Reboot": reboot,
  "pvesm/Storage": storage,
  "pveceph/Installation": (change, scene) =>
    change.action === "update" && change.touched.has("release") ? release(change, scene) : [],
  "pveceph/Locations": locations,
  "pveceph/Osds": osds,
  "pveceph/Release": release,
  "pveceph/Retired": listed("daemons", () => "the daemon leaves its node"),
  "pveceph/RetiredPools": listed("pools", (kind) =>
    kind === "storage"
      ? "it is taken out of Proxmox, and what is on it stays in Ceph"
      : "it is destroyed with all that is in it",
  ),
  "pvecm/Qdevice": (change) =>
    goes(change) ? [{ name: consentTo.qdevice, why: "its votes go for good" }] : [],
  "pvecm/Removal": ({ action, after }) => {
    const { data } = z.object({ node: z.string() }).safeParse(after);
    return action !== "create" || data === undefined
      ? []
      : [
          { name: consentTo.node(data.node), why: "the node leaves the cluster" },
          { name: consentTo.off(data.node), why: "if its controller says that the machine is on" },
        ];
  },
};
