import { defineResource } from "../../kit/define-resource.js";
import { backupGateInputs, backupGateOutputs } from "./schema.js";

/** Opens when each job's storage really holds a backup of a guest that the job saves. */
export class BackupGate extends defineResource(
  "backup/gate",
  backupGateInputs,
  backupGateOutputs,
) {}
