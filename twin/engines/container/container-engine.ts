import { existsSync, statfsSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot, projectRoot } from "../../paths.js";
import type { HostPlan, TwinPlan } from "../../plan/twin-plan.js";
import { attempt, run } from "../../process/run.js";
import { type Archives, openArchives } from "../../services/archives.js";
import type { Engine, EngineRequest, EngineTwin } from "../engine.js";
import { machineArchives } from "./apt-sources.js";
import { ControlGroup, unifiedHierarchy } from "./cgroup.js";
import { ContainerTwin } from "./container-twin.js";
import { attachDisks } from "./disks.js";
import { detectFeatures, type Features, replacementsFor } from "./features.js";
import { writeHostFiles } from "./host-files.js";
import { type Image, takeImage } from "./image.js";
import { takeLayer } from "./layer.js";
import { ContainerMachine } from "./machine.js";
import { namesOf } from "./names.js";
import { sweepContainers } from "./sweep.js";
import { kernelVlans, processVlans } from "./vlans.js";
import { Wiring } from "./wiring.js";

const TOOLS: readonly (readonly [tool: string, debianPackage: string])[] = [
  ["mmdebstrap", "mmdebstrap"],
  ["systemd-nspawn", "systemd-container"],
  ["apt-ftparchive", "apt-utils"],
  ["ip", "iproute2"],
  ["nft", "nftables"],
  ["gpg", "gnupg"],
  ["openssl", "openssl"],
  ["ssh-keygen", "openssh-client"],
  ["losetup", "mount"],
  ["python3", "python3-minimal"],
];
const NEEDED_BYTES = 6 * 2 ** 30;

/** Hosts as booted containers in network namespaces: quick to start, honest about the shared kernel. */
export const containerEngine: Engine = {
  name: "container",
  obstacles,
  build,
  controllerPrefix: (twin) => ["nsenter", `--net=/run/netns/${namesOf(twin).controller}`],
  sweep: (name) => sweepContainers(name),
};

async function obstacles(): Promise<string[]> {
  if (process.platform !== "linux") {
    return [
      `the twin's hosts are Linux containers, and this is ${process.platform}; use a Linux machine`,
    ];
  }
  if (process.getuid?.() !== 0) {
    return [
      "the twin makes network namespaces and boots systems, which only root may do; run it with sudo",
    ];
  }
  const missing = await missingTools();
  const kernel = await missingKernelParts();
  return [
    ...(missing.length === 0
      ? []
      : [`these Debian packages are missing: ${missing.join(" ")}; run \`npm run setup\``]),
    ...kernel,
    ...diskObstacle(),
  ];
}

async function missingTools(): Promise<string[]> {
  const missing: string[] = [];
  for (const [tool, debianPackage] of TOOLS) {
    const { code } = await attempt(["sh", "-c", `command -v ${tool}`]);
    if (code !== 0) missing.push(debianPackage);
  }
  return missing;
}

async function missingKernelParts(): Promise<string[]> {
  const probe = [
    "ip link add name twina type veth peer name twinb || echo 'virtual Ethernet pairs (veth)'",
    "ip link add name twinbr type bridge || echo 'bridges (bridge)'",
    "nft add table netdev twin || echo 'packet filters (nf_tables)'",
    "mkdir -p /tmp/.twin-probe; mount -t tmpfs tmpfs /tmp/.twin-probe",
    "cd /tmp/.twin-probe; mkdir l u w r",
    "mount -t overlay overlay -o lowerdir=l,upperdir=u,workdir=w r || echo 'overlay file systems (overlay)'",
  ].join("\n");
  const { stdout } = await attempt(["unshare", "--net", "--mount", "sh", "-c", probe]);
  const parts = stdout.split("\n").filter(Boolean);
  if (unifiedHierarchy() === undefined) parts.push("the unified control group hierarchy (cgroup2)");
  return parts.map(
    (part) =>
      `this machine's kernel offers no ${part}; load the module, or use a machine that has it`,
  );
}

function diskObstacle(): string[] {
  let folder = cacheRoot();
  while (!existsSync(folder)) folder = join(folder, "..");
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= NEEDED_BYTES
    ? []
    : [
        `${folder} has ${Math.floor((bavail * bsize) / 2 ** 30)} GiB left, and a twin needs ` +
          `${NEEDED_BYTES / 2 ** 30}; make room, or set PROXMOX_HA_CACHE to a larger disk`,
      ];
}

