import { gib } from "../../config/findings/figures.js";
import { present } from "../../config/plan/present.js";
import { partScript, readParts } from "../../dynamic-providers/shell/parts.js";
import { DAY_S, spanOf } from "../spans.js";

const MARK = "@@proxmox-ha-machine@@";
/** Proxmox renews its own two weeks before; one that is not renewed by then will not be. */
const CERTIFICATE_DAYS = 10;

/** What a host says of itself. What it could not tell is absent. */
export interface MachineSeen {
  readonly load?: number;
  readonly threads?: number;
  readonly memoryBytes?: number;
  readonly freeBytes?: number;
  readonly upSeconds?: number;
  /** The one that runs. */
  readonly kernel?: string;
  /** The newest that is installed, where it is another one. */
  readonly newerKernel?: string;
  /** Of the certificate that the web interface shows, in seconds. */
  readonly certificateEndsInS?: number;
  readonly updates?: {
    readonly count: number;
    readonly ageS: number;
    /** Something was installed since. */
    readonly stale: boolean;
  };
}

const UPDATES = "/var/lib/pve-manager/pkgupdates";
const CERTIFICATES = "/etc/pve/local/pveproxy-ssl.pem /etc/pve/local/pve-ssl.pem";

/** Files alone: it costs a dead storage or a cluster without quorum nothing. */
export const MACHINE_SCRIPT = [
  partScript(MARK, "load", "cat /proc/loadavg"),
  partScript(MARK, "threads", "nproc"),
  partScript(MARK, "memory", "cat /proc/meminfo"),
  partScript(MARK, "up", "cat /proc/uptime"),
  partScript(MARK, "kernel", "uname -r"),
  partScript(MARK, "kernels", "ls -1 /boot | sed -n 's/^vmlinuz-//p' | sort -V"),
  partScript(MARK, "now", "date +%s"),
  partScript(
    MARK,
    "certificate",
    `for f in ${CERTIFICATES}; do test -s $f && date -d "$(openssl x509 -in $f -noout -enddate | cut -d= -f2)" +%s && break; done`,
  ),
  // Proxmox looks for updates each day and keeps what it found.
  partScript(
    MARK,
    "updates",
    `stat -c %Y ${UPDATES} /var/lib/dpkg/status && grep -o '"Package":' ${UPDATES} | wc -l`,
  ),
].join("\n");

export function parseMachine(said: string): MachineSeen {
  const parts = readParts(MARK, said);
  const numbers = (name: string): number[] =>
    (parts.get(name) ?? "")
      .trim()
      .split(/\s+/)
      .filter((word) => /^\d+(\.\d+)?$/.test(word))
      .map(Number);
  const [now] = numbers("now");
  const [ends] = numbers("certificate");
  const kernel = parts.get("kernel")?.trim();
  const newest = (parts.get("kernels") ?? "").trim().split("\n").at(-1);
  return present({
    load: numbers("load")[0],
    threads: numbers("threads")[0],
    memoryBytes: kibOf(parts.get("memory"), "MemTotal"),
    freeBytes: kibOf(parts.get("memory"), "MemAvailable"),
    upSeconds: numbers("up")[0],
    kernel: kernel === "" ? undefined : kernel,
    newerKernel: newest === "" || newest === kernel ? undefined : newest,
    certificateEndsInS: ends === undefined || now === undefined ? undefined : ends - now,
    updates: updatesOf(numbers("updates"), now),
  });
}

function kibOf(text: string | undefined, name: string): number | undefined {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text ?? "")?.[1];
  return kib === undefined ? undefined : Number(kib) * 1_024;
}

function updatesOf(
  [listedAt, installedAt, count]: readonly number[],
  now: number | undefined,
): MachineSeen["updates"] {
  return listedAt === undefined ||
    installedAt === undefined ||
    count === undefined ||
    now === undefined
    ? undefined
    : { count, ageS: Math.max(0, now - listedAt), stale: installedAt > listedAt };
}

/** What makes a cluster other than well: a certificate that is over stops the API, joins and migrations. */
export const certificateIsOver = ({ certificateEndsInS }: MachineSeen): boolean =>
  certificateEndsInS !== undefined && certificateEndsInS <= 0;

/** A row of the screen: how busy it is, and what a person should see to. */
export function machineRow(node: string, seen: MachineSeen): string[] {
  const { load, threads, memoryBytes, freeBytes, upSeconds } = seen;
  return [
    node,
    load === undefined || threads === undefined
      ? "load not known"
      : `load ${load.toFixed(1)} on ${threads} threads`,
    memoryBytes === undefined || freeBytes === undefined
      ? "memory not known"
      : `${gib(memoryBytes - freeBytes)} of ${gib(memoryBytes)} used`,
    upSeconds === undefined ? "" : `up ${spanOf(upSeconds)}`,
    [certificate(seen), kernels(seen), updates(seen)].filter((text) => text !== "").join("; "),
  ];
}

function certificate({ certificateEndsInS: left }: MachineSeen): string {
  if (left === undefined) {
    return "certificate not read";
  }
  if (left <= 0) {
    return `CERTIFICATE ENDED ${spanOf(-left)} ago: \`pvecm updatecerts --force\``;
  }
  return left < CERTIFICATE_DAYS * DAY_S
    ? `certificate ends in ${spanOf(left)} and should have been renewed: \`pvecm updatecerts --force\``
    : "";
}

const kernels = ({ kernel, newerKernel }: MachineSeen): string =>
  newerKernel === undefined
    ? ""
    : `kernel ${newerKernel} waits for a restart, ${kernel ?? "another one"} runs`;

function updates({ updates: list }: MachineSeen): string {
  if (list === undefined) {
    return "updates not known";
  }
  const { ageS, count, stale } = list;
  const when = `as of ${spanOf(ageS)} ago${stale ? ", before the last installation" : ""}`;
  return count === 0 && !stale && ageS < 2 * DAY_S
    ? ""
    : `${count} ${count === 1 ? "update" : "updates"} ${when}`;
}
