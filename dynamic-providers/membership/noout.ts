import { z } from "zod";
import { Failure } from "../../config/failure/failure.js";
import { CEPH } from "../shell/ceph.js";
import { calledOffScript, datedScript, timerOf } from "../shell/dated-unit.js";
import { expectSuccess, type HostShell, look } from "../shell/shell.js";
import { parseJson } from "../transport/base/json.js";
import { command, sh } from "../transport/ssh/quoting.js";

/** Why a host is away; each takes back its own flag alone. */
type Purpose = "restart" | "maintenance";

/** A member that stays while another one is away: it sets the flag for it, and takes it back by itself in the end. */
export interface Keeper {
  readonly shell: HostShell;
  readonly purpose: Purpose;
  /** The flag goes after this time, whatever becomes of the program. */
  readonly seconds: number;
}

const flags = z.object({
  flags_set: z.array(z.string()).default([]),
  crush_node_flags: z.record(z.string(), z.array(z.string())).default({}),
});

/**
 * Has Ceph keep the OSDs of one host in although they are down: no copy moves while it is away on purpose. Says whether the
 * flag is the program's to take back: where a person has set it, for the host or for all, it is the person's.
 */
export async function setNoout(host: string, keeper: Keeper): Promise<boolean> {
  const { shell } = keeper;
  if (!(await isToBeSet(host, keeper))) {
    return false;
  }
  const result = await shell.run(setScript(host, keeper), {
    timeoutMs: 90_000,
    repeatable: true,
    verb: `have Ceph keep the OSDs of ${host}`,
  });
  expectSuccess(result, {
    tried: `to have Ceph keep the OSDs of ${host} while it is away`,
    node: shell.node,
    doNext: "Nothing was done to the node. Look at `ceph -s` there, then run the command again.",
  });
  return true;
}

/** Takes the flag back; one that is not there is no fault. */
export async function unsetNoout(
  host: string,
  { shell, purpose }: Omit<Keeper, "seconds">,
): Promise<void> {
  const result = await shell.run(unsetScript(host, purpose), {
    timeoutMs: 90_000,
    repeatable: true,
    verb: `have Ceph judge the OSDs of ${host} as ever`,
  });
  expectSuccess(result, {
    tried: `to take Ceph's flag noout back for ${host}`,
    node: shell.node,
    doNext: `It goes by itself too (\`systemctl list-timers ${unitOf(host, purpose)}.timer\` there). By hand it is \`ceph osd unset-group noout ${host}\`. Then run the command again.`,
  });
}

/** Nothing is to be set where no OSD is, or where somebody has done it. What an earlier run of the program has set is set anew. */
async function isToBeSet(
  host: string,
  { shell, purpose }: Pick<Keeper, "shell" | "purpose">,
): Promise<boolean> {
  const said = await look(shell, {
    script: [
      "export LC_ALL=C",
      "test -s /etc/pve/ceph.conf || { echo nothing; exit 0; }",
      sh`osds=$(${CEPH} osd ls-tree ${host}) || exit`,
      'test -n "$osds" || { echo nothing; exit 0; }',
      sh`if test -e ${timerOf(unitOf(host, purpose))}; then echo ours; exit 0; fi`,
      sh`${CEPH} osd dump -f json`,
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
      doNext: "Nothing was done to the node. Look at `ceph osd dump` there.",
    });
  }
  const { flags_set, crush_node_flags } = seen.data;
  return !flags_set.includes("noout") && crush_node_flags[host]?.includes("noout") !== true;
}

/** First the timer that takes it back, then the flag: whatever is cut in between, the flag has an end. */
export function setScript(host: string, { purpose, seconds }: Omit<Keeper, "shell">): string {
  return [
    "export LC_ALL=C",
    datedScript({
      unit: unitOf(host, purpose),
      description: `Have Ceph judge the OSDs of ${host} as ever after a planned ${purpose}`,
      seconds,
      command: command(
        `/usr/bin/${CEPH[0]}`,
        ...CEPH.slice(1),
        "osd",
        "unset-group",
        "noout",
        host,
      ),
    }),
    sh`${CEPH} osd set-group noout ${host}`,
  ].join("\n");
}

export function unsetScript(host: string, purpose: Purpose): string {
  return [
    "export LC_ALL=C",
    sh`${CEPH} osd unset-group noout ${host} || exit`,
    calledOffScript(unitOf(host, purpose)),
  ].join("\n");
}

const unitOf = (host: string, purpose: Purpose): string => `proxmox-ha-noout-${purpose}-${host}`;
