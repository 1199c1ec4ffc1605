/** Of the topics, as they are typed. Apart from their pages, so that a shell that completes them loads none. */
export const TOPICS = [
  "dead-node",
  "lost-quorum",
  "split-brain",
  "stuck-pgs",
  "full-ceph",
  "storage-growth",
  "guest-migration",
  "rotation",
  "lost-controller",
  "lost-stack-file",
  "restore",
  "letting-go",
] as const;

export type TopicName = (typeof TOPICS)[number];
