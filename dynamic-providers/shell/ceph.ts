/**
 * Ceph's own command on any member, with an end. A member without a daemon of Ceph lacks the link to the configuration, and monitors that
 * answer nobody must not hold a script up.
 */
export const CEPH = [
  "timeout",
  "60",
  "ceph",
  "-c",
  "/etc/pve/ceph.conf",
  "--connect-timeout",
  "20",
] as const;
