/** For domains, which wait with the clock that their provider hands them. */
export { until } from "../transport/base/clock.js";
