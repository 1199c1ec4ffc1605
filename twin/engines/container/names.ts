import { shortId } from "../../plan/identity.js";

/** Every name that a twin takes outside its own folders; all of them begin alike, so that sweeping finds them. */
export interface ContainerNames {
  readonly prefix: string;
  readonly controller: string;
  readonly bmc: string;
  /** The namespace with the switches' bridges. */
  readonly fabric: string;
  host(name: string): string;
  /** A server of the site: a NAS, a backup server. */
  server(name: string): string;
  readonly cgroup: string;
}

export function namesOf(twin: string): ContainerNames {
  const prefix = `pveha-${shortId(twin)}-`;
  return {
    prefix,
    controller: `${prefix}controller`,
    bmc: `${prefix}bmc`,
    fabric: `${prefix}fabric`,
    host: (name) => `${prefix}host-${name}`,
    server: (name) => `${prefix}server-${name}`,
    cgroup: `proxmox-ha-twin-${shortId(twin)}`,
  };
}
