import { defineResource } from "../../kit/define-resource.js";
import { rosterInputs } from "./schema.js";

/** The first thing of every run: nothing else begins when a node has silently left the stack file. */
export class Roster extends defineResource("pvecm/roster", rosterInputs) {}
