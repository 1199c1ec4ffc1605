import { z } from "zod";
import { parseObject, planObject } from "../datacenter/api-object.js";
import { type Change, renderChange } from "../kit/change.js";
import { UserError } from "../transport/base/user-error.js";
import { command } from "../transport/ssh/quoting.js";
import { parseStorages } from "./definition.js";
import type { StandingThings, Wishes } from "./roster/schema.js";
import { planDefinition } from "./storage/plan.js";

/** What the cluster has, list by list, in Proxmox's own words. */
export type StandingFacts = ReadonlyMap<string, string>;

/** What a first look at the wished-for things led to. */
export interface StandingVerdict {
  readonly standing: StandingThings;
  readonly against?: UserError;
}

const STORAGES = "/storage";
const LIST = "@@list ";
const entries = z.array(z.record(z.string(), z.unknown()));

export function isEmpty({ storages, objects }: Wishes): boolean {
  return storages.length === 0 && objects.length === 0;
}

/** One look for all lists. Whoever is no member keeps lists of its own that are lost when it joins, so it is not believed. */
export function standingScript(wished: Wishes, member: boolean): string {
  const lists = new Set([
    ...(wished.storages.length === 0 ? [] : [STORAGES]),
    ...wished.objects.map(({ made }) => made.at),
  ]);
  return [
    "export LC_ALL=C",
    ...(member ? ["test -e /etc/pve/corosync.conf || exit 1"] : []),
    ...[...lists].map(
      (at) =>
        `printf '\\n${LIST}%s\\n' ${at}; ${command("pvesh", "get", at, "--output-format", "json")} || exit 1`,
    ),
  ].join("\n");
}

export function parseStanding(output: string): StandingFacts {
  return new Map(
    output
      .split(LIST)
      .slice(1)
      .map((part): [string, string] => {
        const end = part.indexOf("\n");
        return [part.slice(0, end).trim(), part.slice(end + 1).trim()];
      }),
  );
}

/** Equal is taken over, different is refused with the difference unless the file says otherwise: the rule of all resources. */
export function judgeStanding(
  wished: Wishes,
  facts: StandingFacts,
  adopt: boolean,
): StandingVerdict {
  const found = [...standingStorages(wished, facts), ...standingObjects(wished, facts, adopt)];
  const refused = found.filter(
    ({ changes, adopted }) => !adopted && changes.some(({ kind }) => kind !== "add"),
  );
  return {
    standing: {
      storages: found.flatMap(({ storage }) => storage ?? []),
      objects: found.flatMap(({ path }) => path ?? []),
    },
    ...(refused.length === 0 ? {} : { against: differing(refused) }),
  };
}

/** Which of the wished-for things are there, whatever they look like. */
export function standingNames({ storages, objects }: Wishes, facts: StandingFacts): string[] {
  const there = parseStorages(facts.get(STORAGES) ?? "[]");
  return [
    ...storages.map(({ id }) => id).filter((id) => there.some(({ storage }) => storage === id)),
    ...objects.filter((wish) => entryOf(wish, facts) !== undefined).map(({ what }) => what),
  ];
}

interface Found {
  readonly what: string;
  readonly storage?: string;
  readonly path?: string;
  readonly adopted: boolean;
  readonly changes: readonly Change<unknown>[];
}

function standingStorages({ storages }: Wishes, facts: StandingFacts): Found[] {
  const there = parseStorages(facts.get(STORAGES) ?? "[]");
  return storages.flatMap((wish) => {
    const found = there.find(({ storage }) => storage === wish.id);
    return found === undefined
      ? []
      : [
          {
            what: `storage ${wish.id}`,
            storage: wish.id,
            adopted: wish.adopt,
            changes: planDefinition(wish, found, {}),
          },
        ];
  });
}

function standingObjects({ objects }: Wishes, facts: StandingFacts, adopt: boolean): Found[] {
  return objects.flatMap((wish) => {
    const found = entryOf(wish, facts);
    return found === undefined
      ? []
      : [
          {
            what: wish.what,
            path: wish.path,
            adopted: adopt,
            changes: planObject(wish, parseObject(JSON.stringify(found), ""), undefined),
          },
        ];
  });
}

function entryOf(
  { made }: Wishes["objects"][number],
  facts: StandingFacts,
): Readonly<Record<string, unknown>> | undefined {
  const list = entries.parse(JSON.parse(facts.get(made.at) ?? "[]"));
  return list.find((one) => one[made.key] === made.name);
}

function differences(found: readonly Found[]): string {
  return found
    .map(({ what, changes }) => `${what}: ${changes.map(renderChange).join("; ")}`)
    .join("; ");
}

function differing(found: readonly Found[]): UserError {
  return new UserError({
    tried: `to take over ${found.map(({ what }) => what).join(", ")}`,
    where: "",
    cameBack: `refused, nothing was changed: what is there differs from the stack file (there -> wanted): ${differences(found)}`,
    doNext:
      "Correct the stack file so that it says what is there, or set `adopt: true` to have it changed.",
  });
}
