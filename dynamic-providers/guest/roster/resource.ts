import { defineResource } from "../../kit/define-resource.js";
import { guestRosterInputs } from "./schema.js";

/** Stands before guests and refuses that one disappears from the file without a word. */
export class GuestRoster extends defineResource("guest/roster", guestRosterInputs) {}
