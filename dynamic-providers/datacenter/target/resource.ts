import { defineResource } from "../../kit/define-resource.js";
import { targetInputs } from "./schema.js";

/** A target of notifications whose secrets stay references in the state. */
export class NotificationTarget extends defineResource("datacenter/target", targetInputs) {}
