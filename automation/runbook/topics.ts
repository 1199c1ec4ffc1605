import type { TopicName } from "./names.js";
import type { Topic } from "./topic.js";
import { deadNode } from "./topics/dead-node.js";
import { fullCeph } from "./topics/full-ceph.js";
import { guestMigration } from "./topics/guest-migration.js";
import { lettingGo } from "./topics/letting-go.js";
import { lostController } from "./topics/lost-controller.js";
import { lostQuorum } from "./topics/lost-quorum.js";
import { lostStackFile } from "./topics/lost-stack-file.js";
import { restore } from "./topics/restore.js";
import { rotation } from "./topics/rotation.js";
import { splitBrain } from "./topics/split-brain.js";
import { storageGrowth } from "./topics/storage-growth.js";
import { stuckPgs } from "./topics/stuck-pgs.js";

export const topics: Readonly<Record<TopicName, Topic>> = {
  "dead-node": deadNode,
  "lost-quorum": lostQuorum,
  "split-brain": splitBrain,
  "stuck-pgs": stuckPgs,
  "full-ceph": fullCeph,
  "storage-growth": storageGrowth,
  "guest-migration": guestMigration,
  rotation,
  "lost-controller": lostController,
  "lost-stack-file": lostStackFile,
  restore,
  "letting-go": lettingGo,
};
