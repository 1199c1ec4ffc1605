import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ClusterNodePlan, ClusterPlan } from "../../config/plan/index.js";
import { renderFrrConf, renderFrrDaemons } from "../../config/plan/render/frr.js";
import { renderInterfaces } from "../../config/plan/render/interfaces.js";
import { renderRingFiles } from "../../config/plan/render/ring-files.js";
import { placeIn, type RingPlan } from "../../config/plan/ring.js";

interface CopiedFile {
  readonly path: string;
  readonly content: string;
  readonly mode: string;
  readonly owner: string;
}

type Copyable = { readonly path: string; readonly content: string; readonly mode: number };

const copied = ({ path: to, content, mode }: Copyable, owner = "root"): CopiedFile => ({
  path: to,
  content,
  mode: `0${mode.toString(8)}`,
  owner,
});

/** The one of a list that the comparison is written for. */
function only<T>(what: string, all: readonly T[]): T {
  const [first, ...rest] = all;
  if (first === undefined || rest.length > 0) {
    throw new Error(`the playbook is written for one ${what}, and the stack has ${all.length}`);
  }
  return first;
}

/** Writes the inventory for the playbook beside this file; returns where. */
export function writeInventory(folder: string, plan: ClusterPlan, keyFile: string): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "inventory.yml");
  // JSON is YAML, and nothing has to be quoted twice.
  writeFileSync(file, JSON.stringify(inventoryOf(plan, keyFile), null, 2));
  return file;
}

/** Hosts and variables: what the program's planners made of the stack file, so that both sides write the same bytes onto the hosts. */
export function inventoryOf(plan: ClusterPlan, keyFile: string) {
  const [founder, ...joiners] = plan.corosync.joinOrder.map(({ node }) => node);
  if (founder === undefined) {
    throw new Error("the stack has no nodes");
  }
  const ring = only("ring", plan.rings);
  const hosts: Record<string, ReturnType<typeof varsOf>> = Object.fromEntries(
    plan.nodes.map((node) => [node.name, varsOf(node, ring)]),
  );
  return {
    all: {
      vars: { ansible_user: "root", ansible_ssh_private_key_file: keyFile, ...sharedVars(plan) },
      children: {
        nodes: { hosts },
        founder: { hosts: { [founder]: {} } },
        joiners: { hosts: Object.fromEntries(joiners.map((name) => [name, {}])) },
      },
    },
  };
}

function varsOf(node: ClusterNodePlan, ring: RingPlan) {
  const { host } = node;
  const place = placeIn(ring, node.name);
  const isSsh = ({ name }: { readonly name: string }) => name === "ssh";
  const group = (groups: typeof host.baseFiles) =>
    groups.flatMap(({ files }) => files.map((one) => copied(one)));
  const links = node.links.map(({ link, address, priority }) => ({ link, address, priority }));
  return {
    ansible_host: node.address,
    address: node.address,
    nodeid: node.id,
    base_files: group(host.baseFiles.filter((one) => !isSsh(one))),
    ssh_files: group(host.baseFiles.filter(isSsh)),
    service_files: group(host.serviceFiles),
    packages: host.packages,
    timezone: host.timezone,
    users: host.users.map(({ name, shell, keys }) => ({ name, shell, keys_of: keys })),
    interfaces: renderInterfaces(node.network),
    ring_files: [
      ...renderRingFiles(ring, place).map((one) => copied(one)),
      copied({ path: "/etc/frr/daemons", content: renderFrrDaemons(ring), mode: 0o640 }, "frr"),
      copied(
        {
          path: "/etc/frr/frr.conf",
          content: renderFrrConf(ring, place, { major: 9, hostname: node.name }),
          mode: 0o640,
        },
        "frr",
      ),
    ],
    ring_peers: ring.nodes.flatMap((one) => (one.node === node.name ? [] : (one.loopback4 ?? []))),
    links: links
      .map(({ link, address, priority }) => `--link${link} ${address},priority=${priority}`)
      .join(" "),
    join_links: links.map(({ link, address }) => `--link${link} ${address}`).join(" "),
  };
}

function sharedVars(plan: ClusterPlan) {
  const { token, datacenter, storages, ha } = plan;
  const founder = plan.nodes.find(({ name }) => name === plan.corosync.joinOrder[0]?.node);
  const guest = only("guest", plan.guests);
  const disk = only("disk", guest.kind === "vm" ? guest.disks : []);
  const placement = only("placement", ha.placements);
  return {
    cluster: plan.name,
    founder_address: founder?.address,
    account: {
      user: token.user,
      token: token.tokenName,
      role: token.role,
      privileges: token.privileges.map(({ privilege }) => privilege).join(" "),
    },
    migration: `type=${datacenter.migration?.type},network=${datacenter.migration?.cidr}`,
    shutdown_policy: datacenter.shutdownPolicy,
    scheduler: datacenter.scheduler,
    storages: storages.flatMap((storage) =>
      storage.type === "nfs"
        ? [
            {
              id: storage.id,
              server: storage.server,
              export: storage.export,
              options: storage.options,
              content: storage.content.join(","),
            },
          ]
        : [],
    ),
    guest: {
      id: guest.id,
      options: `--name ${guest.name} --cores 2 --memory 2048 --scsihw virtio-scsi-single --${disk.slot} ${disk.storage}:${disk.gib},discard=on --net0 virtio,bridge=vmbr0 --onboot 1`,
    },
    placement: {
      name: placement.name,
      nodes: Object.entries(placement.nodes)
        .map(([node, priority]) => `${node}:${priority}`)
        .join(","),
    },
  };
}
