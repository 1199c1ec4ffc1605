import { z } from "zod";
import { OUTLET_MODELS } from "../hardware/outlet-tables.js";
import { field } from "./field.js";
import { ip, secretRef } from "./primitives.js";
import { oneLine, someLine } from "./text.js";

const oid = oneLine.regex(/^\d+(\.\d+){3,}$/, "write an object identifier: 1.3.6.1.4.1.318…");
const setting = z.strictObject({
  oid: field(
    oid,
    "Column that is written; the outlet is its row.",
    "1.3.6.1.4.1.318.1.1.12.3.3.1.1.4",
  ),
  value: field(z.int(), "Integer that is written there.", 2),
});

const table = z.strictObject({
  off: field(setting, "What switches an outlet off."),
  on: field(setting, "What switches it on."),
  state: field(
    z.strictObject({
      oid: field(oid, "Column that is read.", "1.3.6.1.4.1.318.1.1.12.3.5.1.1.4"),
      off: field(z.int(), "Its value for an outlet that is off.", 2),
      on: field(z.int(), "Its value for one that is on; every other one is neither.", 1),
    }),
    "Where the state of an outlet is read.",
  ),
  name: field(
    oid.optional(),
    "Column with the outlets' names. Without it nothing but a drill proves that an outlet is the right one.",
    "1.3.6.1.4.1.318.1.1.12.3.5.1.1.2",
  ),
});

/** RFC 3414: shorter ones are refused by every agent. */
const account = z.strictObject({
  user: field(someLine, "User of SNMPv3 on the unit.", "fence"),
  password: field(secretRef, "Its authentication password.", { ssm: "/pve1/pdu/a" }),
  encryptionPassword: field(
    secretRef.optional(),
    "Its encryption password, where that is another one.",
    { ssm: "/pve1/pdu/a_encryption" },
  ),
  authentication: field(
    z.enum(["sha", "sha256", "sha512"]).default("sha"),
    "Digest that the unit has for this user.",
    "sha256",
  ),
  encryption: field(z.enum(["aes", "aes256"]).default("aes"), "Its cipher.", "aes"),
});

/** A power distribution unit, and the outlets of it that feed one node. */
export const outlets = z
  .strictObject({
    address: field(ip, "Address of the power distribution unit.", "10.30.0.60"),
    port: field(z.int().min(1).max(65535).default(161), "UDP port.", 161),
    model: field(
      z.enum(OUTLET_MODELS),
      "Kind of unit; `other-snmp` is described by `table`.",
      "apc-snmp",
    ),
    outlets: field(
      z
        .array(oneLine.regex(/^\d+(\.\d+)*$/, 'write the number of the outlet in quotes: "7"'))
        .min(1),
      "Every outlet of it that feeds this node; all are switched, and off means that all are.",
      ["7"],
    ),
    login: field(account.optional(), "Account of SNMPv3 that may switch outlets."),
    community: field(
      secretRef.optional(),
      "Community that may switch outlets, for units that know SNMPv2c only. It crosses the network in clear.",
      { ssm: "/pve1/pdu/a_community" },
    ),
    table: field(table.optional(), "Where a unit of the kind `other-snmp` has its outlets."),
  })
  .refine(
    ({ login, community }) => (login === undefined) !== (community === undefined),
    "name one way in: `login` for SNMPv3, or `community` for SNMPv2c",
  )
  .refine(({ model, table: own }) => (model === "other-snmp") === (own !== undefined), {
    path: ["table"],
    error: "belongs to `model: other-snmp`, and to that one only",
  });
export type OutletsSpec = z.output<typeof outlets>;
