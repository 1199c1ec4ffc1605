import { randomUUID } from "node:crypto";
import { groupsClean, monitorsInQuorum, osdsServe, poolServes } from "../../health/ceph.js";
import { filesystemServes } from "../../health/ceph-filesystem.js";
import { seenIn } from "../../health/ceph-status.js";
import { type Condition, reasons } from "../../health/condition.js";
import { defineGate } from "../../kit/gate.js";
import type { HostShell } from "../../shell/shell.js";
import { ask } from "../../transport/pvesh/ask.js";
import { look } from "../../transport/ssh/look.js";
import { FILESYSTEMS, serversIn } from "../filesystem-map.js";
import { OSDS } from "../own-osds.js";
import { probeScript, probesIn } from "../probe.js";
import { STATUS } from "../status.js";
import { missingOsds } from "./missing-osds.js";
import {
  type CephGateInputs,
  type CephGateOutputs,
  cephGateInputs,
  cephGateOutputs,
} from "./schema.js";

/** Where they cannot be asked for, their number is known. */
async function namesOfMissing(host: HostShell): Promise<string[]> {
  return await ask(host, [OSDS], {
    verb: "ask which OSDs do not serve",
    timeoutMs: 120_000,
    tried: "to ask which OSDs do not serve",
    doNext: "Look at `ceph osd tree` there.",
  }).then(
    (said) => missingOsds(said.of(OSDS)),
    () => [],
  );
}

export const cephGate = defineGate<CephGateInputs, CephGateOutputs>({
  kind: "pveceph/gate",
  schemaVersion: 2,
  // It was measured for a Ceph without file systems.
  migrations: { 1: (state) => ({ ...state, filesystems: [] }) },
  inputs: cephGateInputs,
  outputs: cephGateOutputs,
  deadlineMs: 900_000,
  everyMs: 3_000,
  subject: () =>
    "every OSD is up and in, every placement group is clean, and every pool and file system serves",
  id: ({ cluster }) => `${cluster}/ceph-whole`,
  async measure({ connection, monitors, osds, pools, filesystems }, context) {
    const host = context.host(connection);
    const asked = filesystems.length === 0 ? [STATUS] : [STATUS, FILESYSTEMS];
    const said = await ask(host, asked, {
      verb: "ask Ceph how it is",
      timeoutMs: 120_000,
      tried: "to ask Ceph how it is",
      doNext: "Look at `ceph -s` there.",
    });
    const status = said.of(STATUS);
    const seen = seenIn(status, host.node);
    const serving = osdsServe(seen, osds);
    const standing = [
      monitorsInQuorum(seen, monitors),
      serving,
      groupsClean(seen),
      ...filesystems.map(({ name, hotStandby }) =>
        filesystemServes(serversIn(said.of(FILESYSTEMS), name, host.node), hotStandby),
      ),
    ];
    const missing = serving.met ? [] : await namesOfMissing(host);
    const against = [...reasons(standing), ...missing];
    const served: Condition[] = [];
    if (against.length === 0 && pools.length > 0) {
      // A pool that is not clean may keep a write waiting for ever, so it is tried last.
      const answers = await look(host, {
        script: probeScript(pools, randomUUID()),
        timeoutMs: 60_000 + 60_000 * pools.length,
        verb: "write into the pools and read it back",
      });
      const probes = probesIn(answers);
      served.push(
        ...pools.map((pool) => poolServes(host.node, pool, probes.get(pool) ?? "no answer")),
      );
    }
    const wrong = [...against, ...reasons(served)];
    return {
      met: wrong.length === 0,
      saw:
        wrong.length > 0
          ? wrong
          : [...standing, ...served].map(({ title, value }) => `${title}: ${value}`),
      health: status.health.status,
    };
  },
  doNext: () =>
    "Look at `ceph -s` and `ceph health detail` on the node, mend what they name, and run `pulumi up` again. What was made so far stays.",
});
