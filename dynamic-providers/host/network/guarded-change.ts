import { posix } from "node:path";
import { raw, sh } from "../../transport/ssh/quoting.js";
import { armScript, confirmScript, folderOf, type Guard } from "../guard.js";
import type { NetworkAction, NetworkFile } from "./network-files.js";

const { dirname } = posix;

/** A reboot in the middle restores the old files before the network comes up. */
export const GUARD: Guard = {
  name: "network",
  keeps: "the old network",
  boot: [
    "DefaultDependencies=no",
    "After=local-fs.target",
    "Before=networking.service network-pre.target",
  ],
};
const DIR = folderOf(GUARD);
/** The whole change runs as a unit of its own, so that a lost session does not stop it half-way. */
const APPLY = "proxmox-ha-network-apply";
const MARK = "@@proxmox-ha-network@@";

const RUN_ACTION: Readonly<Record<NetworkAction, string>> = {
  "load-modules":
    "for m in $(sed -e 's/#.*//' /etc/modules-load.d/*.conf 2>/dev/null); do modprobe $m 2>/dev/null || true; done",
  "reload-udev": "udevadm control --reload 2>/dev/null || true",
  "reload-units": "systemctl daemon-reload",
  "apply-sysctl":
    'for f in /etc/sysctl.d/*.conf; do sysctl -q -e -p "$f" >/dev/null 2>&1 || true; done',
  // Two runs of ifupdown2 exclude each other with status 89; absent ports and clamped MTUs still exit 0.
  "reload-interfaces":
    "for i in 1 2 3 4 5; do ifreload -a; s=$?; test $s -ne 89 && break; sleep 2; done; test $s -eq 0 || exit $s",
  "restart-frr": "systemctl reset-failed frr 2>/dev/null; systemctl restart frr",
  "reload-frr": "systemctl is-active --quiet frr && systemctl reload frr || systemctl restart frr",
  // Ports that are up already; those to come run the file themselves.
  "pin-interrupts":
    "f=/etc/network/if-up.d/tb-affinity; test -x $f || exit 0; for d in /sys/class/net/*; do IFACE=$(basename $d) $f; done; true",
  "rebuild-initramfs":
    "command -v update-initramfs >/dev/null && update-initramfs -u -k all >/dev/null 2>&1 || true",
};

/** Runs the actions; every restoring action is tried even when an earlier one failed. */
function actionsShell(actions: readonly NetworkAction[]): string {
  return actions.map((action) => sh`( ${raw(RUN_ACTION[action])} ) || rc=$?`).join("\n");
}

/** Reads every file that the program owns, and whether a change is still waiting for its confirmation. */
export function observeScript(paths: readonly string[]): string {
  return [
    "export LC_ALL=C",
    ...paths.map(
      (path) =>
        sh`f=${path}; if test -f "$f"; then printf '\\n${MARK}file %s %s\\n' "$(stat -c '%a %U:%G' "$f")" "$f"; cat "$f"; else printf '\\n${MARK}absent 0 - %s\\n' "$f"; fi`,
    ),
    `printf '\\n${MARK}guard 0 - %s\\n' "$(test -e ${DIR}/armed && echo armed || echo idle)"`,
  ].join("\n");
}

export interface ObservedFile {
  readonly content: string;
  readonly mode: string;
  readonly owner: string;
}

export interface ObservedNetwork {
  /** By path; what is not there is not in it. */
  readonly files: ReadonlyMap<string, ObservedFile>;
  readonly guardArmed: boolean;
}

/** Reads what the observing script printed. */
export function parseObserved(output: string): ObservedNetwork {
  const files = new Map<string, ObservedFile>();
  let guardArmed = false;
  for (const chunk of output.split(`\n${MARK}`).slice(1)) {
    const end = chunk.indexOf("\n");
    const head = end < 0 ? chunk : chunk.slice(0, end);
    const [kind, mode, owner, path] = head.trim().split(" ");
    if (kind === "file" && mode !== undefined && owner !== undefined && path !== undefined) {
      files.set(path, { content: chunk.slice(end + 1), mode: mode.padStart(4, "0"), owner });
    } else if (kind === "guard") {
      guardArmed = path === "armed";
    }
  }
  return { files, guardArmed };
}

/**
 * Checks the new files without touching the running network: ifupdown2 parses the interfaces file, FRR's own shell
 * checks frr.conf. Exit status 0 means that both accept them.
 */
