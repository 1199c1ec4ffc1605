import { existsSync, readFileSync } from "node:fs";
import { chmod, cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { HostPlan, TwinPlan } from "../../plan/twin-plan.js";
import { run } from "../../process/run.js";
import type { Archives } from "../../services/archives.js";
import { pbsFingerprint, siteAuthority } from "../../services/pbs/identity.js";
import type { Image } from "./image.js";

interface HostFilesRequest {
  readonly plan: TwinPlan;
  readonly host: HostPlan;
  readonly image: Image;
  readonly layerTree: string;
  readonly upper: string;
  readonly passwordHash: string;
  /** The installation's own, in 32 hexadecimal digits; the next installation has another one. */
  readonly machineId: string;
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
  if (plan.pbs.length > 0) await trustSite(upper, request.image.root);
  await linkDisks(upper, host);
  await makeHostKeys(join(upper, "etc/ssh"), host);
}

/** By hand, because `ssh-keygen -A` would write this machine's name into the hosts' keys. */
async function makeHostKeys(folder: string, host: HostPlan): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(
    ["rsa", "ecdsa", "ed25519"].map((type) => {
      const file = join(folder, `ssh_host_${type}_key`);
      return run(["ssh-keygen", "-q", "-t", type, "-N", "", "-C", `root@${host.name}`, "-f", file]);
    }),
  );
}

/** A container shows the firmware tables of the machine that it runs on, or none; each host has a UUID of its own. */
function dmidecode(uuid: string): string {
  return lines([
    "#!/bin/sh",
    `test "$*" = "-s system-uuid" && exec echo ${uuid}`,
    "echo '# No SMBIOS nor DMI entry point found, sorry.'",
    "exit 1",
  ]);
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
    certificates: Object.fromEntries(
      plan.pbs.flatMap((one) =>
        one.pinned === undefined ? [] : [[one.pinned, pbsFingerprint(one.address)]],
      ),
    ),
  };
  return [
    { path: "etc/hostname", text: `${host.name}\n` },
    { path: "usr/sbin/dmidecode", text: dmidecode(host.uuid), mode: 0o755 },
    { path: "etc/machine-id", text: `${request.machineId}\n`, mode: 0o444 },
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

/** The certificate of a server whose fingerprint the file does not name is one that its hosts trust anyway. */
async function trustSite(upper: string, imageRoot: string): Promise<void> {
  const bundle = "etc/ssl/certs/ca-certificates.crt";
  const { cert } = siteAuthority();
  const known = await readFile(join(imageRoot, bundle), "utf8").catch(() => "");
  for (const [path, text] of [
    ["usr/local/share/ca-certificates/twin-site.crt", cert],
    [bundle, `${known}${cert}`],
  ] as const) {
    const target = join(upper, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text, { mode: 0o644 });
  }
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
