import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { isSelected } from "../plan/backup.js";
import { mayBeginTogether } from "../plan/calendar-event.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "backup/missed-guest": {
    severity: "warning",
    about: "The file has backup jobs, and none of them saves a guest that it makes.",
  },
  "backup/same-time": {
    severity: "warning",
    about:
      "Two jobs begin at one time and save the same guest, so that one waits for the other and saves it twice.",
  },
  "backup/fleecing-storage": {
    severity: "error",
    about: "Fleecing needs a storage of the file that holds disks of machines.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

function check(facts: Facts): Draft[] {
  return [...missed(facts), ...together(facts), ...fleecing(facts)];
}

function jobsOf({ spec }: Facts) {
  return Object.entries(spec.backup?.jobs ?? {});
}

/** A guest that a job leaves out by its number is left out on purpose. */
function missed(facts: Facts): Draft[] {
  const jobs = jobsOf(facts);
  if (jobs.length === 0) {
    return [];
  }
  const meant = jobs.flatMap(([, { select }]) =>
    typeof select === "object" && "except" in select ? select.except : [],
  );
  return Object.entries(facts.spec.guests).flatMap(([name, guest]) =>
    meant.includes(guest.id) ||
    jobs.some(([, { enabled, select }]) => enabled && isSelected(select, guest))
      ? []
      : [
          draft(
            "backup/missed-guest",
            ["guests", name],
            `No backup job saves ${name}.`,
            `Put it into a pool that a job selects, add ${guest.id} to \`guests\` of a job, or leave it out on purpose by \`select: { except: [${guest.id}] }\`.`,
            { atKey: true },
          ),
        ],
  );
}

function together(facts: Facts): Draft[] {
  const jobs = jobsOf(facts).filter(([, { enabled }]) => enabled);
  return jobs.flatMap(([name, job], at) =>
    jobs.slice(0, at).flatMap(([earlier, other]): Draft[] => {
      const both = Object.entries(facts.spec.guests)
        .filter(([, guest]) => isSelected(job.select, guest) && isSelected(other.select, guest))
        .map(([guest]) => guest);
      return both.length === 0 || !mayBeginTogether(job.schedule, other.schedule)
        ? []
        : [
            draft(
              "backup/same-time",
              ["backup", "jobs", name, "schedule"],
              `Jobs ${earlier} and ${name} may begin at the same moment, and both save ${list(both)}.`,
              "Let one of them begin an hour later, or let them select different guests.",
            ),
          ];
    }),
  );
}

function fleecing(facts: Facts): Draft[] {
  const { spec } = facts;
  return jobsOf(facts).flatMap(([name, { fleecing: storage }]): Draft[] => {
    if (storage === undefined) {
      return [];
    }
    const fits =
      spec.storage[storage]?.content.includes("images") === true ||
      spec.ceph?.pools[storage] !== undefined;
    return fits
      ? []
      : [
          draft(
            "backup/fleecing-storage",
            ["backup", "jobs", name, "fleecing"],
            `There is no storage ${storage} that holds disks.`,
            "Name a storage with `images`, best a fast one of each node, or leave `fleecing` out.",
          ),
        ];
  });
}

export const backupGuests: RuleSet = { subject: "Guests in backups", codes, check };
