import type { MembershipFacts } from "../membership/facts.js";
import { observe } from "../membership/observe.js";
import { parseVotes, VOTES_COMMAND } from "../membership/votes.js";
import { partScript, readParts } from "../shell/parts.js";
import type { HostShell } from "../shell/shell.js";
import { look } from "../transport/ssh/look.js";

export interface ConfiguredDevice {
  readonly host: string;
  readonly algorithm: string;
  readonly votes: number | undefined;
}

/** What one member says about the QDevice. */
export interface DeviceFacts {
  readonly node: string;
  readonly membership: MembershipFacts;
  /** Of its cluster's configuration; undefined when that has none. */
  readonly configured: ConfiguredDevice | undefined;
  /** The daemon that asks for the vote. */
  readonly installed: boolean;
  readonly active: boolean;
  readonly enabled: boolean;
  /** Its certificates, which the set-up gives to every member. */
  readonly hasCertificates: boolean;
  /** `Connected` when all is well. */
  readonly connection: string;
  /** Whether the member counts the vote: alive and cast. */
  readonly counted: boolean;
}

const MARK = "@@proxmox-ha@@";

const FACTS_SCRIPT = [
  "export LC_ALL=C",
  partScript(MARK, "package", "dpkg-query -s corosync-qdevice | grep '^Status: .* installed$'"),
  partScript(MARK, "active", "systemctl is-active corosync-qdevice"),
  partScript(MARK, "enabled", "systemctl is-enabled corosync-qdevice"),
  partScript(MARK, "store", "ls /etc/corosync/qdevice/net/nssdb/cert9.db"),
  partScript(MARK, "state", "corosync-qdevice-tool -s"),
  partScript(MARK, "quorum", VOTES_COMMAND),
].join("\n");

/** Looks at one member. */
export async function observeDevice(shell: HostShell): Promise<DeviceFacts> {
  const [membership, said] = await Promise.all([
    observe(shell, []),
    look(shell, { script: FACTS_SCRIPT, timeoutMs: 30_000, verb: "look at the QDevice" }),
  ]);
  return parseDeviceFacts(shell.node, membership, said);
}

/** Reads what the script printed. Total: what is missing counts as absent. */
export function parseDeviceFacts(
  node: string,
  membership: MembershipFacts,
  output: string,
): DeviceFacts {
  const parts = readParts(MARK, output);
  const text = (name: string): string => parts.get(name)?.trim() ?? "";
  return {
    node,
    membership,
    configured: configuredDevice(membership),
    installed: text("package") !== "",
    active: text("active") === "active",
    enabled: text("enabled") === "enabled",
    hasCertificates: text("store") !== "",
    connection: /^State:\s+(.+)$/m.exec(text("state"))?.[1]?.trim() ?? "no answer",
    counted: parseVotes(text("quorum")).countsDevice,
  };
}

function configuredDevice({ conf }: MembershipFacts): ConfiguredDevice | undefined {
  const device = conf?.quorum.sections.find(([name]) => name === "device")?.[1];
  if (device === undefined) {
    return undefined;
  }
  const net = device.sections.find(([name]) => name === "net")?.[1];
  return {
    host: net?.values.host ?? "",
    algorithm: net?.values.algorithm ?? "",
    votes: device.values.votes === undefined ? undefined : Number(device.values.votes),
  };
}

/** What keeps a member from counting the vote, in words; empty when it does. */
export function complaintsAboutVote(facts: DeviceFacts): string[] {
  return [
    ...(facts.hasCertificates ? [] : ["has no certificates for it"]),
    ...(facts.active ? [] : ["does not run corosync-qdevice"]),
    ...(facts.enabled ? [] : ["does not start corosync-qdevice at boot"]),
    ...(facts.connection === "Connected"
      ? []
      : [`is not connected to corosync-qnetd (${facts.connection})`]),
    ...(facts.counted ? [] : ["does not count its vote"]),
  ];
}
