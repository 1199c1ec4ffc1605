import { askCeph } from "../ceph-command.js";
import { crushRules } from "./plan.js";

export const RULES = askCeph(["osd", "crush", "rule", "dump"], crushRules);
