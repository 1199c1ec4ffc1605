import { raw, sh } from "../transport/ssh/quoting.js";

/** Something that a host does by itself at a date, whatever becomes of the program, unless it is called off before. */
export interface DatedUnit {
  /** "proxmox-ha-noout-restart-frege" */
  readonly unit: string;
  readonly description: string;
  readonly seconds: number;
  /** What it does; it is tried again each minute until it ends well. */
  readonly command: string;
}

const UNITS = "/etc/systemd/system";

export const timerOf = (unit: string): string => `${UNITS}/${unit}.timer`;

/**
 * Shell that sets the date. The timer consists of files, so it outlives a restart of the host, and is made up for when the host was
 * off at its date. An earlier date of the same unit is replaced.
 */
export function datedScript({ unit, description, seconds, command }: DatedUnit): string {
  return [
    sh`end=$(date -u -d ${`+${seconds} seconds`} '+%Y-%m-%d %H:%M:%S UTC') || exit`,
    sh`cat > ${UNITS}/${unit}.service <<'PROXMOX_HA_UNIT' || exit`,
    "[Unit]",
    `Description=${description}`,
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=oneshot",
    "Environment=LC_ALL=C",
    `ExecStart=${command}`,
    `ExecStartPost=/bin/rm -f ${timerOf(unit)} ${UNITS}/${unit}.service ${UNITS}/timers.target.wants/${unit}.timer`,
    "Restart=on-failure",
    "RestartSec=60",
    "PROXMOX_HA_UNIT",
    sh`cat > ${timerOf(unit)} <<PROXMOX_HA_UNIT || exit`,
    "[Timer]",
    "OnCalendar=$end",
    "AccuracySec=1s",
    "Persistent=true",
    "",
    "[Install]",
    "WantedBy=timers.target",
    "PROXMOX_HA_UNIT",
    sh`systemctl daemon-reload && systemctl enable --quiet ${unit}.timer && systemctl restart ${unit}.timer || exit`,
  ].join("\n");
}

/** Shell that calls it off; one that is not there is no fault. */
export function calledOffScript(unit: string): string {
  return [
    sh`systemctl disable --quiet --now ${unit}.timer 2>/dev/null`,
    sh`rm -f ${timerOf(unit)} ${UNITS}/${unit}.service ${raw(`${UNITS}/timers.target.wants/${unit}.timer`)} && systemctl daemon-reload`,
  ].join("\n");
}
