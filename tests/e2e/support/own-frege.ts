import { readFileSync } from "node:fs";
import path from "node:path";
import { OwnStack } from "../../../twin/testing/index.js";
import { withoutGuests } from "../../support/without-guests.js";

const file = path.resolve(__dirname, "..", "..", "..", "Pulumi.frege.yaml");

/**
 * The committed stack file of frege without its guest: for tests that make guests of their own, or take nodes away one after the
 * other, and in which nobody else shall be moved by HA.
 */
export const fregeWithoutGuests = (): string => withoutGuests(readFileSync(file, "utf8"));

/** The same in a folder of its own. */
export const ownFrege = (): OwnStack => new OwnStack(file, fregeWithoutGuests());
