/** Members of a cluster take turns in everything that may cost a vote for a moment: one lock for all of it. */
export const MEMBER_TURN = "turn of members";
