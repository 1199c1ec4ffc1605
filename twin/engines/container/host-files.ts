import { existsSync, readFileSync } from "node:fs";
import { chmod, cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { HostPlan, TwinPlan } from "../../plan/twin-plan.js";
import { run } from "../../process/run.js";
import type { Archives } from "../../services/archives.js";
import type { Image } from "./image.js";

interface HostFilesRequest {
  readonly plan: TwinPlan;
  readonly host: HostPlan;
  readonly image: Image;
  readonly layerTree: string;
  readonly upper: string;
  readonly passwordHash: string;
  readonly timeScale: number;
  readonly archives: Archives;
}

interface HostFile {
  readonly path: string;
  readonly text: string;
  readonly mode?: number;
}

/** Writes what the installer would have asked for, so that a host looks freshly installed when it boots. */
export async function writeHostFiles(request: HostFilesRequest): Promise<void> {
  const { upper, host, plan } = request;
  for (const { path, text, mode } of hostFiles(request)) {
    const target = join(upper, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text, { mode: mode ?? 0o644 });
    await chmod(target, mode ?? 0o644);
  }
  const zone = join(upper, "etc/localtime");
  await symlink(`/usr/share/zoneinfo/${plan.timezone}`, zone).catch(() => undefined);
  for (const keyring of request.archives.keyrings(plan.major)) {
    const target = join(upper, keyring.path);
    await mkdir(dirname(target), { recursive: true });
    await cp(keyring.file, target);
    await chmod(target, 0o644);
  }
  await linkDisks(upper, host);
  await mkdir(join(upper, "etc/ssh"), { recursive: true });
  await run(["ssh-keygen", "-A", "-f", upper]);
}

function hostFiles(request: HostFilesRequest): HostFile[] {
  const { plan, host, image, timeScale, passwordHash, archives } = request;
  const facts = {
    node: host.name,
    major: plan.major,
    version: plan.suite,
    timeScale,
    subscription: plan.channel === "enterprise",
    uuid: host.uuid,
    disks: host.disks,
  };
  return [
    { path: "etc/hostname", text: `${host.name}\n` },
    { path: "etc/machine-id", text: `${host.uuid.replaceAll("-", "")}\n`, mode: 0o444 },
    { path: "etc/timezone", text: `${plan.timezone}\n` },
    { path: "etc/shadow", text: shadow(request.layerTree, image.root, passwordHash), mode: 0o640 },
    {
      path: "etc/hosts",
      text: lines([
        "127.0.0.1 localhost.localdomain localhost",
        `${host.address.ip} ${host.fqdn} ${host.name}`,
        "",
        "::1     ip6-localhost ip6-loopback",
        "fe00::0 ip6-localnet",
        "ff00::0 ip6-mcastprefix",
        "ff02::1 ip6-allnodes",
        "ff02::2 ip6-allrouters",
      ]),
    },
    {
      path: "etc/resolv.conf",
      text: lines([
        `search ${plan.domain}`,
        ...plan.dns.slice(0, 3).map((one) => `nameserver ${one}`),
      ]),
    },
    { path: "etc/network/interfaces", text: interfacesFile(host) },
    { path: "etc/default/chrony", text: 'DAEMON_OPTS="-F 1"\n' },
    {
      path: "etc/chrony/chrony.conf",
      text: lines([
        ...plan.ntp.map((one) => `server ${one} iburst`),
        "driftfile /var/lib/chrony/chrony.drift",
        "keyfile /etc/chrony/chrony.keys",
        "logdir /var/log/chrony",
        "maxupdateskew 100.0",
        "rtcsync",
        "makestep 1 3",
        "confdir /etc/chrony/conf.d",
        "sourcedir /etc/chrony/sources.d",
      ]),
    },
    ...archives.sources(plan.major, plan.suite),
    { path: "etc/twin/host.json", text: `${JSON.stringify(facts, undefined, 2)}\n` },
  ];
}

/** What the installer leaves: one bridge on one port, with the node's address; all other ports are manual. */
export function interfacesFile(host: HostPlan): string {
  const { installed, address, gateway } = host;
  const addressed = [
    `\taddress ${address.ip}/${address.prefix}`,
    ...(gateway === undefined ? [] : [`\tgateway ${gateway}`]),
  ];
  const bridge = [`\tbridge-ports ${installed.port}`, "\tbridge-stp off", "\tbridge-fd 0"];
  return lines([
    "auto lo",
    "iface lo inet loopback",
    "",
    ...host.ports
      .filter((port) => port.plug.kind !== "cable")
      .flatMap((port) => [`iface ${port.name} inet manual`, ""]),
    `auto ${installed.bridge}`,
    ...(installed.vlan === undefined
      ? [`iface ${installed.bridge} inet static`, ...addressed, ...bridge]
      : [
          `iface ${installed.bridge} inet manual`,
          ...bridge,
          "\tbridge-vlan-aware yes",
          "\tbridge-vids 2-4094",
          "",
          `auto ${installed.device}`,
          `iface ${installed.device} inet static`,
          ...addressed,
          ...(installed.device.includes(".")
            ? []
            : [`\tvlan-id ${installed.vlan}`, `\tvlan-raw-device ${installed.bridge}`]),
        ]),
    "",
    "source /etc/network/interfaces.d/*",
  ]);
}

function shadow(layerTree: string, imageRoot: string, hash: string): string {
  const layered = join(layerTree, "etc/shadow");
  const text = readFileSync(existsSync(layered) ? layered : join(imageRoot, "etc/shadow"), "utf8");
  return text.replace(/^root:[^:]*:/m, () => `root:${hash}:`);
}

/** udev would make these links; it sees the machine's disks, so the host's own are linked by hand. */
async function linkDisks(upper: string, host: HostPlan): Promise<void> {
  const named = host.disks.flatMap((disk) =>
    disk.byId === undefined ? [] : [[disk.byId, disk.name]],
  );
  const text = lines(named.map(([id, name]) => `L /dev/disk/by-id/${id} - - - - ../../${name}`));
  const folder = join(upper, "etc/tmpfiles.d");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "twin-disks.conf"), text);
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
