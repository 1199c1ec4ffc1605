import { calledOffScript, datedScript } from "../../dynamic-providers/shell/dated-unit.js";
import { raw, sh } from "../../dynamic-providers/transport/ssh/quoting.js";
import { isKept, type MaintenanceRecord } from "./record.js";

const unitOf = (node: string): string => `proxmox-ha-maintenance-${node}`;
const FOLDER = "/var/lib/proxmox-ha";
const runOf = (node: string): string => `${FOLDER}/maintenance-${node}.sh`;

/** Shell for the keeper: at the end that was named root gets a mail and the journal a line, unless the maintenance is over by then. */
export function alarmScript(kept: MaintenanceRecord, stack: string): string {
  const { node, since, until } = kept;
  return [
    "export LC_ALL=C",
    sh`mkdir -p -m 700 ${FOLDER} && printf '%s\\n' ${raiseScript(kept, stack)} > ${runOf(node)} || exit`,
    datedScript({
      unit: unitOf(node),
      description: `Tell that the maintenance of ${node} was not ended`,
      seconds: until - since,
      command: `/bin/sh ${runOf(node)}`,
    }),
  ].join("\n");
}

/** Proxmox hands mail to root on to its notifications as `system-mail`. */
function raiseScript({ node, since, until }: MaintenanceRecord, stack: string): string {
  const subject = `[proxmox-ha] the maintenance of ${node} was not ended`;
  const text = `It began at ${utc(since)} and should have ended at ${utc(until)}. HA puts no guest on ${node} until it does. Run "proxmox-ha maintenance ${stack} off ${node}", or "on" again with a later end.`;
  return [
    sh`${raw(isKept(node))} || exit 0`,
    sh`logger -p daemon.alert -t proxmox-ha -- ${subject} ${text}`,
    sh`test ! -x /usr/sbin/sendmail || printf '%s\\n' "To: root" ${`Subject: ${subject}`} "Auto-Submitted: auto-generated" "" ${text} | timeout 60 /usr/sbin/sendmail root`,
  ].join("\n");
}

export function alarmOffScript(node: string): string {
  return ["export LC_ALL=C", calledOffScript(unitOf(node)), sh`rm -f ${runOf(node)}`].join("\n");
}

/** For a person, to the minute. */
export const utc = (seconds: number): string =>
  `${new Date(seconds * 1_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
