import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import {
  FENCER_CONFIG as CONFIG,
  FENCER_COMMAND,
  FENCER_FOLDER,
  FENCER_PROGRAM,
} from "../../config/plan/fence.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import {
  fencerSecrets,
  type KnownMachine,
  renderFencerConfig,
} from "../../config/plan/render/fencer-config.js";
import { HostFiles } from "../../dynamic-providers/host/files/resource.js";
import type { AgentFiles } from "./agent-files.js";

const SERVICE = "proxmox-ha-fencer.service";
const TIMER = "proxmox-ha-fencer-verify.timer";
const ALARMS = "proxmox-ha-fencer-alarm.path";

/** The fencer must understand its new files before the ones of before are given up. A removal leaves nothing to ask. */
const VALIDATE = `! test -e ${FENCER_PROGRAM} || ${FENCER_COMMAND} check`;

/**
 * A start returns when the fencer says that it is ready. When the files have gone, so do the units and what they left in
 * systemd's folders; what the fencer remembers of its peers goes with them. A timer whose service has gone is a failed one to systemd.
 */
const RELOAD = `systemctl daemon-reload && if [ -f /etc/systemd/system/${SERVICE} ]; then \
chmod 0700 /etc/proxmox-ha/fencer && systemctl enable --quiet ${SERVICE} ${TIMER} ${ALARMS} && systemctl restart ${ALARMS} ${SERVICE} ${TIMER}; \
else systemctl stop ${SERVICE} ${TIMER} ${ALARMS} 2>/dev/null; \
rm -rf /etc/systemd/system/multi-user.target.wants/${SERVICE} /etc/systemd/system/multi-user.target.wants/${ALARMS} /etc/systemd/system/timers.target.wants/${TIMER} \
/var/lib/proxmox-ha/fencer ${FENCER_FOLDER} /etc/proxmox-ha/fencer && systemctl daemon-reload && { systemctl reset-failed 'proxmox-ha-fencer*' 2>/dev/null || true; }; fi`;

export interface FencerArgs {
  readonly plan: Pick<ClusterPlan, "name" | "nodes" | "fencing" | "adopt">;
  readonly connection: ConnectionPlan;
  readonly agent: AgentFiles;
  /** By node. Only a run that has seen them knows them, so a first preview does not. */
  readonly machines: pulumi.Output<Readonly<Record<string, KnownMachine>>>;
}

/** The fencer of one node: program, units, and a configuration with the devices of its peers and nobody else's. */
export function declareFencer(
  name: string,
  { plan, connection, agent, machines }: FencerArgs,
  opts: pulumi.CustomResourceOptions,
): HostFiles {
  const { node } = connection;
  return new HostFiles(
    name,
    {
      connection,
      set: "fencer",
      files: {
        ...Object.fromEntries(Object.entries(agent).map(([path, source]) => [path, { source }])),
        [CONFIG]: {
          content: machines.apply((known) => renderFencerConfig(plan, node, known)),
          secrets: fencerSecrets(plan.fencing, node),
          mode: "0600",
        },
      },
      validate: VALIDATE,
      reload: RELOAD,
      turn: "fencer",
      adopt: plan.adopt,
    },
    opts,
  );
}
