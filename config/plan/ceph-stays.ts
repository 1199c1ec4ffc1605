import { type CephRole, consentTo } from "./consents.js";

/** What becomes of a thing of Ceph that the file no longer has, and the consent by which it goes; told before and while it is let go. */
export const stays = {
  daemon: (role: CephRole, node: string) =>
    `the ${role} of ${node} stays; with the consent \`${consentTo.daemon(role, node)}\` it is taken away`,
  pool: (pool: string) =>
    `the pool ${pool} and all that lies in it stay, and are no longer looked after; the consent \`${consentTo.pool(pool)}\` destroys it`,
  filesystem: (filesystem: string) =>
    `the file system ${filesystem} and its pools stay, and are no longer looked after; the consent \`${consentTo.filesystem(filesystem)}\` destroys them`,
  storage: (id: string) =>
    `the storage ${id} and all that lies on it stay, and are no longer looked after; the consent \`${consentTo.storage(id)}\` takes it out of Proxmox while the file has \`ceph\``,
  rule: (rule: string) => `the CRUSH rule ${rule} stays, because pools may lie by it`,
} as const;
