export type Verb = "get" | "create" | "set" | "delete";

/** What the program asks and tells Proxmox's API on a host. A test holds the list against the facts of the API. */
export const endpoints = {
  get: [
    "/access/acl",
    "/access/domains",
    "/access/roles",
    "/access/tfa",
    "/access/users",
    "/cluster/backup",
    "/cluster/backup-info/not-backed-up",
    "/cluster/backup/{id}/included_volumes",
    "/cluster/ceph/status",
    "/cluster/ha/groups",
    "/cluster/ha/groups/{group}",
    "/cluster/ha/resources",
    "/cluster/ha/rules",
    "/cluster/ha/status/manager_status",
    "/cluster/notifications/endpoints/gotify/{name}",
    "/cluster/notifications/endpoints/sendmail/{name}",
    "/cluster/notifications/endpoints/smtp/{name}",
    "/cluster/notifications/endpoints/webhook/{name}",
    "/cluster/notifications/matchers/{name}",
    "/cluster/sdn/fabrics/all",
    "/cluster/resources",
    "/nodes/{node}/ceph/mds",
    "/nodes/{node}/ceph/mgr",
    "/nodes/{node}/ceph/mon",
    "/nodes/{node}/ceph/pool",
    "/nodes/{node}/config",
    "/nodes/{node}/disks/list",
    "/nodes/{node}/disks/lvm",
    "/nodes/{node}/lxc",
    "/nodes/{node}/lxc/{vmid}/config",
    "/nodes/{node}/lxc/{vmid}/status/current",
    "/nodes/{node}/qemu",
    "/nodes/{node}/qemu/{vmid}/config",
    "/nodes/{node}/qemu/{vmid}/status/current",
    "/nodes/{node}/storage",
    "/nodes/{node}/storage/{storage}/content",
    "/nodes/{node}/subscription",
    "/nodes/{node}/tasks",
    "/nodes/{node}/vzdump/extractconfig",
    "/pools",
    "/pools/{poolid}",
    "/storage",
  ],
  create: [
    "/cluster/backup",
    "/cluster/ha/groups",
    "/cluster/notifications/endpoints/sendmail",
    "/cluster/notifications/matchers",
    "/cluster/sdn/fabrics/fabric",
    "/cluster/sdn/fabrics/node/{fabric_id}",
    "/cluster/sdn/lock",
    "/nodes/{node}/ceph/fs/{name}",
    "/nodes/{node}/ceph/init",
    "/nodes/{node}/ceph/mds/{name}",
    "/nodes/{node}/ceph/mgr/{id}",
    "/nodes/{node}/ceph/mon/{monid}",
    "/nodes/{node}/ceph/osd",
    "/nodes/{node}/ceph/pool",
    "/nodes/{node}/ceph/restart",
    "/nodes/{node}/lxc",
    "/nodes/{node}/lxc/{vmid}/move_volume",
    "/nodes/{node}/lxc/{vmid}/status/reboot",
    "/nodes/{node}/lxc/{vmid}/status/shutdown",
    "/nodes/{node}/lxc/{vmid}/status/start",
    "/nodes/{node}/qemu",
    "/nodes/{node}/qemu/{vmid}/config",
    "/nodes/{node}/qemu/{vmid}/agent/ping",
    "/nodes/{node}/qemu/{vmid}/move_disk",
    "/nodes/{node}/qemu/{vmid}/status/reboot",
    "/nodes/{node}/qemu/{vmid}/status/shutdown",
    "/nodes/{node}/qemu/{vmid}/status/start",
    "/nodes/{node}/storage/{storage}/download-url",
    "/nodes/{node}/vzdump",
    "/pools",
  ],
  set: [
    "/cluster/backup/{id}",
    "/cluster/ha/groups/{group}",
    "/cluster/notifications/endpoints/sendmail/{name}",
    "/cluster/notifications/matchers/{name}",
    "/cluster/options",
    "/cluster/sdn",
    "/cluster/sdn/fabrics/fabric/{id}",
    "/cluster/sdn/fabrics/node/{fabric_id}/{node_id}",
    "/nodes/{node}/ceph/pool/{name}",
    "/nodes/{node}/config",
    "/nodes/{node}/disks/wipedisk",
    "/nodes/{node}/lxc/{vmid}/config",
    "/nodes/{node}/lxc/{vmid}/resize",
    "/nodes/{node}/qemu/{vmid}/config",
    "/nodes/{node}/qemu/{vmid}/resize",
    "/pools",
    "/storage/{storage}",
  ],
  delete: [
    "/cluster/backup/{id}",
    "/cluster/ha/groups/{group}",
    "/cluster/notifications/endpoints/gotify/{name}",
    "/cluster/notifications/endpoints/sendmail/{name}",
    "/cluster/notifications/endpoints/smtp/{name}",
    "/cluster/notifications/endpoints/webhook/{name}",
    "/cluster/notifications/matchers/{name}",
    "/cluster/sdn/fabrics/fabric/{id}",
    "/cluster/sdn/fabrics/node/{fabric_id}/{node_id}",
    "/cluster/sdn/lock",
    "/nodes/{node}/ceph/mds/{name}",
    "/nodes/{node}/ceph/mgr/{id}",
    "/nodes/{node}/ceph/mon/{monid}",
    "/nodes/{node}/ceph/osd/{osdid}",
    "/nodes/{node}/ceph/pool/{name}",
    "/nodes/{node}/lxc/{vmid}",
    "/nodes/{node}/qemu/{vmid}",
    "/pools/{poolid}",
    "/storage/{storage}",
  ],
} as const satisfies Readonly<Record<Verb, readonly `/${string}`[]>>;

type Filled<Path extends string> = Path extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : Path;

/** A path that a verb is known for, with its variables filled in. */
export type ApiPath<Of extends Verb> = Filled<(typeof endpoints)[Of][number]>;

/** For a path that comes from a state or is put together from texts. */
export function isApiPath<Of extends Verb>(verb: Of, path: string): path is ApiPath<Of> {
  return endpoints[verb].some((known) => {
    const pattern = known.replaceAll(/\{[^}]+\}/g, "[A-Za-z0-9][A-Za-z0-9._-]*");
    return new RegExp(`^${pattern}$`).test(path);
  });
}

/** @throws a fault of the program: the path is none that it knows */
export function apiPath<Of extends Verb>(verb: Of, path: string): ApiPath<Of> {
  if (!isApiPath(verb, path)) {
    throw new Error(`${verb} ${path} stands in no list of what the program asks Proxmox`);
  }
  return path;
}