export function checkScript(files: readonly NetworkFile[]): string {
  const interfaces = files.find(({ path }) => path === "/etc/network/interfaces");
  const frr = files.find(({ path }) => path === "/etc/frr/frr.conf");
  return [
    "export LC_ALL=C",
    "d=$(mktemp -d) && trap 'rm -rf \"$d\"' EXIT",
    ...(interfaces === undefined
      ? []
      : [
          sh`printf %s ${interfaces.content} > "$d/interfaces" || exit 1`,
          'ifquery -a -i "$d/interfaces" > "$d/out" 2>&1; s=$?',
          "if test $s -ne 0 || grep -q '^error' \"$d/out\"; then echo 'ifupdown2 refuses the new /etc/network/interfaces:'; cat \"$d/out\"; exit 1; fi",
        ]),
    ...(frr === undefined
      ? []
      : [
          sh`printf %s ${frr.content} > "$d/frr.conf" || exit 1`,
          'if command -v vtysh >/dev/null; then vtysh -C -f "$d/frr.conf" > "$d/out" 2>&1; s=$?',
          "if test $s -ne 0; then echo 'FRR refuses the new frr.conf:'; cat \"$d/out\"; exit 1; fi; fi",
        ]),
    "exit 0",
  ].join("\n");
}

export interface GuardedChange {
  readonly write: readonly NetworkFile[];
  readonly remove: readonly string[];
  readonly actions: readonly NetworkAction[];
  readonly rollbackSeconds: number;
}

/** Copies a file below `$old`. Not by `cp --parents`: that of Debian 12 (coreutils 9.1) fails in any folder but the root. */
export const keepLine = (path: string): string =>
  sh`if test -e ${path}; then mkdir -p $old${dirname(path)} && cp -a ${path} $old${path}; fi`;

/** Keeps the old files, arms the guard, then starts the change as a unit of its own. Returns at once. */
export function applyScript(change: GuardedChange): string {
  const touched = [...change.write.map(({ path }) => path), ...change.remove];
  const apply = [
    "#!/bin/sh",
    "export LC_ALL=C",
    "rc=0",
    ...change.write.map(
      ({ path }) => sh`mkdir -p ${dirname(path)} && cp -a ${DIR}/new${path} ${path}`,
    ),
    ...change.remove.map((path) => sh`rm -f ${path}`),
    actionsShell(change.actions),
    "exit $rc",
  ];
  const armed = armScript(GUARD, {
    earlier: "refused",
    keep: [
      ...touched.map(keepLine),
      ...change.write.flatMap(({ path, content, mode, owner }) => [
        sh`new=${DIR}/new${path}; mkdir -p ${dirname(`${DIR}/new${path}`)}`,
        sh`printf %s ${content} > $new && chmod ${mode} $new && chown ${owner} $new`,
      ]),
      sh`printf '%s\\n' ${apply} > ${DIR}/apply && chmod 700 ${DIR}/apply`,
      // The unit of a change that was undone stays active, and a second one of its name would not start.
      `systemctl stop ${APPLY}.service 2>/dev/null || true`,
      `systemctl reset-failed ${APPLY}.service 2>/dev/null || true`,
    ],
    restore: [
      ...touched.map(
        (path) =>
          sh`if test -e $old${path}; then cp -a $old${path} ${path}; else rm -f ${path}; fi`,
      ),
      `if test "$1" != boot; then`,
      actionsShell(change.actions),
      "fi",
    ],
    seconds: change.rollbackSeconds,
  });
  return [
    armed,
    // What the change leaves running outlives the unit that started it.
    sh`systemd-run --quiet --unit=${APPLY} -p Type=oneshot -p RemainAfterExit=yes -p KillMode=process -p StandardOutput=file:${DIR}/log -p StandardError=file:${DIR}/log --no-block ${DIR}/apply`,
  ].join("\n");
}

/** How long one look waits on the host for the end of the change; the connection may break meanwhile. */
export const APPLY_WAIT_S = 10;

/** Says how the change went: `running`, `done`, or `failed` and what it printed. */
export const APPLY_STATE_SCRIPT = [
  "export LC_ALL=C",
  sh`for i in $(seq ${5 * APPLY_WAIT_S}); do test "$(systemctl show -p ActiveState --value ${APPLY}.service)" = activating || break; sleep 0.2; done`,
  `test -e ${DIR}/restored && { echo restored; exit 0; }`,
  `case "$(systemctl show -p ActiveState --value ${APPLY}.service)" in activating) echo running;; active) echo done;; *) echo failed;; esac`,
  `tail -n 20 ${DIR}/log 2>/dev/null || true`,
].join("\n");

/** Confirms the change over the new path. Fails when the guard has already acted. */
export const CONFIRM_SCRIPT = [
  confirmScript(GUARD),
  `systemctl stop ${APPLY}.service 2>/dev/null || true`,
].join("\n");
