import type { Draft } from "../findings/finding.js";
import type { ClusterSpec } from "../schema/cluster.js";
import { addresses } from "./addresses.js";
import { backup } from "./backup.js";
import { backupGuests } from "./backup-guests.js";
import { capacity } from "./capacity.js";
import { ceph } from "./ceph.js";
import { consents } from "./consents.js";
import type { RuleContext } from "./context.js";
import { corosync } from "./corosync.js";
import { factsOf } from "./facts.js";
import { fencing } from "./fencing.js";
import { gpus } from "./gpus.js";
import { guestHardware } from "./guest-hardware.js";
import { guests } from "./guests.js";
import { ha } from "./ha.js";
import { images } from "./images.js";
import { install } from "./install.js";
import { interfaces } from "./interfaces.js";
import { mountOptions } from "./mount-options.js";
import { names } from "./names.js";
import { networks } from "./networks.js";
import { notifications } from "./notifications.js";
import { operations } from "./operations.js";
import { repeatedEntries } from "./repeated.js";
import { ring } from "./ring.js";
import { routes } from "./routes.js";
import type { RuleSet } from "./rule.js";
import { secrets } from "./secrets.js";
import { sections } from "./sections.js";
import { services } from "./services.js";
import { storage } from "./storage.js";
import { systemUsers } from "./system-users.js";
import { versions } from "./versions.js";

export type { ConfigValueKind, OtherStack, RuleContext } from "./context.js";

/** Every cross-field rule, by subject. */
const RULE_SETS: readonly RuleSet[] = [
  versions,
  names,
  addresses,
  networks,
  routes,
  interfaces,
  ring,
  corosync,
  storage,
  mountOptions,
  ceph,
  install,
  ha,
  fencing,
  guests,
  guestHardware,
  images,
  backup,
  backupGuests,
  gpus,
  services,
  notifications,
  operations,
  consents,
  systemUsers,
  repeatedEntries,
  secrets,
  sections,
];

/** Needs a cluster whose references hold, because it looks at where guests would go. */
const LAST_RULE_SETS: readonly RuleSet[] = [capacity];

export const ALL_RULE_SETS: readonly RuleSet[] = [...RULE_SETS, ...LAST_RULE_SETS];

/** Everything that is wrong with a cluster whose single fields are right. */
export function checkRules(spec: ClusterSpec, context: RuleContext): Draft[] {
  const facts = factsOf(spec, context);
  const drafts = RULE_SETS.flatMap(({ check }) => check(facts));
  const dangling = drafts.some(({ code }) => /\/unknown-|\/duplicate/.test(code));
  return dangling ? drafts : [...drafts, ...LAST_RULE_SETS.flatMap(({ check }) => check(facts))];
}
