import { z } from "zod";
import { NOT_MOUNTED, printed, whenMounted } from "../shell/etc-pve.js";
import { failedParts, partScript, readParts } from "../shell/parts.js";
import { parseJson } from "../transport/base/json.js";
import { raw, sh } from "../transport/ssh/quoting.js";
import { type CorosyncConf, parseCorosyncConf } from "./corosync-conf.js";
import { type CountedVotes, parseVotes, VOTES_COMMAND } from "./votes.js";

/** What one host says about its membership, read in one round trip and without changing anything. */
export interface MembershipFacts {
  readonly hostName: string;
  readonly pveVersion: string;
  readonly bootId: string;
  readonly clock: { readonly epochMs: number };
  /** Address that the host's own name resolves to. */
  readonly ownAddress: string;
  readonly localAddresses: readonly string[];
  /** Addresses that the asked names resolve to on this host. */
  readonly resolves: Readonly<Record<string, string>>;
  /**
   * Why the host cannot tell whether and where it is a member, as when its cluster file system has stopped. What would stand in
   * /etc/pve is not known then, and is not absent.
   */
  readonly unread: string | undefined;
  /** /etc/pve/corosync.conf; undefined when the host is in no cluster, or cannot tell. */
  readonly conf: CorosyncConf | undefined;
  /** Raw text, which edits start from. */
  readonly confText: string;
  /** The copy that corosync reads. */
  readonly localConf: CorosyncConf | undefined;
  readonly authKeyPresent: boolean;
  /** Nodes whose join once came to its end: it ends with a certificate, which stays until somebody removes it. */
  readonly certified: readonly string[];
  /** SHA-256 of the certificate that the API shows, as joins pin it. */
  readonly fingerprint: string;
  readonly corosyncVersion: string;
  /** What systemd says of the services that a member needs. */
  readonly services: Readonly<Record<(typeof SERVICES)[number], string>>;
  readonly etcPveWritable: boolean;
  /** In the eyes of corosync and of /etc/pve. */
  readonly quorate: boolean;
  /** Members as pmxcfs sees them; meaningless unless quorate. */
  readonly members: Readonly<Record<string, { readonly id: number; readonly online: boolean }>>;
  readonly votes: CountedVotes;
  readonly linksDown: readonly string[];
  readonly guests: readonly string[];
  /** Configuration in /etc/pve that a join would throw away. */
  readonly ownConfiguration: readonly string[];
  /** State of a join that an earlier run started: systemd's ActiveState, empty when there is none. */
  readonly joinUnit: string;
  readonly joinLog: string;
}

/**
 * The systemd unit that carries a join, so that it survives the loss of the connection that started it. It is no job as in
 * `shell/job`: a join ends with a member that both sides see, not with an exit status, its state is read together with the rest
 * of the facts, and a later run writes the end of its log.
 */
export const JOIN_UNIT = "proxmox-ha-join";
/** Its log lies outside /etc/pve, which is exchanged during the join. */
export const JOIN_LOG = "/var/log/proxmox-ha-join.log";

/** That a member needs; pve-cluster mounts /etc/pve. */
const SERVICES = ["corosync", "pve-cluster", "pveproxy"] as const;

/** What others want to know of a member, as its resource gives it out. */
export function identityOf({ pveVersion, corosyncVersion, fingerprint }: MembershipFacts) {
  return { version: pveVersion, corosyncVersion, fingerprint };
}

const MARK = "@@proxmox-ha@@";

/** Shell script that prints the facts; `names` are the members whose resolution is checked. */
export function membershipScript(names: readonly string[]): string {
  const part = (name: string, command: string): string => partScript(MARK, name, command);
  return [
    "export LC_ALL=C",
    part("host", "hostname"),
    part("version", "pveversion"),
    part("boot", "cat /proc/sys/kernel/random/boot_id"),
    part("clock", "date +%s%3N"),
    part("own", 'getent ahosts "$(hostname)"'),
    part("addresses", "ip -o addr show"),
    part(
      "resolves",
      sh`for n in ${names}; do printf '%s ' "$n"; getent ahosts "$n" | head -n 1; echo; done`,
    ),
    part(
      "conf",
      whenMounted(sh`f=$(ls /etc/pve) || exit 1; ${raw(printed("/etc/pve/corosync.conf"))}`),
    ),
    part("local-conf", "cat /etc/corosync/corosync.conf"),
    part("authkey", "ls /etc/corosync/authkey"),
    part("certified", "ls -d /etc/pve/nodes/*/pve-ssl.pem"),
    part(
      "fingerprint",
      "for f in pveproxy-ssl.pem pve-ssl.pem; do test -s /etc/pve/local/$f && openssl x509 -in /etc/pve/local/$f -noout -fingerprint -sha256 && break; done",
    ),
    part("corosync-version", "corosync -v"),
    ...SERVICES.map((name) => part(name, sh`systemctl is-active ${name}`)),
    // The mode tells, not access(2): root may write everywhere as far as the kernel knows.
    part("writable", "stat -c %A /etc/pve/nodes | grep -q ^drw && echo yes"),
    part("members", "cat /etc/pve/.members"),
    part("quorum", VOTES_COMMAND),
    part("links", "corosync-cfgtool -n"),
    part("guests", "ls /etc/pve/qemu-server /etc/pve/lxc"),
    part(
      "config",
      "cd /etc/pve && for f in storage.cfg user.cfg datacenter.cfg jobs.cfg domains.cfg ha/resources.cfg ha/rules.cfg ha/groups.cfg firewall/cluster.fw sdn/zones.cfg sdn/vnets.cfg mapping/pci.cfg ceph.conf; do test -s $f && { printf '@file %s\\n' $f; cat $f; }; done",
    ),
    part("join-unit", `systemctl show -p ActiveState --value ${JOIN_UNIT}.service`),
    part("join-log", `tail -n 40 ${JOIN_LOG}`),
  ].join("\n");
}

