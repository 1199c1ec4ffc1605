import { defineResource } from "../../kit/define-resource.js";
import { objectInputs } from "./schema.js";

/** Keys and values in Proxmox's API, merged with what others set. */
export class ApiObject extends defineResource("datacenter/object", objectInputs) {}
