import { expectSuccess, type HostShell } from "../shell/shell.js";

/**
 * A change that cannot strand a host: what was there is kept and a timer on the host is armed before anything changes. Unless the
 * controller confirms by the way that the change may have cut, the timer puts everything back; so does a boot in between.
 */
export interface Guard {
  /** Names its folder, its units and its lock on the host. */
  readonly name: string;
  /** What comes back, in words: "the old accounts and keys". */
  readonly keeps: string;
}

const folderOf = ({ name }: Guard): string => `/var/lib/proxmox-ha/${name}`;
const unitOf = ({ name }: Guard): string => `proxmox-ha-${name}-guard`;

/** Keeps what the lines of `keep` copy to "$old" and arms the timer, whose lines of `restore` find it there again. */
export function armScript(
  guard: Guard,
  keep: readonly string[],
  restore: readonly string[],
  seconds: number,
): string {
  const [dir, unit] = [folderOf(guard), unitOf(guard)];
  return [
    "export LC_ALL=C",
    lockLines(guard),
    // Nobody waits for an earlier change any more; this one starts from what was confirmed.
    `if test -e ${dir}/armed; then systemctl stop ${unit}.timer 2>/dev/null; ${dir}/restore || exit 1; fi`,
    "set -e",
    `rm -rf ${dir} && mkdir -p -m 700 ${dir}/old && old=${dir}/old`,
    ...keep,
    `cat > ${dir}/restore <<'PROXMOX_HA_RESTORE'`,
    "#!/bin/bash",
    `# Puts ${guard.keeps} back after a change that nobody confirmed.`,
    "export LC_ALL=C",
    `test -e ${dir}/armed || exit 0`,
    `old=${dir}/old rc=0`,
    ...restore,
    `rm -f ${dir}/armed`,
    `systemctl disable --quiet ${unit}-boot.service 2>/dev/null || true`,
    "exit $rc",
    "PROXMOX_HA_RESTORE",
    `chmod 700 ${dir}/restore`,
    `cat > /etc/systemd/system/${unit}-boot.service <<'PROXMOX_HA_UNIT'`,
    "[Unit]",
    `Description=Put ${guard.keeps} back after a change that was never confirmed`,
    `ConditionPathExists=${dir}/armed`,
    "After=local-fs.target",
    "Before=ssh.service",
    "",
    "[Service]",
    "Type=oneshot",
    `ExecStart=${dir}/restore`,
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "PROXMOX_HA_UNIT",
    "systemctl daemon-reload",
    `systemctl enable --quiet ${unit}-boot.service`,
    `systemctl stop ${unit}.timer 2>/dev/null || true`,
    `systemctl reset-failed ${unit}.service 2>/dev/null || true`,
    `: > ${dir}/armed && sync`,
    `systemd-run --quiet --collect --unit=${unit} --on-active=${seconds}s --timer-property=AccuracySec=500ms ${dir}/restore || { rm -f ${dir}/armed; exit 1; }`,
  ].join("\n");
}

/** Fails when the guard has already acted. */
export function confirmScript(guard: Guard): string {
  const [dir, unit] = [folderOf(guard), unitOf(guard)];
  return [
    "export LC_ALL=C",
    lockLines(guard),
    `test -e ${dir}/armed || { echo "the guard has already put ${guard.keeps} back" >&2; exit 1; }`,
    `rm -f ${dir}/armed || exit 1`,
    `systemctl stop ${unit}.timer`,
    `systemctl disable --quiet ${unit}-boot.service`,
    `rm -rf ${dir} && sync`,
  ].join("\n");
}

/** Puts everything back at once, over a way that still stands. */
export async function takeBack(guard: Guard, shell: HostShell): Promise<void> {
  const [dir, unit] = [folderOf(guard), unitOf(guard)];
  const script = [
    lockLines(guard),
    `systemctl stop ${unit}.timer 2>/dev/null; test ! -x ${dir}/restore || ${dir}/restore`,
  ].join("\n");
  const done = await shell.run(script, {
    timeoutMs: 60_000,
    repeatable: true,
    verb: `put ${guard.keeps} back`,
  });
  expectSuccess(done, {
    tried: `putting ${guard.keeps} back`,
    node: shell.node,
    doNext: `The timer ${unit} on the host tries it again.`,
  });
}

function lockLines({ name, keeps }: Guard): string {
  return [
    `exec 9>/run/lock/proxmox-ha-${name}.lock`,
    `flock -w 30 9 || { echo "another run is changing what guards ${keeps}" >&2; exit 75; }`,
  ].join("\n");
}
