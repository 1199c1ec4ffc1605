import type { HostMachine } from "../../engines/engine.js";
import { succeedScript, type Undo } from "./context.js";

const LIBRARIES = "/usr/lib/x86_64-linux-gnu";
const FAKETIME = `${LIBRARIES}/faketime/libfaketime.so.1`;
/** Ceph's own allocator asks for the time before libfaketime is ready, and both wait for each other for ever; the smaller one does not ask. */
const ALLOCATOR = `${LIBRARIES}/libtcmalloc_minimal.so.4`;

/**
 * A host's root lies on the machine's disk, which must not be filled. A small full file system above the path
 * gives every new write the same answer: no space left.
 */
export async function fillDisk(host: HostMachine, path: string): Promise<Undo> {
  const place = `/run/twin-full/${path.replaceAll("/", "_")}`;
  await succeedScript(host, [
    `mkdir -p ${place}`,
    `mount -t tmpfs -o size=256k tmpfs ${place}`,
    `mkdir ${place}/upper ${place}/work`,
    `mount -t overlay overlay -o lowerdir=${path},upperdir=${place}/upper,workdir=${place}/work ${path}`,
    `dd if=/dev/zero of=${place}/upper/.twin-full bs=4k 2>/dev/null || true`,
  ]);
  return async () => {
    if (host.state() !== "on") return;
    // A host that booted since has a new and empty /run: the fault ended with its memory.
    await succeedScript(host, [
      `if [ -d ${place}/upper ]; then umount -l ${path}; umount -l ${place}; rmdir ${place}; fi`,
    ]);
  };
}

/** The kernel's clock is the machine's, so chosen daemons and new ssh sessions see another one. */
export async function skewClock(
  host: HostMachine,
  seconds: number,
  units: readonly string[],
): Promise<Undo> {
  const offset = `${seconds >= 0 ? "+" : ""}${seconds}`;
  const dropIns = units.map((unit) => `/run/systemd/system/${unit}.d/twin-clock.conf`);
  await succeedScript(host, [
    `libraries=${FAKETIME}; [ ! -e ${ALLOCATOR} ] || libraries=$libraries:${ALLOCATOR}`,
    ...units.flatMap((unit, index) => [
      `mkdir -p /run/systemd/system/${unit}.d`,
      `printf '[Service]\\nEnvironment=LD_PRELOAD=%s FAKETIME=${offset} FAKETIME_DONT_RESET=1\\n' "$libraries" > ${dropIns[index]}`,
    ]),
    "[ -e /etc/environment.twin ] || cp -a /etc/environment /etc/environment.twin 2>/dev/null || : > /etc/environment.twin",
    `printf 'LD_PRELOAD=%s\\nFAKETIME=${offset}\\n' "$libraries" >> /etc/environment`,
    "systemctl daemon-reload",
    ...units.map((unit) => `systemctl restart ${unit}`),
  ]);
  return async () => {
    if (host.state() !== "on") return;
    await succeedScript(host, [
      `rm -f ${dropIns.join(" ")}`,
      "[ ! -e /etc/environment.twin ] || mv -f /etc/environment.twin /etc/environment",
      "systemctl daemon-reload",
      ...units.map((unit) => `systemctl restart ${unit}`),
    ]);
  };
}
