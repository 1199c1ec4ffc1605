import { z } from "zod";
import type { HostMachine } from "../engines/engine.js";
import type { TwinStatus } from "./status.js";

type HostStatus = TwinStatus["hosts"][number];

const linkList = z.array(
  z.object({ ifname: z.string(), flags: z.array(z.string()), operstate: z.string() }),
);

const SCRIPT = [
  "systemctl is-system-running 2>/dev/null",
  'echo "--"',
  "corosync-quorumtool -s 2>/dev/null | sed -n 's/^Quorate: *//p; s/^Total votes: *//p; s/^Expected votes: *//p'",
  'echo "--"',
  "awk '$2 ~ \"^/mnt/pve/\" {print $2}' /proc/self/mounts",
  'echo "--"',
  "ip -j link show",
].join("\n");

/** Asks a host about itself. A host that is off or frozen is described without asking. */
export async function probeHost(host: HostMachine): Promise<HostStatus> {
  const base = { name: host.plan.name, address: host.plan.address.ip, power: host.state() };
  if (host.state() !== "on") return base;
  const { code, stdout } = await host.exec(["sh", "-c", SCRIPT]);
  const [booted = "", quorum = "", mounts = "", links = "[]"] = stdout.split(/^--$/m);
  if (code !== 0) return base;
  const wired = new Set(
    host.plan.ports.filter((port) => port.plug.kind !== "none").map((port) => port.name),
  );
  const parsed = linkList.safeParse(JSON.parse(links.trim() === "" ? "[]" : links));
  return {
    ...base,
    booted: booted.trim(),
    quorum: quorumText(quorum.trim().split("\n")),
    storages: mounts.trim().split("\n").filter(Boolean),
    links: (parsed.data ?? [])
      .filter((link) => wired.has(link.ifname))
      .map((link) => ({
        name: link.ifname,
        state: !link.flags.includes("UP")
          ? ("down" as const)
          : link.flags.includes("LOWER_UP")
            ? ("up" as const)
            : ("no carrier" as const),
      })),
  };
}

function quorumText(lines: readonly string[]): string {
  const [quorate] = lines.filter((line) => line === "Yes" || line === "No");
  const [expected, total] = lines.filter((line) => /^\d+$/.test(line));
  if (quorate === undefined) return "not in a cluster";
  return `${quorate === "Yes" ? "quorate" : "no quorum"}, ${total ?? "?"} of ${expected ?? "?"} votes`;
}