async function build(request: EngineRequest): Promise<EngineTwin> {
  const { plan, progress, name } = request;
  const names = namesOf(name);
  const hierarchy = unifiedHierarchy();
  if (hierarchy === undefined) throw new Error("this machine shows no unified control groups");
  const cgroup = new ControlGroup(join(hierarchy, names.cgroup));
  const services = cgroup.child("services");
  await services.make();
  // The supervisor itself belongs to the twin, so that a sweep finds it when it hangs.
  const own = cgroup.child("supervisor");
  await own.make();
  await writeFile(own.procsFile, String(process.pid));
  const layer = await takeLayer(join(request.dataDir, "layer"));
  const image = await takeImage(plan.suite, layer, progress);
  const features = await detectFeatures();
  const wiring = new Wiring(names, plan, features.vlan ? kernelVlans : processVlans(cgroup));
  progress("laying networks and cables");
  await wiring.lay();
  const sources = machineArchives();
  const archives = await openArchives([
    sources.main,
    ...(sources.security === undefined ? [] : [sources.security]),
  ]);
  const trees = [...engineTrees(features), await keptOriginals(image, request.dataDir)];
  const passwordHash = (
    await run(["openssl", "passwd", "-6", "-stdin"], { input: request.rootPassword })
  ).trim();
  const hosts = await Promise.all(
    plan.hosts.map((host) =>
      makeHost({
        request,
        host,
        image,
        layerTree: layer.tree,
        engineTrees: trees,
        archives,
        passwordHash,
        cgroup,
        namespace: names.host(host.name),
      }),
    ),
  );
  return new ContainerTwin({
    request,
    names,
    wiring,
    hosts: new Map(hosts.map((host) => [host.plan.name, host])),
    replacements: replacementsFor(features),
    serviceGroup: services.procsFile,
    archive: {
      packages: image.packages,
      hostNames: archives.hostNames,
      signingHome: archives.signingHome,
    },
    layer: layer.builtIn ? "stand-in of this repository" : layer.source,
  });
}

/** What the engine lays between Debian and the Proxmox layer; what the kernel can do itself is not replaced. */
function engineTrees(features: Features): string[] {
  const folder = join(projectRoot(), "twin/engines/container");
  return [
    ...(features.vlan ? [] : ["rootfs-without-vlan"]),
    ...(features.vlanFiltering ? [] : ["rootfs-without-vlan-filtering"]),
    ...(features.bonding ? [] : ["rootfs-without-bonding"]),
    "rootfs",
  ].map((name) => join(folder, name));
}

/** A replacement that only bends the original needs it at another place, because it lies above it. */
async function keptOriginals(image: Image, dataDir: string): Promise<string> {
  const tree = join(dataDir, "originals");
  const folder = join(tree, "usr/share/ifupdown2");
  await mkdir(join(folder, "kernel-addons"), { recursive: true });
  await cp(
    join(image.root, "usr/share/ifupdown2/addons/bridge.py"),
    join(folder, "kernel-addons/bridge.py"),
  );
  return tree;
}

interface HostParts {
  readonly request: EngineRequest;
  readonly host: HostPlan;
  readonly image: Image;
  readonly layerTree: string;
  readonly engineTrees: readonly string[];
  readonly archives: Archives;
  readonly passwordHash: string;
  readonly cgroup: ControlGroup;
  readonly namespace: string;
}

async function makeHost(parts: HostParts): Promise<ContainerMachine> {
  const { request, host, image, layerTree, archives, passwordHash, cgroup, namespace } = parts;
  const folder = join(request.dataDir, "hosts", host.name);
  const upper = join(folder, "upper");
  await mkdir(upper, { recursive: true });
  await writeHostFiles({
    plan: request.plan,
    host,
    image,
    layerTree,
    upper,
    passwordHash,
    timeScale: request.timeScale,
    archives,
  });
  const disks = await attachDisks(host, join(folder, "disks"));
  return new ContainerMachine({
    plan: host,
    namespace,
    cgroup: cgroup.child(`host-${host.name}`),
    lower: [layerTree, ...parts.engineTrees, image.root],
    folder,
    consoleLog: join(request.runDir, `console-${host.name}.log`),
    binds: [
      ...["/dev/fuse", "/dev/net/tun"]
        .filter(existsSync)
        .map((one) => ({ outside: one, inside: one })),
      ...disks.map((disk) => ({ outside: disk.device, inside: `/dev/${disk.name}` })),
      ...shares(request.plan, request.dataDir),
    ],
    onEvent: request.progress,
  });
}

/** The folders of the NAS, where only the host's replacement of the NFS client looks for them. */
function shares(plan: TwinPlan, dataDir: string): { outside: string; inside: string }[] {
  return plan.nas.map((nas) => ({
    outside: join(dataDir, "nas", nas.name),
    inside: `/var/lib/twin/nas/${nas.address}`,
  }));
}