const membersFile = z.object({
  cluster: z.object({ quorate: z.coerce.number() }).optional(),
  nodelist: z
    .record(z.string(), z.object({ id: z.coerce.number(), online: z.coerce.number() }))
    .optional(),
});

/** Reads what the script printed. Total: what is missing counts as absent. */
export function parseMembershipFacts(output: string): MembershipFacts {
  const parts = readParts(MARK, output);
  const text = (name: string): string => parts.get(name) ?? "";
  const line = (name: string): string => text(name).trim().split("\n")[0]?.trim() ?? "";
  const confText = text("conf");
  const members = membersOf(text("members"));
  const votes = parseVotes(text("quorum"));
  const localConf = parseCorosyncConf(text("local-conf"));
  const services = {
    corosync: line("corosync"),
    "pve-cluster": line("pve-cluster"),
    pveproxy: line("pveproxy"),
  };
  return {
    hostName: line("host"),
    pveVersion: /pve-manager\/(\S+?)\//.exec(text("version"))?.[1] ?? line("version"),
    bootId: line("boot"),
    clock: { epochMs: Number(line("clock")) },
    ownAddress: line("own").split(/\s+/)[0] ?? "",
    localAddresses: [...text("addresses").matchAll(/inet6? ([0-9a-f.:]+)/g)].flatMap(
      ([, address]) => address ?? [],
    ),
    resolves: Object.fromEntries(
      text("resolves")
        .split("\n")
        .flatMap((row) => {
          const [name, address] = row.trim().split(/\s+/);
          return name && address ? [[name, address] as const] : [];
        }),
    ),
    unread: unread(failedParts(MARK, output).get("conf"), confText, services, localConf),
    conf: parseCorosyncConf(confText),
    confText,
    localConf,
    authKeyPresent: line("authkey") !== "",
    certified: [...text("certified").matchAll(/nodes\/([^/\s]+)\/pve-ssl/g)].flatMap(
      ([, name]) => name ?? [],
    ),
    fingerprint: line("fingerprint").split("=")[1] ?? "",
    corosyncVersion: /version '([^']+)'/.exec(text("corosync-version"))?.[1] ?? "",
    services,
    etcPveWritable: line("writable") === "yes",
    quorate: votes.quorate && members.quorate,
    members: members.nodes,
    votes,
    linksDown: linksDown(text("links")),
    guests:
      text("guests")
        .match(/\b\d+\.conf\b/g)
        ?.map((file) => file.replace(".conf", "")) ?? [],
    ownConfiguration: ownConfiguration(text("config")),
    joinUnit: line("join-unit"),
    joinLog: text("join-log").trim(),
  };
}

function unread(
  status: number | undefined,
  confText: string,
  services: MembershipFacts["services"],
  local: CorosyncConf | undefined,
): string | undefined {
  const service = `(pve-cluster is ${services["pve-cluster"] || "unknown"})`;
  const why =
    status !== undefined
      ? `/etc/pve ${status === NOT_MOUNTED ? "is not mounted" : "does not answer"} ${service}`
      : confText.trim() !== "" && parseCorosyncConf(confText) === undefined
        ? "/etc/pve/corosync.conf is there and names no cluster"
        : undefined;
  return why === undefined || local === undefined
    ? why
    : `${why}, and corosync has the configuration of ${local.clusterName}`;
}

function membersOf(text: string): {
  quorate: boolean;
  nodes: Record<string, { id: number; online: boolean }>;
} {
  const parsed = membersFile.safeParse(parseJson(text));
  if (!parsed.success) {
    return { quorate: false, nodes: {} };
  }
  const nodes = Object.entries(parsed.data.nodelist ?? {}).map(
    ([name, { id, online }]) => [name, { id, online: online === 1 }] as const,
  );
  return { quorate: parsed.data.cluster?.quorate === 1, nodes: Object.fromEntries(nodes) };
}

/** `corosync-cfgtool -n` prints one block a node and one line a link; any link that is not connected counts. */
function linksDown(text: string): string[] {
  let node = "";
  return text.split("\n").flatMap((row) => {
    node = /^nodeid:\s*(\d+)/i.exec(row.trim())?.[1] ?? node;
    const [, link, address, state] = /LINK:\s*(\d+).*?->\s*([^)\s]+)\)?\s+(.*)$/.exec(row) ?? [];
    if (link === undefined || /\bconnected\b/.test(state ?? "")) {
      return [];
    }
    return [`link ${link} to node ${node} (${address ?? "?"})`];
  });
}

const INSTALLER_STORAGES =
  /^(dir: local|lvmthin: local-lvm|zfspool: local-zfs|btrfs: local-btrfs)$/;

/** What the installer writes by itself is no loss. */
function ownConfiguration(text: string): string[] {
  return text
    .split(/^@file /m)
    .slice(1)
    .flatMap((chunk) => {
      const [file = "", ...rows] = chunk.split("\n");
      const own = rows.filter((row) => !isInstallerRow(file, row));
      return own.length === 0 ? [] : own.map((row) => `${file}: ${row.trim()}`);
    });
}

function isInstallerRow(file: string, row: string): boolean {
  if (row.trim() === "" || /^\s/.test(row)) {
    return true; // options belong to the section head, which is reported
  }
  switch (file) {
    case "storage.cfg":
      return INSTALLER_STORAGES.test(row.trim());
    case "user.cfg":
      return /^user:root@pam:/.test(row);
    case "datacenter.cfg":
      return /^keyboard:/.test(row);
    default:
      return false;
  }
}
