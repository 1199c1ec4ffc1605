import { z } from "zod";
import { PHASE_NAMES } from "../phases.js";
import { field } from "./field.js";
import { isoDate, nodeName } from "./primitives.js";
import { oneWord, severalLines, someLine } from "./text.js";
import { duration } from "./units.js";

export const deadlines = z
  .strictObject({
    command: field(duration.prefault("2m"), "One command of `hooks`.", "2m"),
    packages: field(duration.prefault("15m"), "Installing packages on one host.", "15m"),
    reboot: field(duration.prefault("10m"), "Reboot of one host until it answers again.", "10m"),
    evacuation: field(duration.prefault("15m"), "Guests leaving a node before its restart.", "15m"),
    networkRollback: field(
      duration.prefault("2m"),
      "After this time a network change is undone unless confirmed.",
      "2m",
    ),
    ring: field(duration.prefault("2m"), "Ring convergence.", "2m"),
    join: field(duration.prefault("5m"), "One node joining the cluster.", "5m"),
    quorum: field(duration.prefault("2m"), "Quorum after a change.", "2m"),
    storage: field(duration.prefault("2m"), "A storage becoming active on every node.", "2m"),
    ceph: field(duration.prefault("15m"), "Ceph reaching the health that a step needs.", "15m"),
    move: field(
      duration.prefault("4h"),
      "One disk of a guest moving to another storage, once its turn has come.",
      "4h",
    ),
  })
  .prefault({});

const hook = z.strictObject({
  phase: field(z.enum(PHASE_NAMES), "Phase of the build-up.", "cluster"),
  when: field(z.enum(["before", "after"]), "Before or after it.", "after"),
  on: field(z.union([z.literal("controller"), nodeName]), "Where it runs.", "controller"),
  command: field(
    severalLines.regex(/\S/, "write a command; blanks alone do nothing"),
    "Shell command; exit status 0 means success. It is no place for a secret: it stands in the state as it stands here.",
    "./notify.sh",
  ),
  triggers: field(
    z.array(someLine).default([]),
    "The command ran once and runs again when its text or one of these changes.",
    ["2026-12-01"],
  ),
});

export const hooks = z.array(hook);

/** As it stands behind the severity of a warning. */
const findingCode = oneWord.regex(
  /^[a-z0-9-]+\/[a-z0-9-]+$/,
  "write the code of a warning, such as section/not-applied",
);
export const acknowledged = z.array(findingCode);
export const consent = z.record(someLine, isoDate);
