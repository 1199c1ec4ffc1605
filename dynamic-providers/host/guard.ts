import { expectSuccess, type HostShell } from "../shell/shell.js";
import { raw, sh } from "../transport/ssh/quoting.js";

/**
 * A change that cannot strand a host: what was there is kept and a timer on the host is armed before anything changes. Unless the
 * controller confirms by the way that the change may have cut, the timer puts everything back; so does a boot in between.
 */
export interface Guard {
  /** Names its folder, its units and its lock on the host. */
  readonly name: string;
  /** What comes back, in words: "the old accounts and keys". */
  readonly keeps: string;
  /** Lines of the boot unit that say when in a boot it comes back. */
  readonly boot: readonly string[];
}

export interface GuardedWork {
  /** An earlier change that still waits under the timer is put back first, or is left to whoever waits for it. */
  readonly earlier: "put back" | "refused";
  /** Shell that copies to "$old" what has to come back. */
  readonly keep: readonly string[];
  /** Shell that finds it there again, and sets `rc` where that fails. Its first argument is `boot` in a boot. */
  readonly restore: readonly string[];
  readonly seconds: number;
}

export const folderOf = ({ name }: Guard): string => `/var/lib/proxmox-ha/${name}`;
/** A oneshot may take for ever unless that is said. */
const BOOT_S = 60;
const unitOf = ({ name }: Guard): string => `proxmox-ha-${name}-guard`;

/** Keeps the old state and arms the timer. Fails before anything is armed, or not at all. */
export function armScript(guard: Guard, { earlier, keep, restore, seconds }: GuardedWork): string {
  const [dir, unit] = [folderOf(guard), unitOf(guard)];
  return [
    lockLines(guard),
    earlier === "put back"
      ? sh`if test -e ${dir}/armed; then systemctl stop ${unit}.timer 2>/dev/null; ${dir}/restore 9>&- || exit 1; fi`
      : sh`if test -e ${dir}/armed; then echo "an earlier change still waits for its confirmation; its timer will undo it" >&2; exit 75; fi`,
    "set -e",
    sh`old=${dir}/old; rm -rf ${dir} && mkdir -p -m 700 $old`,
    ...keep,
    sh`cat > ${dir}/restore <<'PROXMOX_HA_RESTORE'`,
    "#!/bin/bash",
    `# Puts ${guard.keeps} back after a change that nobody confirmed.`,
    "export LC_ALL=C",
    sh`test -e ${dir}/armed || exit 0`,
    sh`old=${dir}/old rc=0`,
    ...restore,
    sh`date +%s > ${dir}/restored; rm -f ${dir}/armed`,
    sh`systemctl disable --quiet ${unit}-boot.service 2>/dev/null || true`,
    "exit $rc",
    "PROXMOX_HA_RESTORE",
    sh`chmod 700 ${dir}/restore`,
    sh`printf '%s\\n' ${bootUnit(guard)} > /etc/systemd/system/${unit}-boot.service`,
    "systemctl daemon-reload",
    sh`systemctl enable --quiet ${unit}-boot.service`,
    sh`systemctl stop ${unit}.timer 2>/dev/null || true`,
    sh`systemctl reset-failed ${unit}.service 2>/dev/null || true`,
    sh`: > ${dir}/armed && sync`,
    // What putting back leaves running, such as an interface's DHCP client, outlives the unit that started it.
    sh`systemd-run --quiet --collect --unit=${unit} -p KillMode=process --on-active=${seconds}s --timer-property=AccuracySec=500ms ${dir}/restore || { rm -f ${dir}/armed; exit 1; }`,
  ].join("\n");
}

function bootUnit(guard: Guard): string[] {
  const dir = folderOf(guard);
  return [
    "[Unit]",
    `Description=Put ${guard.keeps} back after a change that was never confirmed`,
    `ConditionPathExists=${dir}/armed`,
    ...guard.boot,
    "",
    "[Service]",
    "Type=oneshot",
    // What waits behind it, such as ssh, starts whatever becomes of it.
    `TimeoutStartSec=${BOOT_S}s`,
    `ExecStart=${dir}/restore boot`,
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ];
}

/** Fails when the guard has already acted. */
export function confirmScript(guard: Guard): string {
  const [dir, unit] = [folderOf(guard), unitOf(guard)];
  return [
    lockLines(guard),
    sh`test -e ${dir}/armed || { echo ${`the guard has already put ${guard.keeps} back`} >&2; exit 1; }`,
    sh`rm -f ${dir}/armed || exit 1`,
    sh`systemctl stop ${unit}.timer`,
    sh`systemctl disable --quiet ${unit}-boot.service`,
    sh`rm -rf ${dir} && sync`,
  ].join("\n");
}

/** Puts everything back at once, over a way that still stands. */
export async function takeBack(guard: Guard, shell: HostShell): Promise<void> {
  const [dir, unit] = [folderOf(guard), unitOf(guard)];
  const script = [
    lockLines(guard),
    // What it leaves running must not keep the lock.
    sh`systemctl stop ${unit}.timer 2>/dev/null; test ! -x ${dir}/restore || ${dir}/restore 9>&-`,
  ].join("\n");
  const done = await shell.run(script, {
    timeoutMs: 90_000,
    repeatable: true,
    verb: `put ${guard.keeps} back`,
  });
  expectSuccess(done, {
    tried: `putting ${guard.keeps} back`,
    node: shell.node,
    doNext: `Where this did not reach the host, its timer ${unit} does it; what could not be put back stands below ${dir}/old there.`,
  });
}

function lockLines({ name, keeps }: Guard): string {
  const busy = sh`echo ${`another run makes a change here that may bring ${keeps} back`} >&2`;
  return [
    "export LC_ALL=C",
    sh`exec 9>/run/lock/proxmox-ha-${name}.lock`,
    sh`flock -w 30 9 || { ${raw(busy)}; exit 75; }`,
  ].join("\n");
}
