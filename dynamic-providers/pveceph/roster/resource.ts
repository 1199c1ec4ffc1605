import { defineResource } from "../../kit/define-resource.js";
import { cephRosterInputs } from "./schema.js";

/** Stands before everything and refuses that a pool or a file system is called otherwise or is to be of another kind, because nobody renames or remakes what holds data. */
export class CephRoster extends defineResource("pveceph/roster", cephRosterInputs) {}
