import { z } from "zod";
import { get } from "../../dynamic-providers/transport/pvesh/calls.js";
import type { Part } from "../../dynamic-providers/transport/pvesh/part.js";
import { type Fact, factOf } from "./fact.js";

/** Perl tells numbers as numbers or as words, as it comes. */
const number = z.coerce.number();
const flag = number.transform((value) => value !== 0);

const users = z.array(
  z.object({
    userid: z.string(),
    enable: flag.default(true),
    expire: number.default(0),
    groups: z
      .string()
      .default("")
      .transform((text) => text.split(",").filter((one) => one !== "")),
    tokens: z
      .array(
        z.object({ tokenid: z.string(), expire: number.default(0), privsep: flag.default(true) }),
      )
      .default([]),
  }),
);
export type User = z.output<typeof users>[number];

const acl = z.array(
  z.object({
    path: z.string(),
    type: z.enum(["user", "group", "token"]),
    ugid: z.string(),
    roleid: z.string(),
  }),
);
export type AclEntry = z.output<typeof acl>[number];

const factors = z
  .array(z.object({ userid: z.string(), entries: z.array(z.object({ type: z.string() })) }))
  // Keys for an emergency do not ask anybody who has nothing else.
  .transform((all) =>
    all.flatMap(({ userid, entries }) =>
      entries.some(({ type }) => type !== "recovery") ? [userid] : [],
    ),
  );

const realms = z.array(
  z.object({ realm: z.string(), type: z.string(), tfa: z.string().optional() }),
);
export type Realm = z.output<typeof realms>[number];

const roles = z.array(
  z.object({
    roleid: z.string(),
    privs: z
      .string()
      .default("")
      .transform((text) => text.split(",").filter((one) => one !== "")),
  }),
);
export type Role = z.output<typeof roles>[number];

export const USERS: Part<Fact<readonly User[]>> = factOf(
  get("/access/users", users, { full: true }),
);
export const ACL: Part<Fact<readonly AclEntry[]>> = factOf(get("/access/acl", acl));
/** Who has a second factor. */
export const SECOND_FACTORS: Part<Fact<readonly string[]>> = factOf(get("/access/tfa", factors));
export const REALMS: Part<Fact<readonly Realm[]>> = factOf(get("/access/domains", realms));
export const ROLES: Part<Fact<readonly Role[]>> = factOf(get("/access/roles", roles));
