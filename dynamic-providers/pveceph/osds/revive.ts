import { Failure } from "../../../config/failure/failure.js";
import type { Context, Host } from "../../kit/runtime.js";
import { runJob } from "../../shell/job.js";
import { until } from "../../shell/until.js";
import { raw, sh } from "../../transport/ssh/quoting.js";
import { LINK_CONFIGURATION } from "../daemons.js";
import type { KnownOsd } from "../own-osds.js";
import type { CephOsdsInputs } from "./schema.js";
import { extentOf, lookAtDisks } from "./sight.js";

/** Its data and its key lie on the disk; only the host has forgotten it. What it missed meanwhile its peers tell it. */
export async function revive(
  { id, uuid }: KnownOsd,
  state: CephOsdsInputs,
  context: Context,
  host: Host,
): Promise<void> {
  const { clock } = context;
  const { osdDeadlineMs } = state;
  await runJob(
    {
      unit: "proxmox-ha-ceph-osd",
      doing: `starting osd.${id}, which ${host.node} has taken over with its disk`,
      script: sh`${raw(LINK_CONFIGURATION.command)} || exit; ceph-volume lvm activate ${id} ${uuid}`,
      deadlineMs: osdDeadlineMs,
    },
    host,
    clock,
  );
  const waited = await until(
    async () => {
      const { seen } = await lookAtDisks(host, () => false, extentOf(state));
      return seen.osds.find((one) => one.id === id);
    },
    (osd) => osd?.up === true,
    { deadlineMs: osdDeadlineMs, everyMs: 2_000, clock },
  );
  if (waited.last?.up !== true) {
    throw new Failure("failed", {
      tried: `to start osd.${id}`,
      where: host.node,
      cameBack: `its disk was activated, and after ${Math.round(waited.waitedMs / 1_000)} s Ceph does not count it as up`,
      doNext: `Look at \`journalctl -u ceph-osd@${id}\` there, then run \`pulumi up\` again. If its disk is of no use, take the OSD out by the consent \`osd.${id}\`.`,
    });
  }
}
