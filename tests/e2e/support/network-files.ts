import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { loadStack } from "../../../config/load/index.js";
import { planCluster } from "../../../config/plan/index.js";
import { renderFrrConf, renderFrrDaemons } from "../../../config/plan/render/frr.js";
import { renderInterfaces } from "../../../config/plan/render/interfaces.js";
import type { RingProtocol } from "../../../config/plan/ring.js";

const repository = path.resolve(__dirname, "..", "..", "..");
const file = z.object({
  config: z.object({
    "proxmox-ha:cluster": z.looseObject({ networks: z.record(z.string(), z.unknown()) }),
  }),
});

export interface NodeFiles {
  readonly what: string;
  readonly interfaces: string;
  readonly frr?: {
    readonly conf: string;
    readonly daemons: string;
    readonly protocol: RingProtocol;
  };
}

/** The network files of the first node of a stack; with a protocol, the ring speaks that one. */
export function filesOfFirstNode(stack: string, protocol?: RingProtocol): NodeFiles {
  const text = readFileSync(path.join(repository, `Pulumi.${stack}.yaml`), "utf8");
  const parsed = file.parse(parse(text));
  const { networks } = parsed.config["proxmox-ha:cluster"];
  if (protocol !== undefined) {
    networks.ring = { ...z.looseObject({}).parse(networks.ring), thunderbolt: { protocol } };
  }
  const { spec, findings } = loadStack({
    file: `Pulumi.${stack}.yaml`,
    text: JSON.stringify(parsed),
    today: "2026-01-01",
  });
  if (spec === undefined) {
    throw new Error(`${stack} with ${protocol ?? "its own protocol"}: ${JSON.stringify(findings)}`);
  }
  const plan = planCluster(spec);
  const [first] = plan.nodes;
  const [ring] = plan.rings;
  const node = ring?.nodes[0];
  return {
    what: `${stack}${protocol === undefined ? "" : ` with ${protocol}`}`,
    interfaces: first === undefined ? "" : renderInterfaces(first.network),
    ...(ring === undefined || node === undefined
      ? {}
      : {
          frr: {
            conf: renderFrrConf(ring, node, { major: plan.major, hostname: node.node }),
            daemons: renderFrrDaemons(ring),
            protocol: ring.protocol,
          },
        }),
  };
}

/**
 * Starts real daemons beside the host's own, in a network namespace with two cables, loads the file as the host would
 * at boot, and prints what they refuse and what they run.
 */
export function realDaemonsScript(conf: string, daemons: string): string {
  const names = [...daemons.matchAll(/^(\w+)=yes$/gm)].flatMap(([, name]) =>
    name === undefined || name === "vtysh_enable" ? [] : [name],
  );
  return [
    "d=/etc/frr/check; r=/var/run/frr/check; mkdir -p $d $r",
    "echo 'service integrated-vtysh-config' > $d/vtysh.conf",
    `cat > $d/frr.conf <<'THE_FILE'\n${conf}THE_FILE`,
    "chown -R frr:frr $d $r",
    "cat > /run/check-frr <<'THE_SCRIPT'",
    "ip link set lo up",
    "ip link add en05 type veth peer name far5; ip link add en06 type veth peer name far6",
    "for l in en05 en06 far5 far6; do ip link set $l up; done",
    `for x in mgmtd zebra ${names.join(" ")}; do test -x /usr/lib/frr/$x && /usr/lib/frr/$x -d -N check -i /var/run/frr/check/$x.pid > /dev/null 2>&1; done`,
    "sleep 1",
    "echo '== load'; vtysh -N check -b 2>&1",
    "echo '== running'; vtysh -N check -c 'show running-config' 2>&1",
    "for p in /var/run/frr/check/*.pid; do kill $(cat $p); done",
    "THE_SCRIPT",
    "unshare --net sh /run/check-frr",
    "rm -rf /run/check-frr $d $r",
  ].join("\n");
}
