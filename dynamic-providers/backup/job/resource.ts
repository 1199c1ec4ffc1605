import { defineResource } from "../../kit/define-resource.js";
import { backupJobInputs } from "./schema.js";

/** A scheduled backup, merged with what others set beside the file's keys. */
export class BackupJob extends defineResource("backup/job", backupJobInputs) {}
