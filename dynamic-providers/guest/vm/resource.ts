import { defineResource } from "../../kit/define-resource.js";
import { guestOutputs } from "../schema.js";
import { vmInputs } from "./schema.js";

/** A virtual machine, wherever in the cluster it runs. */
export class VirtualMachine extends defineResource("guest/vm", vmInputs, guestOutputs) {}
