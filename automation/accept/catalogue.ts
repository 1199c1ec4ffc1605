import { backups } from "./looked/backups.js";
import { ceph } from "./looked/ceph.js";
import { links } from "./looked/links.js";
import { members } from "./looked/members.js";
import { latency, paths } from "./looked/paths.js";
import { storages } from "./looked/storages.js";
import { throughput } from "./looked/throughput.js";
import type { AcceptanceTest } from "./test.js";
import { failover, fencing, isolation, restart, restore, security } from "./tried/by-drill.js";
import { linkCut } from "./tried/link.js";
import { untested } from "./untested.js";

/** All of the suite, in the order in which it is carried out: what takes more away comes later. */
export const CATALOGUE: readonly AcceptanceTest[] = [
  members,
  links,
  paths,
  latency,
  storages,
  ceph,
  backups,
  fencing,
  security,
  throughput,
  restore,
  linkCut,
  restart,
  isolation,
  failover,
  ...untested,
];
