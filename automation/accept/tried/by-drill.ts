import { doesNotApply, type Judged, judged } from "../judged.js";
import { OFF_CONFIRMED_S, START_MARGIN_S } from "../limits.js";
import { withoutBackups } from "../looked/backups.js";
import type { AcceptanceTest, OfFile } from "../test.js";
import { drilled, nodeDrilled } from "./drilled.js";
import { judgeDrill } from "./judge.js";
import { atRest } from "./rest.js";

function withoutPower({ plan }: OfFile): Judged | undefined {
  return plan.nodes.some(({ name }) => !plan.fencing.watchdogOnly.includes(name)) &&
    plan.fencing.fencers.length > 0
    ? undefined
    : doesNotApply("the file gives no node a power device that a fencer uses");
}

const withoutPeers = ({ plan }: OfFile): Judged | undefined =>
  plan.nodes.length > 2
    ? undefined
    : doesNotApply("with fewer than three nodes nobody is left with quorum and a record");

const SOUND =
  "the cluster healthy and at rest, every power device seen, Ceph able to spare the node, a started guest under HA on it";
const RESTORED =
  "the drill's own: the node is switched on, waited for until it is a sound member; a member keeps the record and does so by itself after half an hour";
const RECOVERY = `off confirmed within ${OFF_CONFIRMED_S} s and before HA takes the lock; each guest started within Proxmox's own waits and ${START_MARGIN_S} s`;

export const fencing: AcceptanceTest = {
  name: "fencing",
  title: "Every fencer could switch off every other node",
  precondition: "fencers run",
  action: "every fencer asks its peers' power devices now (`drill verify`)",
  measure: "what each device answers",
  threshold: "every pair is sure",
  wayBack: "nothing is switched",
  isDestructive: false,
  without: withoutPower,
  perform: async (scene) => judgeDrill(await drilled(scene, { drill: "verify" })),
};

export const security: AcceptanceTest = {
  name: "security",
  title: "Nothing is open that should be shut",
  precondition: "nodes answer",
  action: "look at every host, by itself and from here (`drill security`)",
  measure: "logins, ports, certificates, tokens, secrets and pending security updates",
  threshold: "no error, and every look was answered; warnings are told",
  wayBack: "nothing is changed",
  isDestructive: false,
  without: () => undefined,
  perform: async (scene) => judgeDrill(await drilled(scene, { drill: "security" })),
};

export const restore: AcceptanceTest = {
  name: "restore",
  title: "A backup comes back and runs",
  precondition: "a backup, and room for it on the guest's node",
  action:
    "restore the newest backup of the smallest guest beside it, unplugged, and start it (`drill restore`)",
  measure: "how long it takes, and whether it runs or its agent answers",
  threshold: "it runs",
  wayBack: "the copy is removed, by the next drill where this one was cut",
  isDestructive: false,
  without: withoutBackups,
  perform: async (scene) => judgeDrill(await drilled(scene, { drill: "restore" })),
};

export const restart: AcceptanceTest = {
  name: "restart",
  title: "A node that was switched off comes back by itself as it was",
  precondition: "the cluster healthy and at rest, a power device",
  action: "empty a node, switch it off hard and on again (`drill off`)",
  measure:
    "when it was off, and what is missing when it is back: links, storages, services, Ceph, guests",
  threshold: `off confirmed within ${OFF_CONFIRMED_S} s, and afterwards nothing is missing`,
  wayBack: RESTORED,
  isDestructive: true,
  without: (file) => withoutPeers(file) ?? withoutPower(file),
  perform: async (scene) => {
    const off = await nodeDrilled(scene, "off");
    if (off.verdict !== "passed") {
      return off;
    }
    const { unrest } = await atRest(scene.stage);
    return judged(off.figures, unrest);
  },
};

export const isolation: AcceptanceTest = {
  name: "isolation",
  title: "A node that loses corosync is stopped, and its guests start elsewhere",
  precondition: SOUND,
  action: "cut all of corosync's links of a node, in both directions (`drill isolate`)",
  measure: "when it left, was off, and its guests were up",
  threshold: RECOVERY,
  wayBack: `the cut has an end of its own after five minutes; ${RESTORED}`,
  isDestructive: true,
  without: withoutPeers,
  perform: (scene) => nodeDrilled(scene, "isolate"),
};

export const failover: AcceptanceTest = {
  name: "failover",
  title: "Guests of a node that loses its power start elsewhere",
  precondition: SOUND,
  action: "cut the power of a node while it works (`drill cut`)",
  measure: "when it was off, and its guests were up",
  threshold: RECOVERY,
  wayBack: RESTORED,
  isDestructive: true,
  without: (file) => withoutPeers(file) ?? withoutPower(file),
  perform: (scene) => nodeDrilled(scene, "cut"),
};
