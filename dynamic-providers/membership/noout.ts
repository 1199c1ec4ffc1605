import { z } from "zod";
import { Failure } from "../../config/failure/failure.js";
import { expectSuccess, type HostShell, look } from "../shell/shell.js";
import { parseJson } from "../transport/base/json.js";
import { raw, sh } from "../transport/ssh/quoting.js";

/** A member that stays while another one is away: it sets the flag for it, and takes it back by itself in the end. */
export interface Keeper {
  readonly shell: HostShell;
  /** The flag goes after this time, whatever becomes of the program. */
  readonly seconds: number;
}

const UNITS = "/etc/systemd/system";
/** A member without daemons of Ceph lacks the link by which its programs find the configuration. */
const CEPH = "timeout 30 ceph -c /etc/pve/ceph.conf";

const flags = z.object({
  flags_set: z.array(z.string()).default([]),
  crush_node_flags: z.record(z.string(), z.array(z.string())).default({}),
});

/**
 * Has Ceph keep the OSDs of one host in although they are down: no copy moves for the minutes of a planned restart. Says whether the
 * flag is the program's to take back: where a person has set it, for the host or for all, it is the person's.
 */
export async function setNoout(host: string, { shell, seconds }: Keeper): Promise<boolean> {
  if (!(await isToBeSet(host, shell))) {
    return false;
  }
  const result = await shell.run(setScript(host, seconds), {
    timeoutMs: 90_000,
    repeatable: true,
    verb: `have Ceph keep the OSDs of ${host}`,
  });
  expectSuccess(result, {
    tried: `to have Ceph keep the OSDs of ${host} while it restarts`,
    node: shell.node,
    doNext: "The node was not restarted. Look at `ceph -s` there, then run `pulumi up` again.",
  });
  return true;
}

/** Takes the flag back; one that is not there is no fault. */
export async function unsetNoout(host: string, shell: HostShell): Promise<void> {
  const result = await shell.run(unsetScript(host), {
    timeoutMs: 90_000,
    repeatable: true,
    verb: `have Ceph judge the OSDs of ${host} as ever`,
  });
  expectSuccess(result, {
    tried: `to take Ceph's flag noout back for ${host}`,
    node: shell.node,
    doNext: `It goes by itself too (\`systemctl list-timers ${unitOf(host)}.timer\` there). By hand it is \`ceph osd unset-group noout ${host}\`. Then run \`pulumi up\` again.`,
  });
}

/** Nothing is to be set where no OSD is, or where somebody has done it. What an earlier run of the program has set is set anew. */
async function isToBeSet(host: string, shell: HostShell): Promise<boolean> {
  const said = await look(shell, {
    script: [
      "export LC_ALL=C",
      "test -s /etc/pve/ceph.conf || { echo nothing; exit 0; }",
      sh`osds=$(${raw(CEPH)} osd ls-tree ${host}) || exit`,
      'test -n "$osds" || { echo nothing; exit 0; }',
      sh`if test -e ${`${UNITS}/${unitOf(host)}.timer`}; then echo ours; exit 0; fi`,
      `${CEPH} osd dump -f json`,
    ].join("\n"),
    timeoutMs: 90_000,
    verb: `see which flags Ceph has for ${host}`,
  });
  if (said.trim() === "nothing") {
    return false;
  }
  if (said.trim() === "ours") {
    return true;
  }
  const seen = flags.safeParse(parseJson(said));
  if (!seen.success) {
    throw new Failure("failed", {
      tried: `to see which flags Ceph has for ${host}`,
      where: shell.node,
      cameBack: "the answer of `ceph osd dump` cannot be read",
      doNext: "The node was not restarted. Look at `ceph osd dump` there.",
    });
  }
  const { flags_set, crush_node_flags } = seen.data;
  return !flags_set.includes("noout") && crush_node_flags[host]?.includes("noout") !== true;
}

/**
 * First the timer that takes it back, then the flag: whatever is cut in between, the flag has an end. The timer outlives a restart of
 * this member, and tries again while Ceph does not answer.
 */
export function setScript(host: string, seconds: number): string {
  const unit = unitOf(host);
  return [
    "export LC_ALL=C",
    "set -e",
    sh`end=$(date -u -d ${`+${seconds} seconds`} '+%Y-%m-%d %H:%M:%S UTC')`,
    sh`cat > ${UNITS}/${unit}.service <<'PROXMOX_HA_UNIT'`,
    "[Unit]",
    `Description=Have Ceph judge the OSDs of ${host} as ever after a planned restart`,
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=oneshot",
    "Environment=LC_ALL=C",
    `ExecStart=/usr/bin/${CEPH} osd unset-group noout ${host}`,
    `ExecStartPost=/bin/rm -f ${UNITS}/${unit}.timer ${UNITS}/${unit}.service ${UNITS}/timers.target.wants/${unit}.timer`,
    "Restart=on-failure",
    "RestartSec=60",
    "PROXMOX_HA_UNIT",
    sh`cat > ${UNITS}/${unit}.timer <<PROXMOX_HA_UNIT`,
    "[Timer]",
    "OnCalendar=$end",
    "AccuracySec=1s",
    // It would have come due while this member itself was off.
    "Persistent=true",
    "",
    "[Install]",
    "WantedBy=timers.target",
    "PROXMOX_HA_UNIT",
    "systemctl daemon-reload",
    sh`systemctl enable --quiet ${unit}.timer`,
    sh`systemctl restart ${unit}.timer`,
    sh`${raw(CEPH)} osd set-group noout ${host}`,
  ].join("\n");
}

export function unsetScript(host: string): string {
  const unit = unitOf(host);
  return [
    "export LC_ALL=C",
    sh`${raw(CEPH)} osd unset-group noout ${host} || exit`,
    sh`systemctl disable --quiet --now ${unit}.timer 2>/dev/null`,
    sh`rm -f ${UNITS}/${unit}.timer ${UNITS}/${unit}.service && systemctl daemon-reload`,
  ].join("\n");
}

const unitOf = (host: string): string => `proxmox-ha-noout-${host}`;
