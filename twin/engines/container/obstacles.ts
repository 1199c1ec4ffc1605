import { existsSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { cacheRoot } from "../../paths.js";
import { attempt } from "../../process/run.js";
import { unifiedHierarchy } from "./cgroup.js";

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

/** What has to be known of a machine before a twin is built on it. */
export interface MachineProbe {
  readonly platform: string;
  readonly isRoot: boolean;
  hasTool(tool: string): Promise<boolean>;
  /** False for a root that was robbed of its rights, as in a container. */
  mayMakeNamespaces(): Promise<boolean>;
  /** Parts that the kernel lacks, in words. */
  missingKernelParts(): Promise<readonly string[]>;
  /** Where hosts write, and how much fits there. */
  room(): { readonly folder: string; readonly freeBytes: number };
}

/** What stands in the way of a twin, each in a sentence that says what to do. */
export async function obstaclesOf(machine: MachineProbe): Promise<string[]> {
  if (machine.platform !== "linux") {
    return [
      `the twin's hosts are Linux containers, and this is ${machine.platform}; use a Linux machine`,
    ];
  }
  if (!machine.isRoot) {
    return [
      "the twin makes network namespaces and boots systems, which only root may do; run it with sudo",
    ];
  }
  const missing: string[] = [];
  for (const [tool, debianPackage] of TOOLS) {
    if (!(await machine.hasTool(tool))) missing.push(debianPackage);
  }
  const mayMakeNamespaces = await machine.mayMakeNamespaces();
  // Without the right to try, nothing would be found to work.
  const kernel = mayMakeNamespaces ? await machine.missingKernelParts() : [];
  return [
    ...(missing.length === 0
      ? []
      : [`these Debian packages are missing: ${missing.join(" ")}; run \`npm run setup\``]),
    ...(mayMakeNamespaces
      ? []
      : [
          "root may not make namespaces here, as in a container without privileges; " +
            "use a virtual machine, or give the container all capabilities",
        ]),
    ...kernel.map(
      (part) =>
        `this machine's kernel offers no ${part}; load the module, or use a machine that has it`,
    ),
    ...roomObstacle(machine.room()),
  ];
}

function roomObstacle({ folder, freeBytes }: ReturnType<MachineProbe["room"]>): string[] {
  return freeBytes >= NEEDED_BYTES
    ? []
    : [
        `${folder} has ${Math.floor(freeBytes / 2 ** 30)} GiB left, and a twin needs ` +
          `${NEEDED_BYTES / 2 ** 30}; make room, or set PROXMOX_HA_CACHE to a larger disk`,
      ];
}

export const thisMachine: MachineProbe = {
  platform: process.platform,
  get isRoot() {
    return process.getuid?.() === 0;
  },
  hasTool: async (tool) => (await attempt(["sh", "-c", `command -v ${tool}`])).code === 0,
  mayMakeNamespaces: async () =>
    (await attempt(["unshare", "--net", "--mount", "--uts", "true"])).code === 0,
  missingKernelParts,
  room() {
    let folder = cacheRoot();
    while (!existsSync(folder)) folder = join(folder, "..");
    const { bavail, bsize } = statfsSync(folder);
    return { folder, freeBytes: bavail * bsize };
  },
};

async function missingKernelParts(): Promise<string[]> {
  const probe = [
    "ip link add name twina type veth peer name twinb || echo 'virtual Ethernet pairs (veth)'",
    "ip link add name twinbr type bridge || echo 'bridges (bridge)'",
    "nft add table netdev twin || echo 'packet filters (nf_tables)'",
    // Seen by this question alone, and gone with it.
    "mount -t tmpfs tmpfs /run; cd /run; mkdir l u w r",
    "mount -t overlay overlay -o lowerdir=l,upperdir=u,workdir=w r || echo 'overlay file systems (overlay)'",
  ].join("\n");
  const { stdout } = await attempt(["unshare", "--net", "--mount", "sh", "-c", probe]);
  const parts = stdout.split("\n").filter(Boolean);
  if (unifiedHierarchy() === undefined) parts.push("unified control group hierarchy (cgroup2)");
  return parts;
}
